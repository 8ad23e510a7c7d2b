// Exponential, quotient and logistic function in 32-bit fixed point.
#include "kernels/reference/fixed_point.h"

#include <limits>

#include "tensorflow/lite/kernels/internal/common.h"

namespace kernels {
namespace reference {
namespace {

using tflite::RoundingDivideByPOT;
using tflite::SaturatingRoundingDoublingHighMul;

constexpr int32_t kOne = std::numeric_limits<int32_t>::max();  // the largest of Q0.31, which has no 1

// A factor of e^(-2^exponent) in Q0.31.
struct Factor {
  int exponent;
  int32_t value;
};
constexpr Factor kFactors[] = {{-2, 1672461947}, {-1, 1302514674}, {0, 790015084}, {1, 290630308},
                               {2, 39332535},    {3, 720401},      {4, 242}};

// e^x of x in [-1/4, 0), both in Q0.31: four terms of the series around -1/8.
int32_t ExpNearZero(int32_t x) {
  constexpr int32_t kExpOfMinusEighth = 1895147668;
  constexpr int32_t kThird = 715827883;
  const int32_t t = x + (1 << 28);
  const int32_t t2 = SaturatingRoundingDoublingHighMul(t, t);
  const int32_t t3 = SaturatingRoundingDoublingHighMul(t2, t);
  const int32_t t4 = SaturatingRoundingDoublingHighMul(t2, t2);
  const int32_t quarter = RoundingDivideByPOT(t4, 2);
  const int32_t sum = SaturatingRoundingDoublingHighMul(quarter + t3, kThird) + t2;
  return kExpOfMinusEighth +
         SaturatingRoundingDoublingHighMul(kExpOfMinusEighth, t + RoundingDivideByPOT(sum, 1));
}

// (a + b) / 2, ties away from zero.
int32_t RoundingHalfSum(int32_t a, int32_t b) {
  const int64_t sum = static_cast<int64_t>(a) + b;
  return static_cast<int32_t>((sum + (sum >= 0 ? 1 : -1)) / 2);
}

}  // namespace

int32_t SaturatingShiftLeft(int32_t x, int exponent) {
  const int64_t shifted = static_cast<int64_t>(x) * (int64_t{1} << exponent);
  if (shifted > std::numeric_limits<int32_t>::max()) return std::numeric_limits<int32_t>::max();
  if (shifted < std::numeric_limits<int32_t>::min()) return std::numeric_limits<int32_t>::min();
  return static_cast<int32_t>(shifted);
}

// e^x is e^(the rest in [-1/4, 0)) times e^(-2^k) for each further bit k of -x.
int32_t ExpOnNegativeValues(int32_t x, int integer_bits) {
  if (x == 0) return kOne;
  const int fractional_bits = 31 - integer_bits;
  // 32 and more: the factors end there.
  if (integer_bits > 5 && x < -(int32_t{1} << (fractional_bits + 5))) return 0;
  const int32_t quarter = int32_t{1} << (fractional_bits - 2);
  const int32_t rest = (x & (quarter - 1)) - quarter;
  const auto further = static_cast<uint32_t>(rest - x);
  int32_t result = ExpNearZero(SaturatingShiftLeft(rest, integer_bits));
  for (const Factor& factor : kFactors) {
    if (factor.exponent >= integer_bits) break;
    const bool has_bit = (further >> (fractional_bits + factor.exponent) & 1u) != 0;
    if (has_bit) result = SaturatingRoundingDoublingHighMul(result, factor.value);
  }
  return result;
}

// Newton's method for the reciprocal of (1 + x) / 2, in Q2.29, from 48/17 - 32/17 * half.
int32_t OneOverOnePlusX(int32_t x) {
  constexpr int32_t k48Over17 = 1515870810;
  constexpr int32_t kMinus32Over17 = -1010580540;
  constexpr int32_t kOneInQ2 = int32_t{1} << 29;
  const int32_t half = RoundingHalfSum(x, kOne);
  int32_t guess = k48Over17 + SaturatingRoundingDoublingHighMul(half, kMinus32Over17);
  for (int i = 0; i < 3; ++i) {
    const int32_t error = kOneInQ2 - SaturatingRoundingDoublingHighMul(half, guess);
    guess += SaturatingShiftLeft(SaturatingRoundingDoublingHighMul(guess, error), 2);
  }
  // Half of it, which is the same number in Q1.30.
  return SaturatingShiftLeft(guess, 1);
}

int32_t Logistic(int32_t x, int integer_bits) {
  if (x == 0) return int32_t{1} << 30;
  const int32_t of_magnitude = OneOverOnePlusX(ExpOnNegativeValues(x > 0 ? -x : x, integer_bits));
  return x > 0 ? of_magnitude : kOne - of_magnitude;
}

}  // namespace reference
}  // namespace kernels
