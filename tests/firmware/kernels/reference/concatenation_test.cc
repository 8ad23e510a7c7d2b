// CONCATENATION: dimensions, types, refusals. Agreement with tflite-micro is tested from Python.
#include <gtest/gtest.h>

#include "single_operator.h"

namespace single_operator {
namespace {

ModelSpec Concatenation(const std::vector<TensorSpec>& inputs, const TensorSpec& output, int32_t axis,
                        int8_t activation = 0) {
  return Operator(tflite::BuiltinOperator_CONCATENATION, inputs, output,
                  tflite::BuiltinOptions_ConcatenationOptions,
                  Node::Table().Set<int32_t>(4, axis).Set<int8_t>(6, activation));
}

TensorSpec Tensor(std::vector<int32_t> shape) { return Quantized(std::move(shape), 0.5f, -3); }

TEST(Concatenation, JoinsTheFirstDimension) {
  LoadedModel model(Concatenation({Tensor({1, 2}), Tensor({2, 2})}, Tensor({3, 2}), 0));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({1, 2}, 0);
  model.SetInput<int8_t>({3, 4, 5, 6}, 1);
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{1, 2, 3, 4, 5, 6}));
}

TEST(Concatenation, JoinsRowByRowAndCountsAxesFromTheEnd) {
  LoadedModel model(Concatenation({Tensor({2, 1, 2}), Tensor({2, 2, 2})}, Tensor({2, 3, 2}), -2));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({1, 2, 3, 4}, 0);
  model.SetInput<int8_t>({10, 11, 12, 13, 20, 21, 22, 23}, 1);
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{1, 2, 10, 11, 12, 13, 3, 4, 20, 21, 22, 23}));
}

TEST(Concatenation, TakesConstantsAndOtherTypes) {
  LoadedModel model(Concatenation({Int32({1}), Int32Constant({7, 8})}, Int32({3}), 0));
  ASSERT_TRUE(model.ok());
  model.SetInput<int32_t>({-1});
  EXPECT_EQ(model.Run<int32_t>(), (std::vector<int32_t>{-1, 7, 8}));
}

TEST(Concatenation, TakesOneInputAndMany) {
  LoadedModel one(Concatenation({Tensor({2})}, Tensor({2}), 0));
  ASSERT_TRUE(one.ok());
  one.SetInput<int8_t>({4, 5});
  EXPECT_EQ(one.Run<int8_t>(), (std::vector<int8_t>{4, 5}));
  EXPECT_EQ(Refusal(Concatenation(std::vector<TensorSpec>(50, Tensor({2})), Tensor({100}), 0)), "");
}

TEST(Concatenation, RefusesShapesThatDoNotJoin) {
  const char* refusal = "an input differs from the output in more than the dimension joined";
  EXPECT_EQ(Refusal(Concatenation({Tensor({1, 2}), Tensor({1, 3})}, Tensor({2, 2}), 0)), refusal);
  EXPECT_EQ(Refusal(Concatenation({Tensor({2}), Tensor({1, 2})}, Tensor({2, 2}), 0)), refusal);
  EXPECT_EQ(Refusal(Concatenation({Tensor({2, 2}), Tensor({2, 2})}, Tensor({5, 2}), 0)),
            "the inputs join to 4, the output has 5");
  for (const int32_t axis : {2, -3, INT32_MAX, INT32_MIN}) {
    EXPECT_EQ(Refusal(Concatenation({Tensor({1, 2})}, Tensor({1, 2}), axis)), "axis out of range");
  }
  EXPECT_EQ(Refusal(Concatenation({Tensor({})}, Tensor({}), 0)), "axis out of range");
}

TEST(Concatenation, RefusesWhatItWouldHaveToCompute) {
  const char* scales = "input and output differ in scale or zero point";
  EXPECT_EQ(Refusal(Concatenation({Tensor({1}), Quantized({1}, 0.25f, -3)}, Tensor({2}), 0)), scales);
  EXPECT_EQ(Refusal(Concatenation({Tensor({1}), Quantized({1}, 0.5f, 0)}, Tensor({2}), 0)), scales);
  EXPECT_EQ(Refusal(Concatenation({Tensor({1}), Float({1})}, Tensor({2}), 0)),
            "input and output differ in element type");
  EXPECT_EQ(Refusal(Concatenation({Tensor({1})}, Tensor({1}), 0, tflite::ActivationFunctionType_RELU)),
            "a fused activation is not supported");
}

TEST(Concatenation, RefusesOtherTypes) {
  TensorSpec tensor = Tensor({1});
  tensor.type = tflite::TensorType_INT16;
  tensor.zero_points = {0};
  EXPECT_EQ(Refusal(Concatenation({tensor}, tensor, 0)), "element type not supported");
}

}  // namespace
}  // namespace single_operator
