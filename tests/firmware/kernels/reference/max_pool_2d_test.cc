// MAX_POOL_2D: windows at the edges, strides, activations, refusals. Agreement with tflite-micro is tested
// from Python.
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
  return Operator(tflite::BuiltinOperator_MAX_POOL_2D, {input}, output, tflite::BuiltinOptions_Pool2DOptions,
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

TEST(MaxPool, TakesTheLargestOfEachWindow) {
  LoadedModel model(Pool(Image(3, 3), Image(2, 2), {}));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({-128, 2, -3, 4, -5, 6, 7, -8, -9});
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{4, 6, 7, 6}));
}

TEST(MaxPool, PaddingIsNeverTheLargest) {
  Window window;
  window.padding = tflite::Padding_SAME;
  window.stride_w = window.stride_h = 2;
  LoadedModel model(Pool(Image(3, 3), Image(2, 2), window));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({-128, -120, -128, -121, -128, -122, -128, -123, -128});
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{-120, -122, -123, -128}));
}

TEST(MaxPool, KeepsChannelsAndBatchesApart) {
  LoadedModel model(Pool(Quantized({2, 1, 2, 2}, 1, 0), Quantized({2, 1, 1, 2}, 1, 0),
                         {tflite::Padding_VALID, 1, 1, 2, 1, 0}));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({1, 10, 2, 9, -1, -10, -2, -9});
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{2, 10, -1, -9}));
}

TEST(MaxPool, LimitsToTheActivation) {
  Window window;
  window.width = window.height = 1;
  window.activation = tflite::ActivationFunctionType_RELU6;
  LoadedModel model(Pool(Image(1, 3), Image(1, 3), window));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({-100, 0, 100});
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{-10, 0, 2}));  // 0 and 6 in steps of 0.5 from -10
}

TEST(MaxPool, AWindowLargerThanTheInputSeesAllOfIt) {
  Window window;
  window.padding = tflite::Padding_SAME;
  window.width = window.height = 32767;
  LoadedModel model(Pool(Image(1, 2), Image(1, 2), window));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({3, 5});
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{5, 5}));
}

TEST(MaxPool, RefusesOptionsThatNoKernelKnows) {
  Window window;
  window.stride_h = 0;
  EXPECT_EQ(Refusal(Pool(Image(3, 3), Image(2, 2), window)),
            "strides of 0x1 (height x width) are not from 1 to 32767");
  window = {};
  window.width = -1;
  EXPECT_EQ(Refusal(Pool(Image(3, 3), Image(2, 2), window)),
            "window sizes of 2x-1 (height x width) are not from 1 to 32767");
  window = {};
  window.padding = 2;
  EXPECT_EQ(Refusal(Pool(Image(3, 3), Image(2, 2), window)), "padding 2 is not known");
  window = {};
  window.activation = tflite::ActivationFunctionType_TANH;
  EXPECT_EQ(Refusal(Pool(Image(3, 3), Image(2, 2), window)), "fused activation 4 is not supported");
  EXPECT_EQ(Refusal(Operator(tflite::BuiltinOperator_MAX_POOL_2D, {Image(3, 3)}, Image(2, 2))),
            "the options are missing");
}

TEST(MaxPool, RefusesTensorsThatDoNotFit) {
  EXPECT_EQ(Refusal(Pool(Image(3, 3), Image(3, 3), {})), "the output is 1x3x3x1, the window gives 1x2x2x1");
  EXPECT_EQ(Refusal(Pool(Image(1, 1), Image(1, 1), {})), "the output is 1x1x1x1, the window gives 1x0x0x1");
  EXPECT_EQ(Refusal(Pool(Float({1, 3, 3, 1}), Image(2, 2), {})),
            "the input is FLOAT32, only INT8 is supported");
  EXPECT_EQ(Refusal(Pool(Quantized({3, 3, 1}, 0.5f, -10), Image(2, 2), {})),
            "input and output must have 4 dimensions");
  EXPECT_EQ(Refusal(Pool(Quantized({1, 3, 3, 1}, 0.5f, -9), Image(2, 2), {})),
            "input and output differ in scale or zero point");
}

}  // namespace
}  // namespace single_operator
