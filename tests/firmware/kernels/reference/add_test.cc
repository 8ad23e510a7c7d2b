// ADD: broadcasting, scales, activations, refusals. Agreement with tflite-micro is tested from Python.
#include <gtest/gtest.h>

#include "single_operator.h"

namespace single_operator {
namespace {

ModelSpec Add(const TensorSpec& input1, const TensorSpec& input2, const TensorSpec& output,
              int8_t activation = 0) {
  return Operator(tflite::BuiltinOperator_ADD, {input1, input2}, output, tflite::BuiltinOptions_AddOptions,
                  Node::Table().Set<int8_t>(4, activation));
}

TEST(Add, BringsBothToTheOutputsScale) {
  LoadedModel model(Add(Quantized({4}, 0.5f, 10), Quantized({4}, 0.25f, -10), Quantized({4}, 1.0f, 1)));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({10, 12, 8, 127}, 0);    // 0, 1, -1, 58.5
  model.SetInput<int8_t>({-10, -2, -2, 127}, 1);  // 0, 2, 2, 34.25
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{1, 4, 2, 94}));
}

TEST(Add, SaturatesAtBothEnds) {
  LoadedModel model(Add(Quantized({2}, 1.0f, 0), Quantized({2}, 1.0f, 0), Quantized({2}, 1.0f, 0)));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({127, -128}, 0);
  model.SetInput<int8_t>({1, -1}, 1);
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{127, -128}));
}

TEST(Add, RepeatsWhatHasOneElement) {
  LoadedModel model(Add(Quantized({2, 1}, 1.0f, 0), Quantized({3}, 1.0f, 0), Quantized({2, 3}, 1.0f, 0)));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({10, 20}, 0);
  model.SetInput<int8_t>({1, 2, 3}, 1);
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{11, 12, 13, 21, 22, 23}));
}

TEST(Add, TakesAConstant) {
  TensorSpec constant = Quantized({}, 1.0f, 0);
  constant.data = Bytes<int8_t>({5});
  LoadedModel model(Add(constant, Quantized({2}, 1.0f, 0), Quantized({2}, 1.0f, 0)));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({1, -1});
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{6, 4}));
}

TEST(Add, LimitsToTheActivation) {
  const TensorSpec tensor = Quantized({3}, 0.5f, -10);
  LoadedModel model(Add(tensor, tensor, tensor, tflite::ActivationFunctionType_RELU6));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({-100, -8, 100}, 0);
  model.SetInput<int8_t>({-10, -8, -10}, 1);
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{-10, -6, 2}));  // 0, 2 and 6 in steps of 0.5 from -10
}

TEST(Add, RefusesShapesThatDoNotGoTogether) {
  const char* refusal = "the shapes of the inputs do not give that of the output";
  const auto shaped = [](std::vector<int32_t> shape) { return Quantized(std::move(shape), 1.0f, 0); };
  EXPECT_EQ(Refusal(Add(shaped({2}), shaped({3}), shaped({3}))), refusal);
  EXPECT_EQ(Refusal(Add(shaped({2, 1}), shaped({3}), shaped({2, 2}))), refusal);
  EXPECT_EQ(Refusal(Add(shaped({1}), shaped({1}), shaped({2}))), refusal);
  EXPECT_EQ(Refusal(Add(shaped({3}), shaped({3}), shaped({1, 3}))), refusal);
}

TEST(Add, RefusesOperandsThatItDoesNotTake) {
  const TensorSpec tensor = Quantized({3}, 1.0f, 0);
  const TensorSpec without_scale = Quantized({3}, 0.0f, 0);
  EXPECT_EQ(Refusal(Add(Float({3}), tensor, tensor)), "the first input is FLOAT32, only INT8 is supported");
  EXPECT_EQ(Refusal(Add(tensor, Int32({3}), tensor)), "the second input is INT32, only INT8 is supported");
  EXPECT_EQ(Refusal(Add(tensor, tensor, Float({3}))), "the output is FLOAT32, only INT8 is supported");
  EXPECT_EQ(Refusal(Add(without_scale, tensor, tensor)), "the first input has no scale");
  EXPECT_EQ(Refusal(Add(tensor, without_scale, tensor)), "the second input has no scale");
  EXPECT_EQ(Refusal(Add(tensor, tensor, without_scale)), "the output has no scale");
  EXPECT_EQ(Refusal(Operator(tflite::BuiltinOperator_ADD, {tensor}, tensor)),
            "1 input and 1 output: not what the operator takes");
  EXPECT_EQ(Refusal(Add(tensor, tensor, tensor, tflite::ActivationFunctionType_TANH)),
            "fused activation 4 is not supported");
}

// tflite-micro stops the program where the factor to the output is 1 or rounds to it.
TEST(Add, RefusesAnOutputScaleFarBelowTheInputs) {
  const char* refusal = "the output's scale is below 2^-19 of the larger one of the inputs";
  const TensorSpec tensor = Quantized({1}, 1.0f, 0);
  EXPECT_EQ(Refusal(Add(tensor, tensor, Quantized({1}, 0x1p-19f, 0))), refusal);
  EXPECT_EQ(Refusal(Add(tensor, tensor, Quantized({1}, 0x1.000002p-19f, 0))), "");
  EXPECT_EQ(Refusal(Add(tensor, Quantized({1}, 3e38f, 0), tensor)), refusal);
  EXPECT_EQ(Refusal(Add(tensor, Quantized({1}, 1e-38f, 0), tensor)), "");
}

}  // namespace
}  // namespace single_operator
