// MEAN: axes, shapes, rounding, refusals. Agreement with tflite-micro is tested from Python.
#include <gtest/gtest.h>

#include "single_operator.h"

namespace single_operator {
namespace {

ModelSpec Mean(const TensorSpec& input, const TensorSpec& axes, const TensorSpec& output,
               bool keep_dims = false) {
  return Operator(tflite::BuiltinOperator_MEAN, {input, axes}, output, tflite::BuiltinOptions_ReducerOptions,
                  Node::Table().Set<uint8_t>(4, keep_dims ? 1 : 0));
}

TensorSpec Tensor(std::vector<int32_t> shape) { return Quantized(std::move(shape), 1.0f, 0); }

const std::vector<int8_t> kTwelve = {0, 10, 20, 30, 40, 50, -6, -5, -4, -3, -2, -1};  // [2, 3, 2]

TEST(Mean, ReducesAnyDimension) {
  const struct {
    std::vector<int32_t> axes;
    std::vector<int32_t> shape;
    std::vector<int8_t> expected;
  } cases[] = {
      {{0}, {3, 2}, {-3, 3, 8, 14, 19, 25}},  // halves go up: 2.5, 13.5, 24.5
      {{1}, {2, 2}, {20, 30, -4, -3}},
      {{2}, {2, 3}, {5, 25, 45, -5, -3, -1}},  // -5.5, -3.5, -1.5
      {{0, 2}, {3}, {0, 11, 22}},              // -0.25, 10.75, 21.75
      {{0, 1, 2}, {}, {11}},                   // 10.75
  };
  for (const auto& one : cases) {
    LoadedModel model(Mean(Tensor({2, 3, 2}), Int32Constant(one.axes), Tensor(one.shape)));
    ASSERT_TRUE(model.ok());
    model.SetInput(kTwelve);
    EXPECT_EQ(model.Run<int8_t>(), one.expected);
  }
}

TEST(Mean, KeepsDimensionsAndTakesAxesFromTheEndAndTwice) {
  LoadedModel model(Mean(Tensor({2, 3, 2}), Int32Constant({-2, 1, -2}), Tensor({2, 1, 2}), true));
  ASSERT_TRUE(model.ok());
  model.SetInput(kTwelve);
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{20, 30, -4, -3}));
}

TEST(Mean, BringsTheMeanToTheOutputsScale) {
  LoadedModel model(Mean(Quantized({4}, 0.5f, 10), Int32Constant({0}), Quantized({}, 0.25f, -100)));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({10, 12, 14, 16});  // 0, 1, 2, 3
  EXPECT_EQ(model.Run<int8_t>(), std::vector<int8_t>{-94});
}

TEST(Mean, TakesAnAxisWithoutDimensions) {
  TensorSpec axis = Int32({});
  axis.data = Bytes<int32_t>({1});
  LoadedModel model(Mean(Tensor({1, 2}), axis, Tensor({1})));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({3, 5});
  EXPECT_EQ(model.Run<int8_t>(), std::vector<int8_t>{4});
}

TEST(Mean, RefusesAxes) {
  for (const int32_t axis : {2, -3, INT32_MAX, INT32_MIN}) {
    EXPECT_EQ(Refusal(Mean(Tensor({2, 3}), Int32Constant({axis}), Tensor({3}))), "axis out of range");
  }
  EXPECT_EQ(Refusal(Mean(Tensor({}), Int32Constant({0}), Tensor({}))), "axis out of range");
  EXPECT_EQ(Refusal(Mean(Tensor({2, 3}), Int32({1}), Tensor({3}))), "the axes must be constant");
  EXPECT_EQ(Refusal(Mean(Tensor({2, 3}), Float({1}), Tensor({3}))),
            "the axis operand is FLOAT32, only INT32 is supported");
}

TEST(Mean, RefusesShapes) {
  const char* refusal = "the output does not have the shape that the axes leave";
  const TensorSpec axes = Int32Constant({0});
  EXPECT_EQ(Refusal(Mean(Tensor({2, 3}), axes, Tensor({2}))), refusal);
  EXPECT_EQ(Refusal(Mean(Tensor({2, 3}), axes, Tensor({}))), refusal);
  EXPECT_EQ(Refusal(Mean(Tensor({2, 3}), axes, Tensor({1, 3}))), refusal);
  EXPECT_EQ(Refusal(Mean(Tensor({2, 3}), axes, Tensor({3}), true)), refusal);
  EXPECT_EQ(Refusal(Mean(Tensor({2, 3}), axes, Tensor({1, 3}), true)), "");
}

TEST(Mean, RefusesOperandsThatItDoesNotTake) {
  const TensorSpec axes = Int32Constant({0});
  EXPECT_EQ(Refusal(Mean(Float({2}), axes, Tensor({}))), "the input is FLOAT32, only INT8 is supported");
  EXPECT_EQ(Refusal(Mean(Tensor({2}), axes, Float({}))), "the output is FLOAT32, only INT8 is supported");
  EXPECT_EQ(Refusal(Mean(Quantized({2}, 0.0f, 0), axes, Tensor({}))), "the input has no scale");
  EXPECT_EQ(Refusal(Mean(Tensor({2}), axes, Quantized({}, 0.0f, 0))), "the output has no scale");
  EXPECT_EQ(Refusal(Mean(Tensor({2}), axes, Quantized({}, 0x1p-30f, 0))),
            "the scales give a factor above 2^30");
  EXPECT_EQ(Refusal(Operator(tflite::BuiltinOperator_MEAN, {Tensor({2})}, Tensor({}))),
            "1 input and 1 output: not what the operator takes");
}

}  // namespace
}  // namespace single_operator
