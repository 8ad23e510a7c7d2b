// Four elements at a time in plain C++, to the bit what cortex_m33/four_lanes.h does (little-endian
// machines).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace kernels::fast {

struct FourFloats {
  float a, b, c, d;
};

struct FourInts {
  int32_t a, b, c, d;
};

inline FourFloats LoadFour(const float* values) { return {values[0], values[1], values[2], values[3]}; }

// To the nearest integer, halves away from zero, saturated to int32; 0 for what is no number.
inline int32_t RoundHalfAway(float x) {
  if (std::isnan(x)) return 0;
  const double rounded = std::round(static_cast<double>(x));
  return static_cast<int32_t>(std::min(std::max(rounded, -2147483648.0), 2147483647.0));
}

inline FourInts RoundHalfAway(const FourFloats& x) {
  return {RoundHalfAway(x.a), RoundHalfAway(x.b), RoundHalfAway(x.c), RoundHalfAway(x.d)};
}

// The sum, saturated to -128..127.
inline int32_t AddToInt8(int32_t value, int32_t addend) {
  const int64_t sum = int64_t{value} + addend;
  return static_cast<int32_t>(std::min<int64_t>(std::max<int64_t>(sum, -128), 127));
}

// The low bytes of four numbers, `a` the lowest in memory.
inline uint32_t PackFour(int32_t a, int32_t b, int32_t c, int32_t d) {
  const auto byte = [](int32_t value) { return static_cast<uint32_t>(value) & 0xFFu; };
  return byte(a) | byte(b) << 8 | byte(c) << 16 | byte(d) << 24;
}

// addend plus each signed byte of `packed`, the lowest in memory first.
inline FourInts AddBytes(int32_t addend, uint32_t packed) {
  const auto byte = [packed](int position) { return static_cast<int8_t>(packed >> (8 * position) & 0xFFu); };
  return {addend + byte(0), addend + byte(1), addend + byte(2), addend + byte(3)};
}

}  // namespace kernels::fast
