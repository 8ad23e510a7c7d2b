// Products of four channels that follow each other on the Cortex-M33; portable/four_channels.h states the
// same in C++.
//
// A word of inputs and one of weights are split by SXTAB16 and SXTB16, whose halves SMLABB and SMLATT
// multiply: ten instructions for four products, the loads included. Results are used two instructions after
// they were asked for, as loads and products take two cycles.
#pragma once

#include <arm_acle.h>

#include <cstddef>
#include <cstdint>

#include "four_rows.h"

namespace kernels::fast {

// What is added to inputs, -127..128.
using InputOffset = uint32_t;  // in both halves
inline InputOffset InputOffsetOf(int32_t offset) { return InBothHalves(offset); }

// Adds weights[i] * (inputs[i] + offset) to sum i of four. Sums wrap.
[[gnu::always_inline]] inline void AddChannels(const int8_t* inputs, const int8_t* weights,
                                               InputOffset offset, FourSums& sums) {
  uint32_t input, weight, even_input, even_weight;
  __asm(
      "ldr %[input], [%[inputs]]\n\t"
      "ldr %[weight], [%[weights]]\n\t"
      "sxtab16 %[even_input], %[offset], %[input]\n\t"
      "sxtb16 %[even_weight], %[weight]\n\t"
      "sxtab16 %[input], %[offset], %[input], ror #8\n\t"
      "sxtb16 %[weight], %[weight], ror #8\n\t"
      "smlabb %[a], %[even_input], %[even_weight], %[a]\n\t"
      "smlatt %[c], %[even_input], %[even_weight], %[c]\n\t"
      "smlabb %[b], %[input], %[weight], %[b]\n\t"
      "smlatt %[d], %[input], %[weight], %[d]"
      : [a] "+r"(sums.a), [b] "+r"(sums.b), [c] "+r"(sums.c), [d] "+r"(sums.d), [input] "=&r"(input),
        [weight] "=&r"(weight), [even_input] "=&r"(even_input), [even_weight] "=&r"(even_weight)
      : [inputs] "r"(inputs), [weights] "r"(weights), [offset] "r"(offset)
      : "memory");
}

// The same at `inputs` and `weights` and at two places behind each, `step` apart.
[[gnu::always_inline]] inline void AddThreeChannels(const int8_t* inputs, const int8_t* weights,
                                                    ptrdiff_t step, InputOffset offset, FourSums& sums) {
  uint32_t input, weight, even_input, even_weight;
  __asm(
      ".macro earshot_channels place\n\t"
      "ldr %[input], [%[inputs]\\place]\n\t"
      "ldr %[weight], [%[weights]\\place]\n\t"
      "sxtab16 %[even_input], %[offset], %[input]\n\t"
      "sxtb16 %[even_weight], %[weight]\n\t"
      "sxtab16 %[input], %[offset], %[input], ror #8\n\t"
      "sxtb16 %[weight], %[weight], ror #8\n\t"
      "smlabb %[a], %[even_input], %[even_weight], %[a]\n\t"
      "smlatt %[c], %[even_input], %[even_weight], %[c]\n\t"
      "smlabb %[b], %[input], %[weight], %[b]\n\t"
      "smlatt %[d], %[input], %[weight], %[d]\n\t"
      ".endm\n\t"
      "earshot_channels\n\t"
      "earshot_channels \", %[step]\"\n\t"
      "earshot_channels \", %[step], lsl #1\"\n\t"
      ".purgem earshot_channels"
      : [a] "+r"(sums.a), [b] "+r"(sums.b), [c] "+r"(sums.c), [d] "+r"(sums.d), [input] "=&r"(input),
        [weight] "=&r"(weight), [even_input] "=&r"(even_input), [even_weight] "=&r"(even_weight)
      : [inputs] "r"(inputs), [weights] "r"(weights), [step] "r"(step), [offset] "r"(offset)
      : "memory");
}

}  // namespace kernels::fast
