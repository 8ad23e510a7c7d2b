// SHAPE: the dimensions of its input.
#include <gtest/gtest.h>

#include "single_operator.h"

namespace single_operator {
namespace {

TEST(Shape, GivesTheDimensions) {
  LoadedModel model(Operator(tflite::BuiltinOperator_SHAPE, {Quantized({1, 5, 128, 1}, 1, 0)}, Int32({4})));
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(model.Run<int32_t>(), (std::vector<int32_t>{1, 5, 128, 1}));
}

TEST(Shape, RefusesAnotherRankOrType) {
  EXPECT_NE(Refusal(Operator(tflite::BuiltinOperator_SHAPE, {Float({2, 3})}, Int32({3}))), "");
  EXPECT_EQ(Refusal(Operator(tflite::BuiltinOperator_SHAPE, {Float({2, 3})}, Float({2}))),
            "the output is FLOAT32, only INT32 is supported");
}

}  // namespace
}  // namespace single_operator
