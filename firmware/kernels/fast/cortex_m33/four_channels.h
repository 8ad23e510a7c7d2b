// Products of four channels that follow each other on the Cortex-M33; portable/four_channels.h states the
// same in C++.
#pragma once

#include <arm_acle.h>

#include <cstdint>
#include <cstring>

#include "four_rows.h"

namespace kernels::fast {

// Adds weights[i] * (inputs[i] + offset) to sum i of four; offset -127..128. Sums wrap. A word of each is
// split by SXTAB16 and SXTB16, whose halves SMLABB and SMLATT multiply: ten instructions, the loads included.
[[gnu::always_inline]] inline void AddFourChannels(const int8_t* inputs, const int8_t* weights,
                                                   int32_t offset, FourSums& sums) {
  const WidenedFour input = WidenFour(inputs, InBothHalves(offset));
  uint32_t packed;
  std::memcpy(&packed, weights, sizeof(packed));
  uint32_t even, odd;
  __asm("sxtb16 %0, %1" : "=r"(even) : "r"(packed));
  __asm("sxtb16 %0, %1, ror #8" : "=r"(odd) : "r"(packed));
  __asm("smlabb %0, %1, %2, %0" : "+r"(sums.a) : "r"(input.even), "r"(even));
  __asm("smlabb %0, %1, %2, %0" : "+r"(sums.b) : "r"(input.odd), "r"(odd));
  __asm("smlatt %0, %1, %2, %0" : "+r"(sums.c) : "r"(input.even), "r"(even));
  __asm("smlatt %0, %1, %2, %0" : "+r"(sums.d) : "r"(input.odd), "r"(odd));
}

}  // namespace kernels::fast
