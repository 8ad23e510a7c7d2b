// MUL: products, broadcasting, activations, refusals. Agreement with tflite-micro is tested from Python.
#include <gtest/gtest.h>

#include "single_operator.h"

namespace single_operator {
namespace {

ModelSpec Mul(const TensorSpec& input1, const TensorSpec& input2, const TensorSpec& output,
              int8_t activation = 0) {
  return Operator(tflite::BuiltinOperator_MUL, {input1, input2}, output, tflite::BuiltinOptions_MulOptions,
                  Node::Table().Set<int8_t>(4, activation));
}

TEST(Mul, MultipliesInTheOutputsScale) {
  LoadedModel model(Mul(Quantized({4}, 0.5f, 10), Quantized({4}, 0.25f, -10), Quantized({4}, 1.0f, 1)));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({10, 14, 8, 20}, 0);  // 0, 2, -1, 5
  model.SetInput<int8_t>({-9, 2, 2, 10}, 1);   // 0.25, 3, 3, 5
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{1, 7, -2, 26}));
}

TEST(Mul, SaturatesAtBothEnds) {
  LoadedModel model(Mul(Quantized({2}, 1.0f, 127), Quantized({2}, 1.0f, 0), Quantized({2}, 1e-4f, 0)));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({-128, -128}, 0);
  model.SetInput<int8_t>({-128, 127}, 1);
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{127, -128}));
}

TEST(Mul, RepeatsEitherOperand) {
  LoadedModel model(Mul(Quantized({2, 1}, 1.0f, 0), Quantized({3}, 1.0f, 0), Quantized({2, 3}, 1.0f, 0)));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({10, -20}, 0);
  model.SetInput<int8_t>({1, 2, 3}, 1);
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{10, 20, 30, -20, -40, -60}));
}

TEST(Mul, LimitsToTheActivation) {
  const TensorSpec tensor = Quantized({3}, 0.5f, -10);
  LoadedModel model(Mul(tensor, tensor, tensor, tflite::ActivationFunctionType_RELU));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({-100, -8, 20}, 0);  // -45, 1, 15
  model.SetInput<int8_t>({-6, -6, -6}, 1);    // 2
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{-10, -6, 50}));
}

TEST(Mul, RefusesWhatItDoesNotTake) {
  const TensorSpec tensor = Quantized({2}, 1.0f, 0);
  EXPECT_EQ(Refusal(Mul(Float({2}), tensor, tensor)), "the first input is FLOAT32, only INT8 is supported");
  EXPECT_EQ(Refusal(Mul(tensor, Quantized({3}, 1.0f, 0), tensor)),
            "the shapes of the inputs do not give that of the output");
  EXPECT_EQ(Refusal(Mul(tensor, tensor, Quantized({2}, 0x1p-30f, 0))), "the scales give a factor above 2^30");
  EXPECT_EQ(Refusal(Mul(tensor, tensor, tensor, tflite::ActivationFunctionType_TANH)),
            "fused activation 4 is not supported");
  EXPECT_EQ(Refusal(Operator(tflite::BuiltinOperator_MUL, {tensor, tensor, tensor}, tensor)),
            "3 inputs and 1 output: not what the operator takes");
}

}  // namespace
}  // namespace single_operator
