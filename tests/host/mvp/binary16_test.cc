// Binary16 conversions on all patterns, arithmetic on samples, against the compiler's _Float16.
#include "host/mvp/binary16.h"

#include <cmath>
#include <limits>
#include <random>

#include "gtest/gtest.h"

namespace mvp_model {
namespace {

float Expected(uint16_t bits) {
  _Float16 half;
  std::memcpy(&half, &bits, sizeof half);
  return static_cast<float>(half);
}

TEST(Binary16, EveryPatternConvertsAndComesBack) {
  for (uint32_t bits = 0; bits < 65536; ++bits) {
    const float expected = Expected(static_cast<uint16_t>(bits));
    const float value = HalfToFloat(static_cast<uint16_t>(bits));
    if (std::isnan(expected)) {
      ASSERT_TRUE(std::isnan(value)) << bits;
      ASSERT_EQ(FloatToHalf(value), 0x7E00);
      continue;
    }
    ASSERT_EQ(FloatBits(value), FloatBits(expected)) << bits;
    ASSERT_EQ(FloatToHalf(value), bits);
  }
}

// Random patterns; infinities and NaN are among them.
template <typename Operation>
void CompareOnPairs(Operation operation) {
  std::mt19937 random(1);
  std::uniform_int_distribution<uint32_t> any(0, 65535);
  for (int i = 0; i < 400'000; ++i) {
    const uint16_t a = static_cast<uint16_t>(any(random));
    // Half of the pairs have close exponents, where additions round.
    const uint16_t b = static_cast<uint16_t>(i % 2 == 0 ? any(random) : a ^ (any(random) & 0x8FFF));
    operation(a, b);
  }
}

void ExpectSame(float got, float expected, uint16_t a, uint16_t b) {
  if (std::isnan(expected)) {
    ASSERT_TRUE(std::isnan(got)) << a << ' ' << b;
  } else {
    ASSERT_EQ(FloatBits(got), FloatBits(expected)) << a << ' ' << b;
  }
}

// Sums and products of binary16 values are exact in a double; its conversion to _Float16 rounds once.
TEST(Binary16, SumsRoundOnce) {
  CompareOnPairs([](uint16_t a, uint16_t b) {
    RoundingEvents events;
    const double exact = static_cast<double>(Expected(a)) + static_cast<double>(Expected(b));
    ExpectSame(RoundToHalf(HalfToFloat(a) + HalfToFloat(b), events),
               static_cast<float>(static_cast<_Float16>(exact)), a, b);
  });
}

TEST(Binary16, ProductsRoundOnce) {
  CompareOnPairs([](uint16_t a, uint16_t b) {
    RoundingEvents events;
    const double exact = static_cast<double>(Expected(a)) * static_cast<double>(Expected(b));
    ExpectSame(RoundToHalf(HalfToFloat(a) * HalfToFloat(b), events),
               static_cast<float>(static_cast<_Float16>(exact)), a, b);
  });
}

TEST(Binary16, ReportsWhatRoundingDid) {
  const auto events_of = [](float value) {
    RoundingEvents events;
    static_cast<void>(RoundToHalf(value, events));
    return events;
  };
  EXPECT_TRUE(events_of(65520.0f).overflow);
  EXPECT_FALSE(events_of(65519.0f).overflow);
  EXPECT_FALSE(events_of(std::numeric_limits<float>::infinity()).overflow);
  EXPECT_TRUE(events_of(std::numeric_limits<float>::quiet_NaN()).nan);
  EXPECT_TRUE(events_of(0x1.8p-25f).underflow);
  EXPECT_FALSE(events_of(0x1p-24f).underflow);  // subnormal, but exact
}

}  // namespace
}  // namespace mvp_model
