// From four sums to four int8 outputs on the Cortex-M33; portable/four_sums.h states the same in C++.
#pragma once

#include <arm_acle.h>

#include <cstdint>

#include "four_lanes.h"
#include "four_rows.h"
#include "kernels/fast/four_factors.h"

namespace kernels::fast {

// SMMLAR: (first * second + 2^31) >> 32, plus addend.
inline int32_t RoundedUpperWord(int32_t first, int32_t second, int32_t addend) {
  int32_t result;
  __asm("smmlar %0, %1, %2, %3" : "=r"(result) : "r"(first), "r"(second), "r"(addend));
  return result;
}

// Four times MultiplyByQuantizedMultiplier, plus the zero point, saturated to int8 and packed, `a` lowest:
// the product rounded with ties upwards, the quotient with ties away from zero, which is upwards after 1 is
// taken from what is negative. In stages, as results are used two instructions later.
[[gnu::always_inline]] inline uint32_t ScaleFour(const FourSums& sums, const FourFactors& by,
                                                 int32_t zero_point) {
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
  return PackFour(__ssat(a, 8), __ssat(b, 8), __ssat(c, 8), __ssat(d, 8));
}

// The low byte of `value` four times.
inline uint32_t FourTimes(int32_t value) { return (static_cast<uint32_t>(value) & 0xFFu) * 0x01010101u; }

// Each signed byte of `packed`, limited to the bytes of `low` and `high` at its place. SSUB8 and SEL in one,
// as the flags between them are not the compiler's.
inline uint32_t ClampBytes(uint32_t packed, uint32_t low, uint32_t high) {
  uint32_t unused;
  __asm(
      "ssub8 %1, %0, %2\n\t"
      "sel %0, %0, %2\n\t"
      "ssub8 %1, %3, %0\n\t"
      "sel %0, %0, %3"
      : "+r"(packed), "=&r"(unused)
      : "r"(low), "r"(high));
  return packed;
}

}  // namespace kernels::fast
