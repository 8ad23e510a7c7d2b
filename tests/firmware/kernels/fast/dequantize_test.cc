// The fast DEQUANTIZE: the same float as the reference kernel and as the rule, for every int8.
#include <gtest/gtest.h>

#include <cstring>

#include "both_kernels.h"
#include "captured_log.h"

namespace both_kernels {
namespace {

using single_operator::Float;
using single_operator::Operator;
using single_operator::Quantized;

TEST(FastDequantize, IsScaleTimesDistanceFromTheZeroPoint) {
  std::vector<int8_t> values(256);
  for (int i = 0; i < 256; ++i) values[static_cast<size_t>(i)] = static_cast<int8_t>(i - 128);
  for (const float scale : {0.39159f, 1.0f, 3e-39f, 1e30f, 3e38f}) {
    for (const int zero_point : {-128, -3, 0, 127}) {
      BothKernels models(
          Operator(tflite::BuiltinOperator_DEQUANTIZE, {Quantized({256}, scale, zero_point)}, Float({256})));
      ASSERT_TRUE(models.ok());
      models.SetInput(values);
      const auto output = models.fast.Run<float>();
      const auto reference = models.reference.Run<float>();
      ASSERT_EQ(std::memcmp(output.data(), reference.data(), 256 * sizeof(float)), 0);
      if (scale == 3e38f) continue;  // products beyond float have no value in the rule
      for (int i = 0; i < 256; ++i) {
        EXPECT_EQ(output[static_cast<size_t>(i)],
                  static_cast<float>(static_cast<double>(scale) * (i - 128 - zero_point)));
      }
    }
  }
}

TEST(FastDequantize, WritesAsManyFloatsAsThereAreElements) {
  for (int32_t count = 0; count <= 40; ++count) {
    std::vector<int8_t> values(static_cast<size_t>(count) + 1);
    for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int8_t>(7 * static_cast<int>(i) - 128);
    std::vector<float> output(static_cast<size_t>(count) + 2, 99.0f);
    kernels::fast::DequantizeInts(values.data() + 1, count, 0.5f, -5, output.data() + 1);  // odd address
    EXPECT_EQ(output.front(), 99.0f);
    EXPECT_EQ(output.back(), 99.0f);
    for (size_t i = 1; i < values.size(); ++i) EXPECT_EQ(output[i], 0.5f * (values[i] + 5)) << count;
  }
}

TEST(FastDequantize, RefusesWhatTheReferenceRefuses) {
  model_building::TakeLog();
  const ModelSpec spec = Operator(tflite::BuiltinOperator_DEQUANTIZE, {Quantized({4}, 0.0f, 0)}, Float({4}));
  EXPECT_FALSE(LoadedModel(BuildModel(spec), 65536, false, nullptr, AddFastKernels).ok());
  EXPECT_EQ(model_building::TakeLog().find("the input has no scale"), 0u);
}

}  // namespace
}  // namespace both_kernels
