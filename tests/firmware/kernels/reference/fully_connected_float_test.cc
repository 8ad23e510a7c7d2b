// FULLY_CONNECTED in float32: sums in order, activations, refusals. Agreement with tflite-micro is tested
// from Python.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "single_operator.h"

namespace single_operator {
namespace {

TensorSpec Constant(std::vector<int32_t> shape, const std::vector<float>& values) {
  TensorSpec tensor = Float(std::move(shape));
  tensor.data = Bytes(values);
  return tensor;
}

ModelSpec Layer(const std::vector<TensorSpec>& inputs, const TensorSpec& output, int8_t activation = 0) {
  return Operator(tflite::BuiltinOperator_FULLY_CONNECTED, inputs, output,
                  tflite::BuiltinOptions_FullyConnectedOptions, Node::Table().Set<int8_t>(4, activation));
}

const std::vector<float> kWeights = {1, 2, 3, -4, 5, -6};  // [2, 3]

TEST(FloatFullyConnected, MultipliesBatches) {
  LoadedModel model(
      Layer({Float({2, 3}), Constant({2, 3}, kWeights), Constant({2}, {0.5f, -0.5f})}, Float({2, 2})));
  ASSERT_TRUE(model.ok());
  model.SetInput<float>({1, 1, 1, 0.5f, 0, -1});
  EXPECT_EQ(model.Run<float>(), (std::vector<float>{6.5f, -5.5f, -2.0f, 3.5f}));
}

// 2^24 + 1 rounds to 2^24 and 2^24 + 3 to 2^24 + 4, so the order shows: the products in that of the input,
// then the bias.
TEST(FloatFullyConnected, AddsInOrderAndTheBiasLast) {
  LoadedModel model(Layer({Float({1, 3}), Constant({2, 3}, {1, 1, 1, 1, 1, 1}), Constant({2}, {1, -0x1p24f})},
                          Float({1, 2})));
  ASSERT_TRUE(model.ok());
  model.SetInput<float>({0x1p24f, 1, 1});
  EXPECT_EQ(model.Run<float>(), (std::vector<float>{0x1p24f, 0}));
  model.SetInput<float>({1, 1, 0x1p24f});
  EXPECT_EQ(model.Run<float>(), (std::vector<float>{0x1p24f + 4, 2}));
}

TEST(FloatFullyConnected, LimitsToTheActivation) {
  const struct {
    int8_t activation;
    std::vector<float> expected;
  } cases[] = {
      {tflite::ActivationFunctionType_NONE, {-9, 8}},
      {tflite::ActivationFunctionType_RELU, {0, 8}},
      {tflite::ActivationFunctionType_RELU_N1_TO_1, {-1, 1}},
      {tflite::ActivationFunctionType_RELU6, {0, 6}},
  };
  for (const auto& one : cases) {
    LoadedModel model(Layer({Float({1, 1}), Constant({2, 1}, {-9, 8})}, Float({1, 2}), one.activation));
    ASSERT_TRUE(model.ok());
    model.SetInput<float>({1});
    EXPECT_EQ(model.Run<float>(), one.expected);
  }
}

TEST(FloatFullyConnected, PassesWhatIsNoNumber) {
  LoadedModel model(Layer({Float({3, 1}), Constant({1, 1}, {1})}, Float({3, 1})));
  ASSERT_TRUE(model.ok());
  model.SetInput<float>({NAN, INFINITY, -INFINITY});
  const std::vector<float> output = model.Run<float>();
  ASSERT_EQ(output.size(), 3u);
  EXPECT_TRUE(std::isnan(output[0]));
  EXPECT_EQ(output[1], std::numeric_limits<float>::max());  // as in TFLM, the range of numbers
  EXPECT_EQ(output[2], std::numeric_limits<float>::lowest());
}

TEST(FloatFullyConnected, RefusesWhatItDoesNotTake) {
  const TensorSpec input = Float({1, 3});
  const TensorSpec weights = Constant({2, 3}, kWeights);
  TensorSpec int8_weights = Quantized({2, 3}, 1.0f, 0);
  int8_weights.data.assign(6, 1);
  EXPECT_EQ(Refusal(Layer({input, int8_weights}, Float({1, 2}))),
            "the weights tensor is INT8, only FLOAT32 is supported");
  EXPECT_EQ(Refusal(Layer({input, weights}, Quantized({1, 2}, 1.0f, 0))),
            "the output is INT8, only FLOAT32 is supported");
  EXPECT_EQ(Refusal(Layer({input, weights, Int32Constant({1, 2})}, Float({1, 2}))),
            "the bias is INT32, only FLOAT32 is supported");
  EXPECT_EQ(Refusal(Layer({input, Float({2, 3})}, Float({1, 2}))), "the weights must be constant");
  EXPECT_EQ(Refusal(Layer({input, weights, Float({2})}, Float({1, 2}))), "the bias must be constant");
  EXPECT_EQ(Refusal(Layer({input, weights}, Float({1, 3}))),
            "3 inputs and weights of 2x3 do not give 3 outputs");
  EXPECT_EQ(Refusal(Layer({input, weights}, Float({2, 2}))),
            "3 inputs and weights of 2x3 do not give 4 outputs");
  EXPECT_EQ(Refusal(Layer({Float({4}), weights}, Float({1, 2}))),
            "4 inputs and weights of 2x3 do not give 2 outputs");
  EXPECT_NE(Refusal(Layer({input, weights, Constant({3}, {1, 2, 3})}, Float({1, 2}))), "");
}

}  // namespace
}  // namespace single_operator
