// AVERAGE_POOL_2D: rounding, windows at the edges, strides, activations, refusals. Agreement with
// tflite-micro is tested from Python.
#include <gtest/gtest.h>

#include "single_operator.h"

namespace single_operator {
namespace {

struct Window {
  int8_t padding = tflite::Padding_VALID;
  int32_t stride_w = 1;
  int32_t stride_h = 1;
  int32_t width = 2;
  int32_t height = 2;
  int8_t activation = 0;
};

ModelSpec Pool(const TensorSpec& input, const TensorSpec& output, const Window& window) {
  return Operator(tflite::BuiltinOperator_AVERAGE_POOL_2D, {input}, output,
                  tflite::BuiltinOptions_Pool2DOptions,
                  Node::Table()
                      .Set<int8_t>(4, window.padding)
                      .Set<int32_t>(6, window.stride_w)
                      .Set<int32_t>(8, window.stride_h)
                      .Set<int32_t>(10, window.width)
                      .Set<int32_t>(12, window.height)
                      .Set<int8_t>(14, window.activation));
}

TensorSpec Image(int32_t rows, int32_t columns, int32_t channels = 1) {
  return Quantized({1, rows, columns, channels}, 0.5f, -10);
}

std::vector<int8_t> Averages(const ModelSpec& spec, const std::vector<int8_t>& input) {
  LoadedModel model(spec);
  if (!model.ok()) return {};
  model.SetInput(input);
  return model.Run<int8_t>();
}

TEST(AveragePool, TakesTheMeanOfEachWindow) {
  EXPECT_EQ(Averages(Pool(Image(3, 3), Image(2, 2), {}), {0, 4, 8, 12, 16, 20, -24, -28, -32}),
            (std::vector<int8_t>{8, 12, -6, -6}));
}

TEST(AveragePool, RoundsHalfAwayFromZero) {
  const ModelSpec pairs = Pool(Image(1, 8), Image(1, 4), {tflite::Padding_VALID, 2, 1, 2, 1, 0});
  EXPECT_EQ(Averages(pairs, {1, 2, -1, -2, 0, 1, 0, -1}), (std::vector<int8_t>{2, -2, 1, -1}));
  const ModelSpec fours = Pool(Image(1, 8), Image(1, 2), {tflite::Padding_VALID, 4, 1, 4, 1, 0});
  EXPECT_EQ(Averages(fours, {0, 0, 0, 1, -1, -1, -1, 0}), (std::vector<int8_t>{0, -1}));
}

TEST(AveragePool, KeepsBothEndsOfTheRange) {
  const ModelSpec model = Pool(Image(2, 4), Image(1, 2), {tflite::Padding_VALID, 2, 1, 2, 2, 0});
  EXPECT_EQ(Averages(model, {-128, -128, 127, 127, -128, -128, 127, 127}), (std::vector<int8_t>{-128, 127}));
}

TEST(AveragePool, PaddingDoesNotCount) {
  Window window;
  window.padding = tflite::Padding_SAME;
  window.width = window.height = 3;
  EXPECT_EQ(Averages(Pool(Image(2, 3), Image(2, 3), window), {10, 20, 30, 40, 50, 60}),
            (std::vector<int8_t>{30, 35, 40, 30, 35, 40}));
  window.width = window.height = 2;
  window.stride_w = window.stride_h = 2;
  EXPECT_EQ(Averages(Pool(Image(3, 3), Image(2, 2), window), {1, 3, 5, 1, 3, 7, 4, 6, 9}),
            (std::vector<int8_t>{2, 6, 5, 9}));
}

TEST(AveragePool, AWindowLargerThanTheInputSeesAllOfIt) {
  Window window;
  window.padding = tflite::Padding_SAME;
  window.width = window.height = 32767;
  EXPECT_EQ(Averages(Pool(Image(1, 2), Image(1, 2), window), {3, 5}), (std::vector<int8_t>{4, 4}));
}

TEST(AveragePool, KeepsChannelsAndBatchesApart) {
  EXPECT_EQ(Averages(Pool(Quantized({2, 1, 2, 2}, 1, 0), Quantized({2, 1, 1, 2}, 1, 0),
                          {tflite::Padding_VALID, 1, 1, 2, 1, 0}),
                     {1, 10, 3, 20, -1, -10, -3, -20}),
            (std::vector<int8_t>{2, 15, -2, -15}));
}

TEST(AveragePool, LimitsToTheActivation) {
  Window window;
  window.width = window.height = 1;
  window.activation = tflite::ActivationFunctionType_RELU6;
  EXPECT_EQ(Averages(Pool(Image(1, 3), Image(1, 3), window), {-100, 0, 100}),
            (std::vector<int8_t>{-10, 0, 2}));  // 0 and 6 in steps of 0.5 from -10
  window.activation = tflite::ActivationFunctionType_RELU_N1_TO_1;
  EXPECT_EQ(Averages(Pool(Image(1, 3), Image(1, 3), window), {-100, -10, 100}),
            (std::vector<int8_t>{-12, -10, -8}));
}

TEST(AveragePool, RefusesWindowsWhoseSumCouldOverflow) {
  const Window window = {tflite::Padding_VALID, 1, 1, 4096, 2049, 0};
  EXPECT_EQ(Refusal(Pool(Image(2049, 4096), Image(1, 1), window)),
            "a mean of 2049x4096 elements: at most 8388608 are supported");
}

TEST(AveragePool, RefusesOptionsThatNoKernelKnows) {
  Window window;
  window.stride_w = 0;
  EXPECT_EQ(Refusal(Pool(Image(3, 3), Image(2, 2), window)),
            "strides of 1x0 (height x width) are not from 1 to 32767");
  window = {};
  window.height = 0;
  EXPECT_EQ(Refusal(Pool(Image(3, 3), Image(2, 2), window)),
            "window sizes of 0x2 (height x width) are not from 1 to 32767");
  window = {};
  window.activation = tflite::ActivationFunctionType_TANH;
  EXPECT_EQ(Refusal(Pool(Image(3, 3), Image(2, 2), window)), "fused activation 4 is not supported");
  EXPECT_EQ(Refusal(Operator(tflite::BuiltinOperator_AVERAGE_POOL_2D, {Image(3, 3)}, Image(2, 2))),
            "the options are missing");
}

TEST(AveragePool, RefusesTensorsThatDoNotFit) {
  EXPECT_EQ(Refusal(Pool(Image(3, 3), Image(3, 3), {})), "the output is 1x3x3x1, the window gives 1x2x2x1");
  EXPECT_EQ(Refusal(Pool(Image(3, 3, 2), Image(2, 2), {})),
            "the output is 1x2x2x1, the window gives 1x2x2x2");
  EXPECT_EQ(Refusal(Pool(Image(3, 3), Float({1, 2, 2, 1}), {})),
            "the output is FLOAT32, only INT8 is supported");
  EXPECT_EQ(Refusal(Pool(Image(3, 3), Quantized({1, 2, 2}, 0.5f, -10), {})),
            "input and output must have 4 dimensions");
  EXPECT_EQ(Refusal(Pool(Quantized({1, 3, 3, 1}, 0.25f, -10), Image(2, 2), {})),
            "input and output differ in scale or zero point");
}

}  // namespace
}  // namespace single_operator
