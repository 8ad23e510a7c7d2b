// LOGISTIC: against the C library's exponential, ends, refusals. Agreement with tflite-micro is tested from
// Python.
#include <gtest/gtest.h>

#include <cmath>

#include "single_operator.h"

namespace single_operator {
namespace {

constexpr float kStep = 1.0f / 256.0f;

ModelSpec Logistic(const TensorSpec& input, const TensorSpec& output) {
  return Operator(tflite::BuiltinOperator_LOGISTIC, {input}, output);
}

TEST(Logistic, IsTheRoundedFunction) {
  for (const float scale : {0.001f, 0.05f, 0.7f}) {
    for (const int zero_point : {-128, -5, 127}) {
      LoadedModel model(Logistic(Quantized({256}, scale, zero_point), Quantized({256}, kStep, -128)));
      ASSERT_TRUE(model.ok());
      std::vector<int8_t> input;
      for (int value = -128; value < 128; ++value) input.push_back(static_cast<int8_t>(value));
      model.SetInput(input);
      const std::vector<int8_t> output = model.Run<int8_t>();
      ASSERT_EQ(output.size(), 256u);
      for (size_t i = 0; i < input.size(); ++i) {
        const double x = static_cast<double>(scale) * (input[i] - zero_point);
        const double steps = 256.0 / (1.0 + std::exp(-x)) - 128.0;
        ASSERT_NEAR(output[i], std::min(steps, 127.0), 0.5001) << scale << " * " << input[i] - zero_point;
      }
    }
  }
}

TEST(Logistic, EndsAtTheOutputsRange) {
  LoadedModel model(Logistic(Quantized({2}, 3e38f, 0), Quantized({2}, kStep, -128)));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({-1, 1});
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{-128, 127}));
}

TEST(Logistic, RefusesWhatItDoesNotTake) {
  const TensorSpec input = Quantized({3}, 0.1f, 0);
  const TensorSpec output = Quantized({3}, kStep, -128);
  const char* range = "the output must have scale 1/256 and zero point -128";
  EXPECT_EQ(Refusal(Logistic(Float({3}), output)), "the input is FLOAT32, only INT8 is supported");
  EXPECT_EQ(Refusal(Logistic(input, Float({3}))), "the output is FLOAT32, only INT8 is supported");
  EXPECT_EQ(Refusal(Logistic(input, Quantized({3}, kStep, 0))), range);
  EXPECT_EQ(Refusal(Logistic(input, Quantized({3}, 0.004f, -128))), range);
  EXPECT_EQ(Refusal(Logistic(input, Quantized({4}, kStep, -128))), "input and output differ in shape");
  EXPECT_EQ(Refusal(Logistic(Quantized({3}, 0x1.fp-29f, 0), output)), "the input's scale is below 2^-28");
}

}  // namespace
}  // namespace single_operator
