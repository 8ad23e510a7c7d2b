// Conversion double -> binary16 on the double's bits, so that it is rounded once.
#include "mvp/binary16.h"

#include <cstring>

namespace mvp {
namespace {

constexpr int kFractionBits = 52;
constexpr int kExponentBias = 1023;
constexpr int kSmallestExponent = -14;  // of normal binary16 numbers
constexpr int kLargestExponent = 15;

// value / 2^shift, rounded to nearest, ties to even; 0 < shift < 64.
uint64_t RoundingShift(uint64_t value, int shift) {
  const uint64_t half = uint64_t{1} << (shift - 1);
  const uint64_t quotient = value >> shift;
  const uint64_t rest = value & ((uint64_t{1} << shift) - 1);
  return quotient + (rest > half || (rest == half && (quotient & 1) != 0) ? 1 : 0);
}

}  // namespace

uint16_t ToBinary16(double value) {
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  const uint16_t sign = static_cast<uint16_t>((bits >> 48) & 0x8000);
  const int exponent = static_cast<int>((bits >> kFractionBits) & 0x7FF) - kExponentBias;
  const uint64_t fraction = bits & ((uint64_t{1} << kFractionBits) - 1);
  if (exponent == kExponentBias + 1) return static_cast<uint16_t>(sign | (fraction != 0 ? 0x7E00 : 0x7C00));
  if (exponent > kLargestExponent) return static_cast<uint16_t>(sign | 0x7C00);
  if (exponent < kSmallestExponent - 11) return sign;
  const uint64_t significand = fraction | (uint64_t{1} << kFractionBits);
  // The field below counts steps of the result's exponent; a carry out of the fraction raises the exponent.
  if (exponent < kSmallestExponent) {
    return static_cast<uint16_t>(sign | RoundingShift(significand, 42 + kSmallestExponent - exponent));
  }
  const uint64_t steps = RoundingShift(significand, 42);
  return static_cast<uint16_t>(sign | (static_cast<uint64_t>(exponent + 14) * 1024 + steps));
}

}  // namespace mvp
