// From four sums to four int8 outputs in plain C++, to the bit what cortex_m33/four_sums.h does.
#pragma once

#include <algorithm>
#include <cstdint>

#include "four_lanes.h"
#include "four_rows.h"
#include "kernels/fast/four_factors.h"

namespace kernels::fast {

// (first * second + 2^31) >> 32, plus addend.
inline int32_t RoundedUpperWord(int32_t first, int32_t second, int32_t addend) {
  const int64_t product = int64_t{first} * second + (int64_t{1} << 31);
  return static_cast<int32_t>(static_cast<uint32_t>(product >> 32) + static_cast<uint32_t>(addend));
}

inline int32_t ToInt8(int32_t value) { return std::min(std::max(value, -128), 127); }

// Four times MultiplyByQuantizedMultiplier, plus the zero point, saturated to int8 and packed, `a` lowest:
// the product rounded with ties upwards, the quotient with ties away from zero, which is upwards after 1 is
// taken from what is negative.
inline uint32_t ScaleFour(const FourSums& sums, const FourFactors& by, int32_t zero_point) {
  int32_t a = RoundedUpperWord(sums.a, by.a.doubled, sums.a);
  int32_t b = RoundedUpperWord(sums.b, by.b.doubled, sums.b);
  int32_t c = RoundedUpperWord(sums.c, by.c.doubled, sums.c);
  int32_t d = RoundedUpperWord(sums.d, by.d.doubled, sums.d);
  a += a >> 31;
  b += b >> 31;
  c += c >> 31;
  d += d >> 31;
  a = RoundedUpperWord(a, by.a.power, zero_point);
  b = RoundedUpperWord(b, by.b.power, zero_point);
  c = RoundedUpperWord(c, by.c.power, zero_point);
  d = RoundedUpperWord(d, by.d.power, zero_point);
  return PackFour(ToInt8(a), ToInt8(b), ToInt8(c), ToInt8(d));
}

// The low byte of `value` four times.
inline uint32_t FourTimes(int32_t value) { return (static_cast<uint32_t>(value) & 0xFFu) * 0x01010101u; }

// Each signed byte of `packed`, limited to the bytes of `low` and `high` at its place.
inline uint32_t ClampBytes(uint32_t packed, uint32_t low, uint32_t high) {
  uint32_t clamped = 0;
  for (int at = 0; at < 32; at += 8) {
    const auto byte = [at](uint32_t word) { return static_cast<int8_t>(word >> at & 0xFFu); };
    const int8_t value = std::min(std::max(byte(packed), byte(low)), byte(high));
    clamped |= static_cast<uint32_t>(static_cast<uint8_t>(value)) << at;
  }
  return clamped;
}

}  // namespace kernels::fast
