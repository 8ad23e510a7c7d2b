// Constants in binary16, against the compiler's own conversion from double.
#include "mvp/binary16.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "gtest/gtest.h"

namespace mvp {
namespace {

uint16_t Expected(double value) {
  const _Float16 half = static_cast<_Float16>(value);
  uint16_t bits;
  std::memcpy(&bits, &half, sizeof bits);
  return bits;
}

double ValueOf(uint32_t bits) {
  const uint16_t pattern = static_cast<uint16_t>(bits);
  _Float16 half;
  std::memcpy(&half, &pattern, sizeof half);
  return static_cast<double>(half);
}

TEST(ToBinary16, KeepsEveryFiniteValueAndRoundsTheMiddlesToEven) {
  for (uint32_t bits = 0; bits < 0x7C00; ++bits) {
    const double value = ValueOf(bits);
    const double next = bits == 0x7BFF ? 65536.0 : ValueOf(bits + 1);
    const double middle = (value + next) / 2;
    ASSERT_EQ(ToBinary16(value), bits);
    ASSERT_EQ(ToBinary16(-value), bits | 0x8000);
    ASSERT_EQ(ToBinary16(middle), bits + (bits & 1)) << bits;
    ASSERT_EQ(ToBinary16(std::nextafter(middle, 0.0)), bits) << bits;
    ASSERT_EQ(ToBinary16(std::nextafter(middle, 1e9)), bits + 1) << bits;
  }
}

TEST(ToBinary16, AgreesOnRandomDoubles) {
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> mantissa(-1.0, 1.0);
  std::uniform_int_distribution<int> exponent(-30, 18);
  for (int i = 0; i < 200'000; ++i) {
    const double value = std::ldexp(mantissa(random), exponent(random));
    ASSERT_EQ(ToBinary16(value), Expected(value)) << value;
  }
}

TEST(ToBinary16, Specials) {
  EXPECT_EQ(ToBinary16(std::numeric_limits<double>::infinity()), 0x7C00);
  EXPECT_EQ(ToBinary16(-1e300), 0xFC00);
  EXPECT_EQ(ToBinary16(1e-300), 0);
  EXPECT_EQ(ToBinary16(std::numeric_limits<double>::quiet_NaN()) & 0x7E00, 0x7E00);
}

}  // namespace
}  // namespace mvp
