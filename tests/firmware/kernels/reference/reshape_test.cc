// RESHAPE: in place where it may, a copy where input and output are the model's own or the input is constant.
#include <gtest/gtest.h>

#include "single_operator.h"

namespace single_operator {
namespace {

TEST(Reshape, CopiesFromInputToOutput) {
  LoadedModel model(
      Operator(tflite::BuiltinOperator_RESHAPE, {Int32({2, 3}), Int32Constant({3, 2})}, Int32({3, 2})));
  ASSERT_TRUE(model.ok());
  const std::vector<int32_t> values = {1, -2, 3, -4, 5, -6};
  model.SetInput(values);
  EXPECT_EQ(model.Run<int32_t>(), values);
  EXPECT_NE(model.interpreter().input(0)->data.data, model.interpreter().output(0)->data.data);
}

TEST(Reshape, CopiesAConstant) {
  TensorSpec constant = Int32Constant({7, 8, 9, 10});
  ModelSpec spec = Operator(tflite::BuiltinOperator_RESHAPE, {constant}, Int32({2, 2}));
  spec.inputs = {spec.Add(Int32({1}))};
  LoadedModel model(spec);
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(model.Run<int32_t>(), (std::vector<int32_t>{7, 8, 9, 10}));
}

TEST(Reshape, RefusesAnotherSizeOrType) {
  EXPECT_EQ(Refusal(Operator(tflite::BuiltinOperator_RESHAPE, {Int32({2, 3})}, Int32({5}))),
            "cannot reshape 24 bytes to 20");
  EXPECT_EQ(Refusal(Operator(tflite::BuiltinOperator_RESHAPE, {Int32({2, 3})}, Float({6}))),
            "input and output differ in element type");
}

}  // namespace
}  // namespace single_operator
