// The line about a layer that is left to the CPU, with the operator's index where the model is known.
#include "kernels/mvp/layer_report.h"

#include "captured_log.h"
#include "prepared_session.h"

namespace kernels::mvp {
namespace {

struct Weights {
  Weights(int outputs, int depth) : words{2, outputs, depth} {
    tensor.dims = static_cast<TfLiteIntArray*>(static_cast<void*>(words));
  }
  int words[3];
  TfLiteTensor tensor{};
};

std::string Report(const Misfit& misfit, const tflite::Model* model, int output_tensor) {
  const Weights weights(4, 1031);
  model_building::TakeLog();
  ReportMisfit(misfit, model, &weights.tensor, output_tensor);
  return model_building::TakeLog();
}

// Twelve layers with three tensors each, behind tensor 0.
TEST(ReportMisfit, NamesTheOperator) {
  const std::vector<uint8_t> bytes = ChainModel(std::vector<int32_t>(13, 8));
  const tflite::Model* model = tflite::GetModel(bytes.data());
  EXPECT_EQ(OperatorOf(model, 3), 0);
  EXPECT_EQ(OperatorOf(model, 36), 11);
  EXPECT_EQ(OperatorOf(model, 0), -1);
  EXPECT_EQ(OperatorOf(nullptr, 3), -1);
  EXPECT_EQ(
      Report({"depth", 40000, 32736}, model, 3),
      "FULLY_CONNECTED (#0) 4x1031, output tensor 3, runs on the CPU: depth 40000, at most 32736 fits\r\n");
  EXPECT_EQ(Report({"it is odd", 0, 0}, model, 33),
            "FULLY_CONNECTED (#10) 4x1031, output tensor 33, runs on the CPU: it is odd\r\n");
}

TEST(ReportMisfit, DoesWithoutAModel) {
  EXPECT_EQ(
      Report({"values", 4'000'000'000, 1}, nullptr, 7),
      "FULLY_CONNECTED 4x1031, output tensor 7, runs on the CPU: values 4000000000, at most 1 fits\r\n");
}

}  // namespace
}  // namespace kernels::mvp
