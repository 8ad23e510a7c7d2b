// SOFTMAX: against the C library's exponential, rows, ends, refusals. Agreement with tflite-micro is tested
// from Python.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "single_operator.h"

namespace single_operator {
namespace {

ModelSpec Softmax(const TensorSpec& input, const TensorSpec& output, float beta = 1.0f) {
  return Operator(tflite::BuiltinOperator_SOFTMAX, {input}, output, tflite::BuiltinOptions_SoftmaxOptions,
                  Node::Table().Set<float>(4, beta));
}

TensorSpec Probabilities(std::vector<int32_t> shape) {
  return Quantized(std::move(shape), 1.0f / 256.0f, -128);
}

TEST(Softmax, IsTheRoundedFunctionOfEachRow) {
  const float beta = 0.8f;
  LoadedModel model(Softmax(Quantized({2, 5}, 0.05f, 7), Probabilities({2, 5}), beta));
  ASSERT_TRUE(model.ok());
  const std::vector<int8_t> input = {-20, 0, 3, 40, 50, 127, -128, 120, 110, 100};
  model.SetInput(input);
  const std::vector<int8_t> output = model.Run<int8_t>();
  ASSERT_EQ(output.size(), input.size());
  for (size_t row = 0; row < 2; ++row) {
    double sum = 0;
    for (size_t i = 0; i < 5; ++i) sum += std::exp(0.05 * 0.8 * input[row * 5 + i]);
    for (size_t i = 0; i < 5; ++i) {
      const double steps = 256.0 * std::exp(0.05 * 0.8 * input[row * 5 + i]) / sum - 128.0;
      EXPECT_NEAR(output[row * 5 + i], steps, 0.51) << row << ", " << i;
    }
  }
}

TEST(Softmax, GivesOneElementTheWholeRange) {
  LoadedModel model(Softmax(Quantized({2, 1}, 0.1f, 0), Probabilities({2, 1})));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({-128, 127});
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{127, 127}));
}

TEST(Softmax, KnowsOnlyTheMaximumAtLargeScales) {
  LoadedModel model(Softmax(Quantized({3}, 3e38f, 0), Probabilities({3}), 1e8f));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({126, 127, -128});
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{-128, 127, -128}));
}

// One of n equal values is 1/n: half a step with 512, where tflite-micro stops the program; less with more,
// also where the sum of the exponentials would not fit its 12 integer bits.
TEST(Softmax, RoundsManyEqualValues) {
  for (const int32_t depth : {255, 256, 511, 512, 513, 4096, 10000}) {
    LoadedModel model(Softmax(Quantized({1, depth}, 0.1f, 0), Probabilities({1, depth})));
    ASSERT_TRUE(model.ok());
    model.SetInput(std::vector<int8_t>(static_cast<size_t>(depth), 5));
    const auto expected = static_cast<int8_t>(depth < 512 ? -127 : -128);
    EXPECT_EQ(model.Run<int8_t>(), std::vector<int8_t>(static_cast<size_t>(depth), expected)) << depth;
  }
}

TEST(Softmax, FindsOneAmongVeryMany) {
  LoadedModel model(Softmax(Quantized({10000}, 0.1f, 0), Probabilities({10000})));
  ASSERT_TRUE(model.ok());
  std::vector<int8_t> input(10000, -128);
  input[7777] = 127;
  model.SetInput(input);
  const std::vector<int8_t> output = model.Run<int8_t>();
  ASSERT_EQ(output.size(), input.size());
  EXPECT_EQ(output[7777], 127);
  EXPECT_EQ(std::count(output.begin(), output.end(), -128), 9999);
}

TEST(Softmax, RefusesWhatItDoesNotTake) {
  const TensorSpec input = Quantized({3}, 0.1f, 0);
  const char* range = "the output must have scale 1/256 and zero point -128";
  EXPECT_EQ(Refusal(Softmax(Float({3}), Probabilities({3}))), "the input is FLOAT32, only INT8 is supported");
  EXPECT_EQ(Refusal(Softmax(input, Float({3}))), "the output is FLOAT32, only INT8 is supported");
  EXPECT_EQ(Refusal(Softmax(input, Quantized({3}, 1.0f / 256.0f, 0))), range);
  EXPECT_EQ(Refusal(Softmax(input, Probabilities({1, 3}))), "input and output differ in shape");
  EXPECT_EQ(Refusal(Softmax(Quantized({}, 0.1f, 0), Probabilities({}))),
            "the input has no dimension to sum along");
  EXPECT_EQ(Refusal(Softmax(Quantized({3}, 0x1p-26f, 0), Probabilities({3}))),
            "beta times the input's scale is not above 2^-26");
}

TEST(Softmax, RefusesBetasThatAreNone) {
  const char* refusal = "softmax with a beta that is not between 0 and 1e9 is not supported";
  for (const float beta : {0.0f, -1.0f, NAN, INFINITY}) {
    EXPECT_EQ(Refusal(Softmax(Quantized({3}, 0.1f, 0), Probabilities({3}), beta)), refusal);
  }
  EXPECT_EQ(Refusal(Operator(tflite::BuiltinOperator_SOFTMAX, {Quantized({3}, 0.1f, 0)}, Probabilities({3}))),
            refusal);
}

}  // namespace
}  // namespace single_operator
