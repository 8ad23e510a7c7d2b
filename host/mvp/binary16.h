// Exact IEEE 754 binary16 arithmetic for the MVP model: values are kept as floats that binary16 can
// represent.
//
// Rounding a float sum or product of two binary16 values to binary16 gives the correctly rounded result:
// products are exact in a float (22 bits), and for sums a format of p' >= 2p + 2 bits (24 >= 2*11 + 2) makes
// the double rounding harmless; sums that are subnormal in binary16 are multiples of 2^-24 and exact.
#pragma once

#include <cstdint>
#include <cstring>

namespace mvp_model {

// What happened while rounding; or-ed together over an instruction.
struct RoundingEvents {
  bool nan = false;        // the result is not a number
  bool overflow = false;   // finite before rounding, infinite after it
  bool underflow = false;  // non-zero, below the normal range and inexact
};

inline uint32_t FloatBits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

inline float FloatFromBits(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// 2^-14 as a float's bits: magnitudes below it are subnormal in binary16.
inline constexpr uint32_t kSmallestNormalHalf = 0x38800000u;

inline constexpr uint32_t kFloatInfinity = 0x7F800000u;
inline constexpr uint32_t kFloatNan = 0x7FC00000u;

// Binary16 bit pattern -> its value. Exact for all 65,536 patterns.
inline float HalfToFloat(uint16_t bits) {
  const uint32_t sign = static_cast<uint32_t>(bits & 0x8000u) << 16;
  const uint32_t exponent = (bits >> 10) & 0x1Fu;
  const uint32_t fraction = bits & 0x3FFu;
  if (exponent == 0x1F) return FloatFromBits(fraction != 0 ? kFloatNan : sign | kFloatInfinity);
  if (exponent != 0) return FloatFromBits(sign | ((exponent + 112) << 23) | (fraction << 13));
  const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
  return FloatFromBits(sign | FloatBits(magnitude));
}

// Binary16 value held in a float -> bit pattern; NaN becomes 0x7E00. Other floats are rounded first.
uint16_t FloatToHalf(float value);

// Rounds to the nearest binary16, ties to even, with gradual underflow, infinities and NaN.
float RoundToHalfRare(float value, RoundingEvents& events);

inline float RoundToHalf(float value, RoundingEvents& events) {
  const uint32_t bits = FloatBits(value);
  const uint32_t magnitude = bits & 0x7FFFFFFFu;
  // Normal results: 2^-14 <= |value| < 65520 (from there on the nearest is infinity).
  if (magnitude - kSmallestNormalHalf < 0x477FF000u - kSmallestNormalHalf) {
    return FloatFromBits((bits + 0xFFFu + ((bits >> 13) & 1u)) & ~0x1FFFu);
  }
  if (magnitude == 0) return value;
  return RoundToHalfRare(value, events);
}

// A float from which RoundToHalf makes what it would make of `value`: the bits that get lost are noted in the
// lowest that stays (rounding to odd). For |value| < 2^127.
inline float RoundToOdd(double value) {
  const float nearest = static_cast<float>(value);
  const double back = static_cast<double>(nearest);
  if (back == value || value != value) return nearest;
  uint32_t bits = FloatBits(nearest);
  if ((back > value) == (value > 0)) --bits;  // it was rounded away from zero
  return FloatFromBits(bits | 1u);
}

}  // namespace mvp_model
