// PACK: along each axis, for each element type.
#include <gtest/gtest.h>

#include "single_operator.h"

namespace single_operator {
namespace {

ModelSpec Pack(const std::vector<TensorSpec>& inputs, const TensorSpec& output, int axis, int count) {
  return Operator(tflite::BuiltinOperator_PACK, inputs, output, tflite::BuiltinOptions_PackOptions,
                  Node::Table().Set<int32_t>(4, count).Set<int32_t>(6, axis));
}

struct AxisCase {
  int axis;
  std::vector<int32_t> output_shape;
  std::vector<int32_t> expected;
};

class PackAxisTest : public testing::TestWithParam<AxisCase> {};

TEST_P(PackAxisTest, Joins) {
  LoadedModel model(Pack({Int32({2, 3}), Int32({2, 3})}, Int32(GetParam().output_shape), GetParam().axis, 2));
  ASSERT_TRUE(model.ok());
  model.SetInput<int32_t>({1, 2, 3, 4, 5, 6}, 0);
  model.SetInput<int32_t>({-1, -2, -3, -4, -5, -6}, 1);
  EXPECT_EQ(model.Run<int32_t>(), GetParam().expected);
}

const std::vector<int32_t> kOuter = {1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6};
const std::vector<int32_t> kMiddle = {1, 2, 3, -1, -2, -3, 4, 5, 6, -4, -5, -6};
const std::vector<int32_t> kInner = {1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6};

INSTANTIATE_TEST_SUITE_P(Axes, PackAxisTest,
                         testing::Values(AxisCase{0, {2, 2, 3}, kOuter}, AxisCase{1, {2, 2, 3}, kMiddle},
                                         AxisCase{2, {2, 3, 2}, kInner}, AxisCase{-1, {2, 3, 2}, kInner},
                                         AxisCase{-3, {2, 2, 3}, kOuter}));

TEST(Pack, JoinsScalars) {
  LoadedModel model(Pack({Int32({}), Int32Constant({640})}, Int32({2}), 0, 2));
  EXPECT_FALSE(model.ok());  // ranks 0 and 1
  ModelSpec spec = Pack({Int32({}), Int32({})}, Int32({2}), 0, 2);
  LoadedModel scalars(spec);
  ASSERT_TRUE(scalars.ok());
  scalars.SetInput<int32_t>({1}, 0);
  scalars.SetInput<int32_t>({640}, 1);
  EXPECT_EQ(scalars.Run<int32_t>(), (std::vector<int32_t>{1, 640}));
  model_building::TakeLog();
}

TEST(Pack, MovesInt8) {
  LoadedModel model(Pack({Quantized({3}, 1, 0), Quantized({3}, 1, 0)}, Quantized({3, 2}, 1, 0), 1, 2));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({1, 2, 3}, 0);
  model.SetInput<int8_t>({4, 5, 6}, 1);
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{1, 4, 2, 5, 3, 6}));
}

TEST(Pack, RefusesWhatDoesNotFit) {
  EXPECT_EQ(Refusal(Pack({Int32({2}), Int32({2})}, Int32({2, 2}), 2, 2)), "axis out of range");
  EXPECT_EQ(Refusal(Pack({Int32({2}), Int32({2})}, Int32({3, 2}), 0, 2)),
            "the new dimension does not count the inputs");
  EXPECT_EQ(Refusal(Pack({Int32({2}), Float({2})}, Int32({2, 2}), 0, 2)),
            "input and output differ in element type");
  EXPECT_NE(Refusal(Pack({Int32({2}), Int32({3})}, Int32({2, 2}), 0, 2)), "");
  EXPECT_NE(Refusal(Pack({Int32({2})}, Int32({1, 2}), 0, 2)), "");
}

}  // namespace
}  // namespace single_operator
