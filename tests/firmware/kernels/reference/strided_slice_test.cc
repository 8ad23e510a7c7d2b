// STRIDED_SLICE: begin, end, strides and masks in one and more dimensions.
#include <gtest/gtest.h>

#include "single_operator.h"

namespace single_operator {
namespace {

struct Slice {
  const char* name;
  std::vector<int32_t> begin;
  std::vector<int32_t> end;
  std::vector<int32_t> strides;
  int begin_mask = 0;
  int end_mask = 0;
  int shrink_mask = 0;
  std::vector<int32_t> output_shape;
  std::vector<int32_t> expected;
};

ModelSpec Model(const std::vector<int32_t>& input_shape, const Slice& slice) {
  const Node options = Node::Table()
                           .Set<int32_t>(4, slice.begin_mask)
                           .Set<int32_t>(6, slice.end_mask)
                           .Set<int32_t>(12, slice.shrink_mask);
  return Operator(tflite::BuiltinOperator_STRIDED_SLICE,
                  {Int32(input_shape), Int32Constant(slice.begin), Int32Constant(slice.end),
                   Int32Constant(slice.strides)},
                  Int32(slice.output_shape), tflite::BuiltinOptions_StridedSliceOptions, options);
}

class SliceTest : public testing::TestWithParam<Slice> {};

// The input is 3x4: 0 1 2 3 / 10 11 12 13 / 20 21 22 23. Expected values are numpy's.
TEST_P(SliceTest, TakesTheElements) {
  LoadedModel model(Model({3, 4}, GetParam()));
  ASSERT_TRUE(model.ok()) << model_building::TakeLog();
  model.SetInput<int32_t>({0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23});
  EXPECT_EQ(model.Run<int32_t>(), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Slices, SliceTest,
    testing::Values(
        Slice{"Inner", {1, 1}, {3, 3}, {1, 1}, 0, 0, 0, {2, 2}, {11, 12, 21, 22}},
        Slice{"NegativePositions", {-2, -3}, {-1, -1}, {1, 1}, 0, 0, 0, {1, 2}, {11, 12}},
        Slice{"OutsideIsClamped", {-9, 2}, {9, 9}, {1, 1}, 0, 0, 0, {3, 2}, {2, 3, 12, 13, 22, 23}},
        Slice{"Strides", {0, 0}, {3, 4}, {2, 3}, 0, 0, 0, {2, 2}, {0, 3, 20, 23}},
        Slice{"Masks", {2, 1}, {1, 2}, {1, 1}, 1, 3, 0, {3, 3}, {1, 2, 3, 11, 12, 13, 21, 22, 23}},
        Slice{"Backwards", {2, 3}, {0, 0}, {-1, -2}, 0, 0, 0, {2, 2}, {23, 21, 13, 11}},
        Slice{"BackwardsMasked",
              {0, 0},
              {0, 0},
              {-1, -1},
              3,
              3,
              0,
              {3, 4},
              {23, 22, 21, 20, 13, 12, 11, 10, 3, 2, 1, 0}},
        Slice{"Shrink", {1, 0}, {2, 4}, {1, 1}, 0, 0, 1, {4}, {10, 11, 12, 13}},
        Slice{"ShrinkNegative", {-1, -1}, {0, 0}, {1, 1}, 0, 0, 3, {}, {23}}),
    [](const auto& info) { return info.param.name; });

TEST(StridedSlice, TakesTheBatchOfAShape) {
  LoadedModel model(Model({4}, Slice{"", {0}, {1}, {1}, 0, 0, 1, {}, {}}));
  ASSERT_TRUE(model.ok());
  model.SetInput<int32_t>({1, 5, 128, 1});
  EXPECT_EQ(model.Run<int32_t>(), (std::vector<int32_t>{1}));
}

TEST(StridedSlice, RefusesWhatItCannotDo) {
  const auto refusal = [](const Slice& slice) { return Refusal(Model({4}, slice)); };
  EXPECT_EQ(refusal({"", {0}, {4}, {0}, 0, 0, 0, {4}, {}}), "the slice is empty or outside the input");
  EXPECT_EQ(refusal({"", {2}, {2}, {1}, 0, 0, 0, {1}, {}}), "the slice is empty or outside the input");
  EXPECT_EQ(refusal({"", {4}, {5}, {1}, 0, 0, 1, {}, {}}), "the slice is empty or outside the input");
  EXPECT_EQ(refusal({"", {-5}, {5}, {1}, 0, 0, 1, {}, {}}), "the slice is empty or outside the input");
  EXPECT_EQ(refusal({"", {0}, {4}, {INT32_MIN}, 0, 0, 0, {4}, {}}),
            "the slice is empty or outside the input");
  EXPECT_EQ(refusal({"", {0}, {3}, {1}, 0, 0, 0, {4}, {}}), "the slice does not have the output's shape");
  ModelSpec computed = Model({4}, {"", {0}, {3}, {1}, 0, 0, 0, {3}, {}});
  computed.tensors[1].data.clear();
  computed.inputs.push_back(1);
  EXPECT_EQ(Refusal(computed), "begin, end and strides must be constant");
  ModelSpec ellipsis = Model({4}, {"", {0}, {3}, {1}, 0, 0, 0, {3}, {}});
  ellipsis.operators[0].options.Set<int32_t>(8, 1);
  EXPECT_EQ(Refusal(ellipsis), "ellipsis_mask is not supported");
  ellipsis.operators[0].options.Set<int32_t>(8, 0).Set<int32_t>(10, 1);
  EXPECT_EQ(Refusal(ellipsis), "new_axis_mask is not supported");
  ellipsis.operators[0].options.Set<int32_t>(10, 0).Set<uint8_t>(14, 1);
  EXPECT_EQ(Refusal(ellipsis), "an end relative to begin is not supported");
}

}  // namespace
}  // namespace single_operator
