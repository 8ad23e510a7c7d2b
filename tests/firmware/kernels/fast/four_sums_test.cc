// From sums to outputs: the rounding that TFLM publishes, in wide arithmetic, and clamping of bytes.
#include "four_sums.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace kernels::fast {
namespace {

// The product rounded to the upper word, ties upwards; the quotient with ties away from zero; in 64 bits.
int64_t Published(int32_t sum, int32_t multiplier, int shift) {
  const int64_t product = int64_t{sum} * multiplier + (int64_t{1} << 30);
  const int64_t high = product >> 31;
  const int64_t half = int64_t{1} << (-shift - 1);
  const int64_t size = high < 0 ? -high : high;
  const int64_t quotient = (size + half) >> -shift;
  return high < 0 ? -quotient : quotient;
}

void Expect(int32_t sum, int32_t multiplier, int shift, int32_t zero_point) {
  const Factor factor = FactorOf(multiplier, static_cast<uint32_t>(shift));
  const FourSums sums = {sum, 0, sum, sum};
  const uint32_t packed = ScaleFour(sums, {factor, factor, factor, factor}, zero_point);
  const int64_t expected = std::clamp<int64_t>(Published(sum, multiplier, shift) + zero_point, -128, 127);
  for (const int at : {0, 2, 3}) {
    EXPECT_EQ(static_cast<int8_t>(packed >> (8 * at) & 0xFF), expected)
        << sum << " * " << multiplier << " by 2^" << shift;
  }
  EXPECT_EQ(static_cast<int8_t>(packed >> 8 & 0xFF), zero_point);
}

constexpr int32_t kMultipliers[] = {1 << 30, (1 << 30) + 1, 0x5555'5555, 0x7FFF'FFFE, INT32_MAX};

TEST(ScaleFour, RoundsTiesOfTheQuotientAwayFromZero) {
  for (int shift = -31; shift <= kGreatestShift; ++shift) {
    for (const int32_t multiplier : kMultipliers) {
      const auto per_code = static_cast<int64_t>(std::ldexp(1.0, 31 - shift) / multiplier);
      for (const int code : {-130, -2, -1, 0, 1, 2, 100}) {
        for (int64_t off = -3; off <= 3; ++off) {
          const int64_t sum = code * per_code + per_code / 2 + off;
          if (sum >= INT32_MIN && sum <= INT32_MAX) Expect(static_cast<int32_t>(sum), multiplier, shift, -5);
        }
      }
    }
  }
}

TEST(ScaleFour, TakesTheGreatestSums) {
  for (int shift = -31; shift <= kGreatestShift; ++shift) {
    for (const int32_t multiplier : kMultipliers) {
      for (const int32_t sum : {INT32_MIN, INT32_MIN + 1, -1, 0, 1, INT32_MAX - 1, INT32_MAX}) {
        for (const int32_t zero_point : {-128, 0, 127}) Expect(sum, multiplier, shift, zero_point);
      }
    }
  }
}

TEST(ScaleFour, AgreesForRandomSums) {
  std::mt19937 random(3);
  for (int i = 0; i < 200'000; ++i) {
    const auto multiplier = static_cast<int32_t>((random() & 0x3FFF'FFFF) | 1 << 30);
    const int shift = -2 - static_cast<int>(random() % 30);
    Expect(static_cast<int32_t>(random()) >> random() % 24, multiplier, shift, static_cast<int8_t>(random()));
  }
}

TEST(FactorsOf, ReadsFourShiftsAtAnyAddress) {
  const int32_t multipliers[] = {1 << 30, INT32_MAX, 0x5555'5555, 1 << 30};
  const int8_t shifts[] = {99, -2, -31, -7, -16};
  const FourFactors four = FactorsOf(multipliers, shifts + 1);
  const Factor factors[] = {four.a, four.b, four.c, four.d};
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ((int64_t{1} << 32) + factors[i].doubled, 2 * int64_t{multipliers[i]});
    EXPECT_EQ(factors[i].power, 1 << (32 + shifts[i + 1]));
  }
}

TEST(ClampBytes, LimitsEachByteByItself) {
  for (int low = -128; low <= 127; low += 15) {
    for (int high = low; high <= 127; high += 17) {
      for (int value = -128; value <= 127; ++value) {
        const uint32_t packed = (FourTimes(value) & 0x00FF'00FFu) | (FourTimes(-1 - value) & 0xFF00'FF00u);
        const uint32_t clamped = ClampBytes(packed, FourTimes(low), FourTimes(high));
        for (int at = 0; at < 4; ++at) {
          const int given = at % 2 == 0 ? value : -1 - value;
          ASSERT_EQ(static_cast<int8_t>(clamped >> (8 * at) & 0xFF), std::clamp(given, low, high));
        }
      }
    }
  }
}

}  // namespace
}  // namespace kernels::fast
