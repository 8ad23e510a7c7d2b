// Fixed-point requantization against exact arithmetic in wider types.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "tensorflow/lite/kernels/internal/common.h"
#include "tensorflow/lite/kernels/internal/quantization_util.h"

namespace tflite {
namespace {

constexpr int32_t kLowest = std::numeric_limits<int32_t>::min();
constexpr int32_t kHighest = std::numeric_limits<int32_t>::max();
constexpr int32_t kEdges[] = {kLowest, kLowest + 1, -(1 << 30), -3, -2, -1, 0, 1, 2, 3, 1 << 30, kHighest};

TEST(Requantization, HighMulRoundsTiesUp) {
  for (const int32_t a : kEdges) {
    for (const int32_t b : kEdges) {
      // 62 bits fit the 64-bit mantissa of long double.
      const long double exact = static_cast<long double>(a) * static_cast<long double>(b) / 2147483648.0L;
      const long double expected = std::min(std::floor(exact + 0.5L), 2147483647.0L);
      EXPECT_EQ(SaturatingRoundingDoublingHighMul(a, b), static_cast<int32_t>(expected)) << a << " " << b;
    }
  }
}

TEST(Requantization, ShiftRoundsTiesAwayFromZero) {
  for (const int32_t x : kEdges) {
    for (int exponent = 0; exponent <= 31; ++exponent) {
      const double expected = std::round(static_cast<double>(x) / std::exp2(exponent));
      EXPECT_EQ(RoundingDivideByPOT(x, exponent), static_cast<int32_t>(expected)) << x << " " << exponent;
    }
  }
}

TEST(Requantization, RandomFactorsComeWithinOneStep) {
  std::mt19937 random(11);
  std::uniform_real_distribution<double> exponent(-20.0, 3.0);
  for (int i = 0; i < 20000; ++i) {
    const double factor = std::exp2(exponent(random));
    const auto x = static_cast<int32_t>(random()) >> 6;
    int32_t multiplier = 0;
    int shift = 0;
    QuantizeMultiplier(factor, &multiplier, &shift);
    EXPECT_GE(multiplier, 1 << 30);
    EXPECT_NEAR(MultiplyByQuantizedMultiplier(x, multiplier, shift), x * factor, 1.0);
  }
}

struct Factor {
  double value;
  int32_t multiplier;
  int shift;
};

class QuantizeMultiplierTest : public testing::TestWithParam<Factor> {};

TEST_P(QuantizeMultiplierTest, GivesMantissaAndExponent) {
  int32_t multiplier = -1;
  int shift = -1;
  QuantizeMultiplier(GetParam().value, &multiplier, &shift);
  EXPECT_EQ(multiplier, GetParam().multiplier);
  EXPECT_EQ(shift, GetParam().shift);
}

INSTANTIATE_TEST_SUITE_P(Edges, QuantizeMultiplierTest,
                         testing::Values(Factor{0.0, 0, 0}, Factor{1.0, 1 << 30, 1}, Factor{0.5, 1 << 30, 0},
                                         Factor{0.75, 3 << 29, 0}, Factor{std::exp2(-32), 1 << 30, -31},
                                         Factor{std::exp2(-33), 0, 0}, Factor{1e-300, 0, 0},
                                         Factor{1.0 - 1e-12, 1 << 30, 1},
                                         Factor{std::exp2(29), 1 << 30, 30}));

TEST(Requantization, LeftShiftsThatOverflowWrap) {
  EXPECT_EQ(MultiplyByQuantizedMultiplier(kHighest, 1 << 30, 30), RoundingDivideByPOT(-(1 << 30), 1));
}

}  // namespace
}  // namespace tflite
