// Sums in one piece against the ALU's steps, where signs of zeros and events decide.
#include "host/mvp/accumulate.h"

#include <array>
#include <cmath>
#include <limits>

#include "gtest/gtest.h"

namespace mvp_model {
namespace {

constexpr float kZeros[] = {0.0f, -0.0f};

// What MACC makes of two scalars and two pairs, one after the other.
Lanes InSteps(const std::array<float, 2>& x, const std::array<Lanes, 2>& y, Lanes sum) {
  Rounding round;
  for (int i = 0; i < 2; ++i) sum = Execute(*FindAluOperation(MACC), {x[i], 0}, y[i], sum, round);
  return sum;
}

bool InOnePiece(const std::array<float, 2>& x, const std::array<Lanes, 2>& y, Lanes& sum) {
  std::array<uint16_t, 2> scalars;
  std::array<uint16_t, 4> pairs;
  for (int i = 0; i < 2; ++i) {
    scalars[i] = FloatToHalf(x[i]);
    pairs[2 * i] = FloatToHalf(y[i].real);
    pairs[2 * i + 1] = FloatToHalf(y[i].imag);
  }
  return AccumulateScaled({reinterpret_cast<const uint8_t*>(scalars.data()), BaseType::kBinary16, false},
                          {reinterpret_cast<const uint8_t*>(pairs.data()), BaseType::kBinary16, true}, 2,
                          sum);
}

TEST(AccumulateScaled, KeepsTheSignsOfZeros) {
  const std::array<float, 4> values = {0.0f, -0.0f, 1.0f, -1.0f};
  int summed = 0;
  for (int choice = 0; choice < 1 << 14; ++choice) {
    const auto value = [&](int shift) { return values[choice >> shift & 3]; };
    const std::array<float, 2> x = {value(0), value(2)};
    const std::array<Lanes, 2> y = {Lanes{value(4), value(6)}, Lanes{value(8), value(10)}};
    const Lanes begin = {kZeros[choice >> 12 & 1], kZeros[choice >> 13 & 1]};
    Lanes sum = begin;
    if (!InOnePiece(x, y, sum)) continue;
    const Lanes expected = InSteps(x, y, begin);
    ASSERT_EQ(FloatBits(sum.real), FloatBits(expected.real)) << choice;
    ASSERT_EQ(FloatBits(sum.imag), FloatBits(expected.imag)) << choice;
    ++summed;
  }
  EXPECT_GT(summed, 1 << 13);
}

TEST(AccumulateScaled, RefusesWhatRaisesAnEvent) {
  const float infinity = std::numeric_limits<float>::infinity();
  const auto refuses = [](const std::array<float, 2>& x, const std::array<Lanes, 2>& y, const Lanes& begin) {
    Lanes sum = begin;
    const bool refused = !InOnePiece(x, y, sum);
    EXPECT_EQ(refused, sum.real == begin.real && sum.imag == begin.imag);
    return refused;
  };
  EXPECT_FALSE(refuses({1, 1}, {Lanes{1, 1}, {1, 1}}, {1, 1}));
  EXPECT_TRUE(refuses({1, infinity}, {Lanes{1, 1}, {1, 1}}, {1, 1}));
  EXPECT_TRUE(refuses({1, 1}, {Lanes{1, 1}, {1, NAN}}, {1, 1}));
  EXPECT_TRUE(refuses({1, 1}, {Lanes{1, 1}, {1, 1}}, {infinity, 1}));
  EXPECT_TRUE(refuses({1024, 1}, {Lanes{1, 1024}, {1, 1}}, {1, 1}));             // the product
  EXPECT_TRUE(refuses({1, -1}, {Lanes{1, 32768}, {1, 32768}}, {1, 32768}));      // a sum on the way
  EXPECT_TRUE(refuses({0x1p-14f, 1}, {Lanes{1, 0x1.004p-1f}, {1, 1}}, {1, 1}));  // subnormal and inexact
  EXPECT_FALSE(refuses({0x1p-14f, 1}, {Lanes{1, 0x1p-10f}, {1, 1}}, {1, 1}));    // subnormal
}

}  // namespace
}  // namespace mvp_model
