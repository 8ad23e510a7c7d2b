// The reciprocal of two parts: its bounds, and the proof that multiplying by it decides as a division does.
#include "kernels/fast/reciprocal.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <limits>

namespace kernels::fast {
namespace {

constexpr uint32_t kSignificands = 1u << 23;

float Scale(uint32_t significand) { return 1.0f + static_cast<float>(significand) * 0x1p-23f; }

float Up(float value) { return std::nextafter(value, std::numeric_limits<float>::infinity()); }
float Down(float value) { return std::nextafter(value, 0.0f); }

// The smallest value whose true quotient reaches `step`.
float FirstToReach(float step, float scale) {
  float value = step * scale;  // within a few floats
  while (Down(value) / scale >= step) value = Down(value);
  while (value / scale < step) value = Up(value);
  return value;
}

// How many of the steps from k - 1 to k, k = 1..255, lie elsewhere than the division's.
int WrongSteps(float scale) {
  Reciprocal reciprocal;
  if (!MakeReciprocal(scale, &reciprocal)) return 255;
  int wrong = 0;
  for (int k = 1; k <= 255; ++k) {
    const float step = static_cast<float>(k) - 0.5f;
    const float first = FirstToReach(step, scale);
    const bool same = Divide(first, reciprocal.high, reciprocal.low) >= step &&
                      Divide(Down(first), reciprocal.high, reciprocal.low) < step;
    wrong += same ? 0 : 1;
  }
  return wrong;
}

TEST(Reciprocal, LiesJustBelowTheTrueOne) {
  for (uint32_t significand = 0; significand < kSignificands; significand += 101) {
    const float scale = Scale(significand);
    Reciprocal reciprocal;
    ASSERT_TRUE(MakeReciprocal(scale, &reciprocal));
    ASSERT_GT(reciprocal.low, 0.0f);
    ASSERT_GT(reciprocal.high, 1000.0f * reciprocal.low);
    // Both products are exact in double: 48 bits.
    const double missing = 1.0 - static_cast<double>(reciprocal.high) * static_cast<double>(scale);
    const double left = missing - static_cast<double>(reciprocal.low) * static_cast<double>(scale);
    ASSERT_GE(left, 0.0) << scale;
    ASSERT_LT(left, 0x1p-46) << scale;
  }
}

TEST(Reciprocal, ScalesWithPowersOfTwo) {
  for (const uint32_t significand : {0u, 1u, 0x38ffffu, 0x6c0002u, 0x7e0003u, 0x7fffffu}) {
    Reciprocal unit;
    ASSERT_TRUE(MakeReciprocal(Scale(significand), &unit));
    for (int exponent = -64; exponent < 64; ++exponent) {
      Reciprocal reciprocal;
      ASSERT_TRUE(MakeReciprocal(std::ldexp(Scale(significand), exponent), &reciprocal));
      EXPECT_EQ(reciprocal.high, std::ldexp(unit.high, -exponent));
      EXPECT_EQ(reciprocal.low, std::ldexp(unit.low, -exponent));
    }
  }
}

TEST(Reciprocal, RefusesScalesBeyondItsRange) {
  const float infinity = std::numeric_limits<float>::infinity();
  for (const float scale : {0.0f, 3e-39f, Down(0x1p-64f), Up(0x1p64f), infinity, -1.0f, std::nanf("")}) {
    Reciprocal reciprocal = {3.0f, 4.0f};
    EXPECT_FALSE(MakeReciprocal(scale, &reciprocal)) << scale;
    EXPECT_EQ(reciprocal.high, 3.0f);
    EXPECT_EQ(reciprocal.low, 4.0f);
  }
  Reciprocal reciprocal;
  EXPECT_TRUE(MakeReciprocal(0x1p-64f, &reciprocal));
  EXPECT_TRUE(MakeReciprocal(0x1p64f, &reciprocal));
}

TEST(Reciprocal, StepsWhereADivisionDoes) {
  for (uint32_t significand = 0; significand < kSignificands; significand += 1009) {
    ASSERT_EQ(WrongSteps(Scale(significand)), 0) << significand;
  }
  EXPECT_EQ(WrongSteps(0x1p-64f), 0);
  EXPECT_EQ(WrongSteps(0x1p64f), 0);
  EXPECT_EQ(WrongSteps(Down(0x1p64f)), 0);
}

// These differ when `low` is rounded in another way: to nearest, or one float lower.
TEST(Reciprocal, StepsWhereADivisionDoesForTheHardestScales) {
  for (const uint32_t significand :
       {0x38ffffu, 0x3effffu, 0x3fffffu, 0x47fffeu, 0x4affffu, 0x4dffffu, 0x4effffu,
        0x53ffffu, 0x59fffeu, 0x61ffffu, 0x65fffeu, 0x66fffdu, 0x67ffffu, 0x69fffeu,
        0x6bffffu, 0x6c0002u, 0x71ffffu, 0x74ffffu, 0x75fffdu, 0x7dffffu, 0x7e0003u}) {
    EXPECT_EQ(WrongSteps(Scale(significand)), 0) << significand;
  }
}

// The exhaustive part of the proof in reciprocal.h, run by name (test_exhaustive.py).
TEST(Reciprocal, DISABLED_StepsWhereADivisionDoesForEveryScale) {
  for (uint32_t significand = 0; significand < kSignificands; ++significand) {
    ASSERT_EQ(WrongSteps(Scale(significand)), 0) << significand;
  }
}

}  // namespace
}  // namespace kernels::fast
