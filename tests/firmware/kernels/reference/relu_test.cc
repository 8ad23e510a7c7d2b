// RELU: limit, scales, refusals. Agreement with tflite-micro is tested from Python.
#include <gtest/gtest.h>

#include "single_operator.h"

namespace single_operator {
namespace {

ModelSpec Relu(const TensorSpec& input, const TensorSpec& output) {
  return Operator(tflite::BuiltinOperator_RELU, {input}, output);
}

TEST(Relu, CutsOffWhatIsBelowZeroAndScalesTheRest) {
  LoadedModel model(Relu(Quantized({2, 3}, 0.5f, 10), Quantized({2, 3}, 0.25f, -100)));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({-128, 9, 10, 11, 20, 127});
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{-100, -100, -100, -98, -80, 127}));
}

TEST(Relu, KeepsAScalar) {
  LoadedModel model(Relu(Quantized({}, 1.0f, 0), Quantized({}, 1.0f, 0)));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({7});
  EXPECT_EQ(model.Run<int8_t>(), std::vector<int8_t>{7});
}

TEST(Relu, RefusesWhatItDoesNotTake) {
  const TensorSpec tensor = Quantized({3}, 1.0f, 0);
  EXPECT_EQ(Refusal(Relu(Float({3}), tensor)), "the input is FLOAT32, only INT8 is supported");
  EXPECT_EQ(Refusal(Relu(tensor, Int32({3}))), "the output is INT32, only INT8 is supported");
  EXPECT_EQ(Refusal(Relu(tensor, Quantized({3, 1}, 1.0f, 0))), "input and output differ in shape");
  EXPECT_EQ(Refusal(Relu(Quantized({3}, 0.0f, 0), tensor)), "the input has no scale");
  EXPECT_EQ(Refusal(Relu(tensor, Quantized({3}, 0.0f, 0))), "the output has no scale");
  EXPECT_EQ(Refusal(Relu(tensor, Quantized({3}, 0x1p-30f, 0))), "the scales give a factor above 2^30");
  EXPECT_EQ(Refusal(Relu(Quantized({3}, 1e38f, 0), Quantized({3}, 1e-38f, 0))),
            "the scales give a factor above 2^30");
  EXPECT_EQ(Refusal(Operator(tflite::BuiltinOperator_RELU, {tensor, tensor}, tensor)),
            "2 inputs and 1 output: not what the operator takes");
}

}  // namespace
}  // namespace single_operator
