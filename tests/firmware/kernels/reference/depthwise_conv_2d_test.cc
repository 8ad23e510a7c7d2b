// DEPTHWISE_CONV_2D: windows at the edges, strides, dilation, depth multiplier, scales, refusals. Agreement
// with tflite-micro is tested from Python.
#include <gtest/gtest.h>

#include "single_operator.h"

namespace single_operator {
namespace {

// Scales that make a step of the output one product of an input's and a weight's step.
constexpr float kInputScale = 0.5f;
constexpr float kFilterScale = 0.25f;
constexpr float kOutputScale = 0.125f;
constexpr int kInputZero = -3;
constexpr int kOutputZero = 4;

struct Options {
  int8_t padding = tflite::Padding_VALID;
  int32_t stride_w = 1;
  int32_t stride_h = 1;
  int8_t activation = 0;
  int32_t dilation_w = 1;
  int32_t dilation_h = 1;
  int32_t depth_multiplier = 1;  // as the file has it
};

TensorSpec Input(std::vector<int32_t> shape) { return Quantized(std::move(shape), kInputScale, kInputZero); }
TensorSpec Output(std::vector<int32_t> shape) {
  return Quantized(std::move(shape), kOutputScale, kOutputZero);
}

TensorSpec Filter(std::vector<int32_t> shape, const std::vector<int8_t>& weights) {
  TensorSpec filter = Quantized(std::move(shape), kFilterScale, 0);
  filter.data = Bytes(weights);
  return filter;
}

// A filter of weights 1.
TensorSpec Ones(const std::vector<int32_t>& shape) {
  int32_t count = 1;
  for (const int32_t size : shape) count *= size;
  return Filter(shape, std::vector<int8_t>(static_cast<size_t>(count), 1));
}

ModelSpec Convolution(const std::vector<TensorSpec>& operands, const TensorSpec& output,
                      const Options& options) {
  return Operator(tflite::BuiltinOperator_DEPTHWISE_CONV_2D, operands, output,
                  tflite::BuiltinOptions_DepthwiseConv2DOptions,
                  Node::Table()
                      .Set<int8_t>(4, options.padding)
                      .Set<int32_t>(6, options.stride_w)
                      .Set<int32_t>(8, options.stride_h)
                      .Set<int32_t>(10, options.depth_multiplier)
                      .Set<int8_t>(12, options.activation)
                      .Set<int32_t>(14, options.dilation_w)
                      .Set<int32_t>(16, options.dilation_h));
}

// Of inputs given as steps from the zero point; so are the outputs.
std::vector<int> Convolved(const ModelSpec& spec, const std::vector<int>& input) {
  LoadedModel model(spec);
  if (!model.ok()) return {};
  std::vector<int8_t> quantized;
  for (const int value : input) quantized.push_back(static_cast<int8_t>(value + kInputZero));
  model.SetInput(quantized);
  std::vector<int> output;
  for (const int8_t value : model.Run<int8_t>()) output.push_back(value - kOutputZero);
  return output;
}

TEST(DepthwiseConv, SumsEachChannelByItself) {
  const ModelSpec spec = Convolution(
      {Input({1, 2, 2, 2}), Filter({1, 2, 2, 2}, {1, 10, 2, 20, -1, 30, 3, -10}), Int32Constant({0, 5})},
      Output({1, 1, 1, 2}), {});
  // Channels 1 2 3 4 and 0 1 0 1.
  EXPECT_EQ(Convolved(spec, {1, 0, 2, 1, 3, 0, 4, 1}), (std::vector<int>{1 + 4 - 3 + 12, 20 - 10 + 5}));
}

TEST(DepthwiseConv, AMultiplierGivesSeveralOutputsOfEachChannel) {
  // The shapes count, whatever the file says.
  for (const int32_t depth_multiplier : {3, 1, 0, -7}) {
    Options options;
    options.depth_multiplier = depth_multiplier;
    const ModelSpec spec = Convolution({Input({1, 1, 1, 2}), Filter({1, 1, 1, 6}, {1, 2, 3, 4, 5, 6})},
                                       Output({1, 1, 1, 6}), options);
    EXPECT_EQ(Convolved(spec, {10, -3}), (std::vector<int>{10, 20, 30, -12, -15, -18})) << depth_multiplier;
  }
}

TEST(DepthwiseConv, OutsideOfTheInputIsZero) {
  Options options;
  options.padding = tflite::Padding_SAME;
  const ModelSpec three =
      Convolution({Input({1, 2, 3, 1}), Ones({1, 3, 3, 1})}, Output({1, 2, 3, 1}), options);
  EXPECT_EQ(Convolved(three, {1, 2, 3, 4, 5, 6}), (std::vector<int>{12, 21, 16, 12, 21, 16}));
  const ModelSpec two = Convolution({Input({1, 2, 2, 1}), Ones({1, 2, 2, 1})}, Output({1, 2, 2, 1}), options);
  EXPECT_EQ(Convolved(two, {1, 2, 3, 4}), (std::vector<int>{10, 6, 7, 4}));
}

TEST(DepthwiseConv, TakesStridesOfRowsAndColumns) {
  Options options;
  options.stride_h = 2;
  options.stride_w = 3;
  const ModelSpec spec =
      Convolution({Input({1, 3, 5, 1}), Filter({1, 1, 2, 1}, {1, 10})}, Output({1, 2, 2, 1}), options);
  EXPECT_EQ(Convolved(spec, {1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 2, 1, 2, 3, 1}),
            (std::vector<int>{21, 54, 12, 13}));
}

TEST(DepthwiseConv, DilationSkipsRowsAndColumns) {
  Options options;
  options.dilation_h = 2;
  options.dilation_w = 3;
  const ModelSpec spec =
      Convolution({Input({1, 3, 5, 1}), Filter({1, 2, 2, 1}, {1, 2, 3, 4})}, Output({1, 1, 2, 1}), options);
  EXPECT_EQ(Convolved(spec, {1, 2, 0, 3, 4, 99, 99, 99, 99, 99, 5, 6, 99, 7, 8}),
            (std::vector<int>{1 + 6 + 15 + 28, 2 + 8 + 18 + 32}));
}

TEST(DepthwiseConv, KeepsBatchesApart) {
  const ModelSpec spec = Convolution({Input({2, 1, 2, 1}), Ones({1, 1, 2, 1})}, Output({2, 1, 1, 1}), {});
  EXPECT_EQ(Convolved(spec, {1, 2, -10, -20}), (std::vector<int>{3, -30}));
}

TEST(DepthwiseConv, ScalesEachOutputChannel) {
  TensorSpec filter = Ones({1, 1, 1, 4});
  filter.scales = {kFilterScale, 2 * kFilterScale, kFilterScale / 2, kFilterScale};
  filter.zero_points = {0, 0, 0, 0};
  filter.quantized_dimension = 3;
  const ModelSpec spec = Convolution({Input({1, 1, 1, 2}), filter}, Output({1, 1, 1, 4}), {});
  EXPECT_EQ(Convolved(spec, {20, 12}), (std::vector<int>{20, 40, 6, 12}));
}

TEST(DepthwiseConv, LimitsToTheActivation) {
  Options options;
  options.activation = tflite::ActivationFunctionType_RELU_N1_TO_1;
  const ModelSpec spec =
      Convolution({Input({1, 1, 3, 1}), Ones({1, 1, 1, 1})}, Output({1, 1, 3, 1}), options);
  EXPECT_EQ(Convolved(spec, {-9, 7, 9}), (std::vector<int>{-8, 7, 8}));  // 1 in steps of 0.125
}

TEST(DepthwiseConv, ABiasMayBeLeftOut) {
  ModelSpec spec = Convolution({Input({1, 1, 1, 1}), Ones({1, 1, 1, 1})}, Output({1, 1, 1, 1}), {});
  spec.operators[0].inputs.push_back(-1);
  EXPECT_EQ(Convolved(spec, {7}), (std::vector<int>{7}));
}

TEST(DepthwiseConv, RefusesOptionsThatNoKernelKnows) {
  const std::vector<TensorSpec> operands = {Input({1, 2, 2, 1}), Ones({1, 1, 1, 1})};
  const TensorSpec output = Output({1, 2, 2, 1});
  Options options;
  options.stride_h = -2;
  EXPECT_EQ(Refusal(Convolution(operands, output, options)),
            "strides of -2x1 (height x width) are not from 1 to 32767");
  options = {};
  options.dilation_w = 0;
  EXPECT_EQ(Refusal(Convolution(operands, output, options)),
            "dilation factors of 1x0 (height x width) are not from 1 to 32767");
  options = {};
  options.padding = 2;
  EXPECT_EQ(Refusal(Convolution(operands, output, options)), "padding 2 is not known");
  EXPECT_EQ(Refusal(Operator(tflite::BuiltinOperator_DEPTHWISE_CONV_2D, operands, output)),
            "the options are missing");
}

TEST(DepthwiseConv, RefusesShapesThatDoNotFit) {
  const TensorSpec input = Input({1, 3, 3, 2});
  const TensorSpec filter = Ones({1, 2, 2, 4});
  EXPECT_EQ(Refusal(Convolution({input, filter}, Output({1, 2, 2, 4}), {})), "");
  EXPECT_EQ(Refusal(Convolution({input, filter}, Output({1, 2, 2, 2}), {})),
            "the output is 1x2x2x2, the filter gives 1x2x2x4");
  EXPECT_EQ(Refusal(Convolution({input, filter}, Output({1, 2, 3, 4}), {})),
            "the output is 1x2x3x4, the filter gives 1x2x2x4");
  EXPECT_EQ(Refusal(Convolution({input, Ones({1, 2, 2, 3})}, Output({1, 2, 2, 3}), {})),
            "weights of 1x2x2x3 do not fit an input of 2 channels");
  EXPECT_EQ(Refusal(Convolution({input, Ones({1, 2, 2, 1})}, Output({1, 2, 2, 1}), {})),
            "weights of 1x2x2x1 do not fit an input of 2 channels");
  EXPECT_EQ(Refusal(Convolution({input, Ones({2, 2, 2, 4})}, Output({1, 2, 2, 4}), {})),
            "weights of 2x2x2x4 do not fit an input of 2 channels");
  EXPECT_EQ(Refusal(Convolution({input, filter, Int32Constant({1, 2})}, Output({1, 2, 2, 4}), {})),
            "the bias has 2 elements for 4 channels");
  EXPECT_EQ(Refusal(Convolution({input, Ones({2, 2, 4})}, Output({1, 2, 2, 4}), {})),
            "input, weights and output must have 4 dimensions");
}

TEST(DepthwiseConv, RefusesTypesAndQuantizationItCannotUse) {
  const TensorSpec input = Input({1, 1, 1, 2});
  const TensorSpec filter = Ones({1, 1, 1, 2});
  const TensorSpec output = Output({1, 1, 1, 2});
  EXPECT_EQ(Refusal(Convolution({Float({1, 1, 1, 2}), filter}, output, {})),
            "the input is FLOAT32, only INT8 is supported");
  EXPECT_EQ(Refusal(Convolution({input, Input({1, 1, 1, 2})}, output, {})), "the weights must be constant");
  EXPECT_EQ(Refusal(Convolution({input}, output, {})), "1 input and 1 output: not what the operator takes");
  TensorSpec wrong = filter;
  wrong.zero_points = {-1};
  EXPECT_EQ(Refusal(Convolution({input, wrong}, output, {})), "the weights must have zero point 0");
  wrong = Ones({1, 2, 1, 2});
  wrong.scales = {0.5f, 0.5f};
  wrong.zero_points = {0, 0};
  wrong.quantized_dimension = 1;
  EXPECT_EQ(Refusal(Convolution({Input({1, 2, 1, 2}), wrong}, output, {})),
            "the weights must have one scale, or one per output channel");
}

}  // namespace
}  // namespace single_operator
