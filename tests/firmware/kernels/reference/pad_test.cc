// PAD: borders in each dimension, ranks, refusals. Agreement with tflite-micro is tested from Python.
#include <gtest/gtest.h>

#include "single_operator.h"

namespace single_operator {
namespace {

constexpr int8_t kZero = -7;

TensorSpec Image(std::vector<int32_t> shape) { return Quantized(std::move(shape), 0.5f, kZero); }

// Paddings: before and behind, for each dimension.
ModelSpec Pad(const TensorSpec& input, const TensorSpec& output, const std::vector<int32_t>& paddings) {
  return Operator(tflite::BuiltinOperator_PAD, {input, Int32Constant(paddings)}, output);
}

std::vector<int8_t> Padded(const ModelSpec& spec, const std::vector<int8_t>& input) {
  LoadedModel model(spec);
  if (!model.ok()) return {};
  model.SetInput(input);
  return model.Run<int8_t>();
}

TEST(Pad, PutsABorderOfZeroPointsAroundRowsAndColumns) {
  const ModelSpec spec = Pad(Image({1, 2, 2, 1}), Image({1, 3, 5, 1}), {0, 0, 1, 0, 1, 2, 0, 0});
  EXPECT_EQ(Padded(spec, {1, 2, 3, 4}), (std::vector<int8_t>{-7, -7, -7, -7, -7,  //
                                                             -7, 1, 2, -7, -7,    //
                                                             -7, 3, 4, -7, -7}));
}

TEST(Pad, PadsBatchesAndChannels) {
  const ModelSpec spec = Pad(Image({1, 1, 2, 2}), Image({2, 1, 2, 3}), {1, 0, 0, 0, 0, 0, 0, 1});
  EXPECT_EQ(Padded(spec, {1, 2, 3, 4}), (std::vector<int8_t>{-7, -7, -7, -7, -7, -7, 1, 2, -7, 3, 4, -7}));
}

TEST(Pad, TakesEveryRank) {
  for (size_t rank = 1; rank <= 6; ++rank) {
    std::vector<int32_t> input(rank, 1);
    std::vector<int32_t> output(rank, 2);
    std::vector<int32_t> paddings(2 * rank, 0);
    for (size_t d = 0; d < rank; ++d) paddings[2 * d + d % 2] = 1;  // before and behind in turn
    size_t place = 0;
    for (size_t d = 0; d < rank; ++d) place = 2 * place + (d % 2 == 0 ? 1 : 0);
    std::vector<int8_t> expected(size_t{1} << rank, kZero);
    expected[place] = 5;
    EXPECT_EQ(Padded(Pad(Image(input), Image(output), paddings), {5}), expected) << rank;
  }
}

TEST(Pad, NoPaddingCopies) {
  EXPECT_EQ(Padded(Pad(Image({2, 3}), Image({2, 3}), {0, 0, 0, 0}), {1, 2, 3, 4, 5, 6}),
            (std::vector<int8_t>{1, 2, 3, 4, 5, 6}));
}

TEST(Pad, RefusesPaddingsThatDoNotGiveTheOutput) {
  EXPECT_EQ(Refusal(Pad(Image({2, 3}), Image({2, 5}), {0, 0, 1, 2})),
            "paddings of 1 and 2 do not make 5 elements of 3 (dimension 1)");
  EXPECT_EQ(Refusal(Pad(Image({2, 3}), Image({2, 3}), {-1, 1, 0, 0})),
            "paddings of -1 and 1 do not make 2 elements of 2 (dimension 0)");
  EXPECT_EQ(Refusal(Pad(Image({2, 3}), Image({2, 3}), {1, -1, 0, 0})),
            "paddings of 1 and -1 do not make 2 elements of 2 (dimension 0)");
  EXPECT_EQ(Refusal(Pad(Image({2}), Image({1}), {INT32_MAX, INT32_MAX})),
            "paddings of 2147483647 and 2147483647 do not make 1 elements of 2 (dimension 0)");
}

TEST(Pad, RefusesOperandsThatDoNotFit) {
  EXPECT_EQ(Refusal(Pad(Image({2, 3}), Image({2, 3}), {0, 0})),
            "the paddings must be two for each dimension");
  EXPECT_EQ(Refusal(Pad(Image({2, 3}), Image({2, 3, 1}), {0, 0, 0, 0})),
            "input and output differ in the number of dimensions");
  EXPECT_EQ(Refusal(Pad(Image({}), Image({}), {0})), "the paddings must be two for each dimension");
  EXPECT_EQ(Refusal(Operator(tflite::BuiltinOperator_PAD, {Image({2}), Int32({1, 2})}, Image({2}))),
            "the paddings must be constant");
  EXPECT_EQ(Refusal(Operator(tflite::BuiltinOperator_PAD, {Image({2}), Image({1, 2})}, Image({2}))),
            "the paddings tensor is INT8, only INT32 is supported");
  EXPECT_EQ(Refusal(Operator(tflite::BuiltinOperator_PAD, {Image({2})}, Image({2}))),
            "1 input and 1 output: not what the operator takes");
  EXPECT_EQ(Refusal(Pad(Float({2}), Image({2}), {0, 0})), "the input is FLOAT32, only INT8 is supported");
  EXPECT_EQ(Refusal(Pad(Image({2}), Float({2}), {0, 0})), "the output is FLOAT32, only INT8 is supported");
}

}  // namespace
}  // namespace single_operator
