// QUANTIZE: rounding, saturation, and inputs that are no numbers.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "single_operator.h"

namespace single_operator {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kLargest = std::numeric_limits<float>::max();

std::vector<int8_t> Quantize(const std::vector<float>& values, float scale, int zero_point) {
  const auto count = static_cast<int32_t>(values.size());
  LoadedModel model(
      Operator(tflite::BuiltinOperator_QUANTIZE, {Float({count})}, Quantized({count}, scale, zero_point)));
  EXPECT_TRUE(model.ok());
  model.SetInput(values);
  return model.Run<int8_t>();
}

TEST(Quantize, RoundsHalfAwayFromZero) {
  EXPECT_EQ(Quantize({0.0f, 0.24f, 0.25f, 0.75f, -0.25f, -0.75f, -0.24f, 5.0f}, 0.5f, 10),
            (std::vector<int8_t>{10, 10, 11, 12, 9, 8, 10, 20}));
}

TEST(Quantize, Saturates) {
  EXPECT_EQ(
      Quantize({63.5f, 64.0f, 1e9f, kLargest, kInfinity, -64.0f, -64.5f, -kLargest, -kInfinity}, 0.5f, 0),
      (std::vector<int8_t>{127, 127, 127, 127, 127, -128, -128, -128, -128}));
  EXPECT_EQ(Quantize({kLargest, -kLargest}, 1e-38f, -128), (std::vector<int8_t>{127, -128}));
  EXPECT_EQ(Quantize({200.0f, 300.0f, -kInfinity}, 1.0f, -128), (std::vector<int8_t>{72, 127, -128}));
}

TEST(Quantize, NoNumberBecomesTheZeroPoint) {
  EXPECT_EQ(Quantize({kNan, -kNan}, 0.5f, -7), (std::vector<int8_t>{-7, -7}));
}

TEST(Quantize, RequantizesEveryValue) {
  std::vector<int8_t> values(256);
  for (int i = 0; i < 256; ++i) values[static_cast<size_t>(i)] = static_cast<int8_t>(i - 128);
  LoadedModel model(
      Operator(tflite::BuiltinOperator_QUANTIZE, {Quantized({256}, 0.3f, -5)}, Quantized({256}, 0.7f, 20)));
  ASSERT_TRUE(model.ok());
  model.SetInput(values);
  const auto output = model.Run<int8_t>();
  // The factor lies in [0.25, 0.5): TFLM rounds the product with its mantissa first (ties up), then the half
  // of that (ties away from zero).
  const double mantissa = 2.0 * static_cast<double>(0.3f) / static_cast<double>(0.7f);
  for (int i = 0; i < 256; ++i) {
    const double product = std::floor((i - 128 + 5) * mantissa + 0.5);
    const double expected = std::min(127.0, std::max(-128.0, std::round(product / 2.0) + 20.0));
    EXPECT_EQ(output[static_cast<size_t>(i)], expected) << i;
  }
}

TEST(Quantize, RefusesWhatItCannotDo) {
  EXPECT_EQ(Refusal(Operator(tflite::BuiltinOperator_QUANTIZE, {Int32({4})}, Quantized({4}, 1, 0))),
            "the input is INT32, only FLOAT32 is supported");
  EXPECT_EQ(Refusal(Operator(tflite::BuiltinOperator_QUANTIZE, {Float({4})}, Float({4}))),
            "the output is FLOAT32, only INT8 is supported");
  EXPECT_EQ(Refusal(Operator(tflite::BuiltinOperator_QUANTIZE, {Float({4})}, Quantized({2, 2}, 1, 0))),
            "input and output differ in shape");
  EXPECT_EQ(Refusal(Operator(tflite::BuiltinOperator_QUANTIZE, {Float({4})}, Quantized({4}, 0, 0))),
            "the output has no scale");
}

}  // namespace
}  // namespace single_operator
