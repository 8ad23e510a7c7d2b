// Exponential, quotient and logistic function in fixed point against the C library's, and their ends.
#include "kernels/reference/fixed_point.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace {

using kernels::reference::ExpOnNegativeValues;
using kernels::reference::Logistic;
using kernels::reference::OneOverOnePlusX;
using kernels::reference::SaturatingShiftLeft;

constexpr int32_t kMost = std::numeric_limits<int32_t>::max();

double Real(int32_t raw, int integer_bits = 0) {
  return std::ldexp(static_cast<double>(raw), integer_bits - 31);
}

TEST(FixedPoint, ShiftsUpToTheEnds) {
  EXPECT_EQ(SaturatingShiftLeft(3, 4), 48);
  EXPECT_EQ(SaturatingShiftLeft(-3, 30), std::numeric_limits<int32_t>::min());
  EXPECT_EQ(SaturatingShiftLeft(3, 30), kMost);
}

TEST(FixedPoint, ExponentialFollowsTheLibrarys) {
  for (const int integer_bits : {0, 1, 4, 5, 6, 9}) {
    for (int64_t raw = -kMost; raw <= 0; raw += 4999999) {
      const auto x = static_cast<int32_t>(raw);
      ASSERT_NEAR(Real(ExpOnNegativeValues(x, integer_bits)), std::exp(Real(x, integer_bits)), 3e-7)
          << raw << " with " << integer_bits << " integer bits";
    }
  }
}

TEST(FixedPoint, ExponentialAtItsEnds) {
  EXPECT_EQ(ExpOnNegativeValues(0, 5), kMost);
  EXPECT_EQ(ExpOnNegativeValues(std::numeric_limits<int32_t>::min(), 9), 0);
  EXPECT_EQ(ExpOnNegativeValues(-(40 << 22), 9), 0);  // e^-40
}

TEST(FixedPoint, QuotientFollowsTheLibrarys) {
  for (int64_t x = 0; x <= kMost; x += 999983) {
    ASSERT_NEAR(Real(OneOverOnePlusX(static_cast<int32_t>(x))), 1.0 / (1.0 + Real(static_cast<int32_t>(x))),
                3e-9);
  }
}

TEST(FixedPoint, LogisticFollowsTheLibrarysAndIsSymmetric) {
  EXPECT_EQ(Logistic(0, 4), 1 << 30);
  for (int64_t raw = 1; raw <= kMost; raw += 2999999) {
    const auto x = static_cast<int32_t>(raw);
    ASSERT_NEAR(Real(Logistic(x, 4)), 1.0 / (1.0 + std::exp(-Real(x, 4))), 3e-7);
    ASSERT_EQ(Logistic(-x, 4), kMost - Logistic(x, 4));
  }
}

}  // namespace
