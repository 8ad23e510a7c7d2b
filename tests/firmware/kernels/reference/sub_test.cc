// SUB: the order of its operands, broadcasting, activations, refusals. What it shares with ADD is tested with
// ADD; agreement with tflite-micro is tested from Python.
#include <gtest/gtest.h>

#include "single_operator.h"

namespace single_operator {
namespace {

ModelSpec Sub(const TensorSpec& input1, const TensorSpec& input2, const TensorSpec& output,
              int8_t activation = 0) {
  return Operator(tflite::BuiltinOperator_SUB, {input1, input2}, output, tflite::BuiltinOptions_SubOptions,
                  Node::Table().Set<int8_t>(4, activation));
}

TEST(Sub, TakesTheSecondFromTheFirst) {
  LoadedModel model(Sub(Quantized({4}, 0.5f, 10), Quantized({4}, 0.25f, -10), Quantized({4}, 1.0f, 1)));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({10, 12, 8, 127}, 0);     // 0, 1, -1, 58.5
  model.SetInput<int8_t>({-10, -2, -2, -128}, 1);  // 0, 2, 2, -29.5
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{1, 0, -2, 89}));
}

TEST(Sub, SaturatesAtBothEnds) {
  const TensorSpec tensor = Quantized({2}, 1.0f, 0);
  LoadedModel model(Sub(tensor, tensor, tensor));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({127, -128}, 0);
  model.SetInput<int8_t>({-128, 127}, 1);
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{127, -128}));
}

TEST(Sub, RepeatsEitherOperand) {
  LoadedModel model(Sub(Quantized({2, 1}, 1.0f, 0), Quantized({3}, 1.0f, 0), Quantized({2, 3}, 1.0f, 0)));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({10, 20}, 0);
  model.SetInput<int8_t>({1, 2, 3}, 1);
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{9, 8, 7, 19, 18, 17}));
}

TEST(Sub, LimitsToTheActivation) {
  const TensorSpec tensor = Quantized({3}, 0.5f, -10);
  LoadedModel model(Sub(tensor, tensor, tensor, tflite::ActivationFunctionType_RELU_N1_TO_1));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({-100, -9, 100}, 0);
  model.SetInput<int8_t>({-10, -10, -10}, 1);
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{-12, -9, -8}));  // -1, 0.5 and 1
}

TEST(Sub, RefusesWhatItDoesNotTake) {
  const TensorSpec tensor = Quantized({2}, 1.0f, 0);
  EXPECT_EQ(Refusal(Sub(tensor, Float({2}), tensor)), "the second input is FLOAT32, only INT8 is supported");
  EXPECT_EQ(Refusal(Sub(tensor, Quantized({3}, 1.0f, 0), tensor)),
            "the shapes of the inputs do not give that of the output");
  EXPECT_EQ(Refusal(Sub(tensor, tensor, tensor, tflite::ActivationFunctionType_SIGN_BIT)),
            "fused activation 5 is not supported");
}

}  // namespace
}  // namespace single_operator
