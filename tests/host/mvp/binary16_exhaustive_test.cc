// Sums and products of all 2^32 pairs of binary16 values: those of the ALU against exact ones in double,
// rounded once by the compiler's own conversion, and those of loops that run in one piece against the ALU's.
// Takes minutes; label `slow`.
#include <cmath>
#include <cstring>
#include <vector>

#include "gtest/gtest.h"
#include "host/mvp/accumulate.h"

namespace mvp_model {
namespace {

constexpr uint32_t kPatterns = 65536;

uint16_t HalfBits(_Float16 half) {
  uint16_t bits;
  std::memcpy(&bits, &half, sizeof bits);
  return bits;
}

struct Values {
  std::vector<float> of_model;
  std::vector<double> of_compiler;
};

Values AllValues() {
  Values values;
  for (uint32_t i = 0; i < kPatterns; ++i) {
    const uint16_t bits = static_cast<uint16_t>(i);
    _Float16 half;
    std::memcpy(&half, &bits, sizeof half);
    values.of_model.push_back(HalfToFloat(bits));
    values.of_compiler.push_back(static_cast<double>(half));
  }
  return values;
}

// True where both are the same binary16 value, or not a number.
bool Agree(float got, _Float16 expected) {
  if (got != got) return expected != expected;
  return FloatBits(got) == FloatBits(static_cast<float>(expected));
}

TEST(AllPairs, SumsAndProductsAreRoundedOnce) {
  const Values values = AllValues();
  for (uint32_t a = 0; a < kPatterns; ++a) {
    const float x = values.of_model[a];
    const double exact_x = values.of_compiler[a];
    for (uint32_t b = 0; b < kPatterns; ++b) {
      Rounding round;
      const float sum = round.Add(x, values.of_model[b]);
      const float product = round.Mul(x, values.of_model[b]);
      ASSERT_TRUE(Agree(sum, static_cast<_Float16>(exact_x + values.of_compiler[b]))) << a << " + " << b;
      ASSERT_TRUE(Agree(product, static_cast<_Float16>(exact_x * values.of_compiler[b]))) << a << " * " << b;
    }
  }
}

// A sum of one product each: 0 + a * b in the real lane, b + a * 1 in the imaginary one.
TEST(AllPairs, LoopsInOnePieceRoundLikeTheAlu) {
  const Values values = AllValues();
  uint64_t refused = 0;
  for (uint32_t a = 0; a < kPatterns; ++a) {
    const float x = values.of_model[a];
    const uint16_t x_bits[2] = {static_cast<uint16_t>(a), static_cast<uint16_t>(a)};
    for (uint32_t b = 0; b < kPatterns; ++b) {
      const uint16_t y_bits[2] = {static_cast<uint16_t>(b), HalfBits(1)};
      const auto* x_bytes = reinterpret_cast<const uint8_t*>(x_bits);
      const auto* y_bytes = reinterpret_cast<const uint8_t*>(y_bits);
      const float y = values.of_model[b];
      Lanes sum{0, y};
      if (!AccumulateLanes({x_bytes, BaseType::kBinary16, true}, {y_bytes, BaseType::kBinary16, true}, 1,
                           sum)) {
        ++refused;
        continue;
      }
      Rounding round;
      const Lanes expected{round.MulAdd(x, y, 0), round.MulAdd(x, 1, y)};
      ASSERT_EQ(FloatBits(sum.real), FloatBits(expected.real)) << a << ' ' << b;
      ASSERT_EQ(FloatBits(sum.imag), FloatBits(expected.imag)) << a << ' ' << b;
      ASSERT_FALSE(round.events.nan || round.events.overflow || round.events.underflow) << a << ' ' << b;
    }
  }
  EXPECT_LT(refused, uint64_t{kPatterns} * kPatterns / 2);  // events: overflow, underflow, not a number
}

}  // namespace
}  // namespace mvp_model
