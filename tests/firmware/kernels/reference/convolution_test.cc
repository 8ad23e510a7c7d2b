// What the convolutions share: the part of a filter on the input, requantization. Preparation is tested with
// each of them.
#include "kernels/reference/convolution.h"

#include <gtest/gtest.h>

#include "tensorflow/lite/kernels/padding.h"

namespace kernels {
namespace reference {
namespace {

ConvolutionAxis Axis(TfLitePadding padding, int input, int filter, int stride, int dilation) {
  int rows = 0;
  int columns = 0;
  const TfLitePaddingValues values = tflite::ComputePaddingHeightWidth(stride, 1, dilation, 1, input, 1,
                                                                       filter, 1, padding, &rows, &columns);
  return {input, rows, filter, values.height, static_cast<int16_t>(stride), static_cast<int16_t>(dilation)};
}

// Every index of the filter by itself, which is the definition.
void CheckSpans(const ConvolutionAxis& axis) {
  for (int32_t position = 0; position < axis.output; ++position) {
    const FilterSpan span = SpanOf(axis, position);
    EXPECT_EQ(span.origin, position * axis.stride - axis.padding);
    for (int32_t k = 0; k < axis.filter; ++k) {
      const int32_t element = span.origin + k * axis.dilation;
      EXPECT_EQ(k >= span.begin && k < span.end, element >= 0 && element < axis.input)
          << "input " << axis.input << " filter " << axis.filter << " stride " << axis.stride << " dilation "
          << axis.dilation << " position " << position << " index " << k;
    }
  }
}

TEST(SpanOf, HoldsWhatLiesOnTheInput) {
  for (int input = 1; input <= 9; ++input) {
    for (int filter = 1; filter <= 6; ++filter) {
      for (int stride = 1; stride <= 4; ++stride) {
        for (int dilation = 1; dilation <= 5; ++dilation) {
          CheckSpans(Axis(kTfLitePaddingSame, input, filter, stride, dilation));
          CheckSpans(Axis(kTfLitePaddingValid, input, filter, stride, dilation));
        }
      }
    }
  }
}

TEST(SpanOf, DoesNotOverflowAtTheLargestSizes) {
  // Reaches over 32766 * 32767 + 1 = 1073643523 elements, half of them, 536821761, before the only one there
  // is.
  const ConvolutionAxis axis = Axis(kTfLitePaddingSame, 1, 32767, 1, 32767);
  const FilterSpan span = SpanOf(axis, 0);
  EXPECT_EQ(span.origin, -536821761);
  EXPECT_EQ(span.begin, 16383);  // -536821761 + 16383 * 32767 = 0
  EXPECT_EQ(span.end, 16384);
  const ConvolutionAxis wide = Axis(kTfLitePaddingSame, (1 << 30) - 3, 3, 32767, 1);
  const FilterSpan last = SpanOf(wide, wide.output - 1);
  EXPECT_EQ(last.origin + last.begin, (wide.output - 1) * 32767 - wide.padding);
  EXPECT_LE(last.origin + last.end, wide.input);
}

class RequantizeTest : public testing::Test {
 protected:
  RequantizeTest() {
    data_.activation_min = -128;
    data_.activation_max = 127;
    data_.output_channels = 2;
  }

  // With factors 1 - 2^-31, which nothing is lost by, and 2. A single factor's shift is the first byte behind
  // its multiplier, 0 too.
  struct {
    ConvolutionData data = {};
    int32_t multipliers[2] = {INT32_MAX, 1 << 30};
    int8_t shifts[2] = {0, 2};
  } buffer_;
  ConvolutionData& data_ = buffer_.data;
};

TEST_F(RequantizeTest, AddsBiasAndZeroPoint) {
  const int32_t bias[] = {5, -7};
  data_.output_zero_point = 3;
  EXPECT_EQ(Requantize(data_, 0, bias, 10), 18);
  EXPECT_EQ(Requantize(data_, 1, bias, 10), 6);
  EXPECT_EQ(Requantize(data_, 1, nullptr, static_cast<uint32_t>(-10)), -7);
}

TEST_F(RequantizeTest, TakesTheFactorOfTheChannel) {
  data_.per_channel = true;
  EXPECT_EQ(Requantize(data_, 0, nullptr, 10), 10);
  EXPECT_EQ(Requantize(data_, 1, nullptr, 10), 20);
}

TEST_F(RequantizeTest, SaturatesBesideTheEndsOfInt32) {
  data_.output_zero_point = 127;
  EXPECT_EQ(Requantize(data_, 0, nullptr, INT32_MAX), 127);
  EXPECT_EQ(Requantize(data_, 0, nullptr, static_cast<uint32_t>(INT32_MIN)), -128);
  data_.output_zero_point = -128;
  EXPECT_EQ(Requantize(data_, 0, nullptr, static_cast<uint32_t>(INT32_MIN)), -128);
}

TEST_F(RequantizeTest, SumsBeyondInt32Wrap) {
  const int32_t bias[] = {INT32_MAX};
  EXPECT_EQ(Requantize(data_, 0, bias, 1), -128);
}

TEST_F(RequantizeTest, LimitsToTheActivation) {
  data_.activation_min = -10;
  data_.activation_max = 20;
  EXPECT_EQ(Requantize(data_, 0, nullptr, 21), 20);
  EXPECT_EQ(Requantize(data_, 0, nullptr, static_cast<uint32_t>(-11)), -10);
}

}  // namespace
}  // namespace reference
}  // namespace kernels
