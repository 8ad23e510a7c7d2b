// Products of four channels that follow each other on the Cortex-M33; portable/four_channels.h states the
// same in C++.
//
// A word of inputs and one of weights are split by SXTAB16 and SXTB16, whose halves SMLABB and SMLATT
// multiply: ten instructions for four products, the loads included. Results are used two instructions after
// they were asked for, as loads and products take two cycles.
#pragma once

#include <arm_acle.h>

#include <cstdint>

#include "four_rows.h"

namespace kernels::fast {

// What is added to inputs, -127..128.
using InputOffset = uint32_t;  // in both halves
inline InputOffset InputOffsetOf(int32_t offset) { return InBothHalves(offset); }

// Up to three neighbours in each of some rows, 1 or more: all steps in bytes.
struct Block {
  int32_t rows;
  int32_t step;  // from a neighbour to the next, in the inputs as in the weights
  int32_t input_row;
  int32_t weight_row;
};

// Adds weights[i] * (inputs[i] + offset) to sum i of four, for all of a block that begins at `inputs` and
// `weights`. Sums wrap. In one piece, as the compiler would otherwise move half of the registers out of its
// way in each row.
template <int columns>
[[gnu::always_inline]] inline void AddBlock(const int8_t* inputs, const int8_t* weights, const Block& block,
                                            InputOffset offset, FourSums& sums) {
  static_assert(columns >= 1 && columns <= 3);
  uint32_t input, weight, even_input, even_weight;
  int32_t rows = block.rows;
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
      ".endm\n"
      "1:\n\t"
      "earshot_channels\n\t"
      ".if %c[columns] > 1\n\t"
      "earshot_channels \", %[step]\"\n\t"
      ".endif\n\t"
      ".if %c[columns] > 2\n\t"
      "earshot_channels \", %[step], lsl #1\"\n\t"
      ".endif\n\t"
      "ldr %[input], %[input_row]\n\t"
      "ldr %[weight], %[weight_row]\n\t"
      "subs %[rows], %[rows], #1\n\t"
      "add %[inputs], %[inputs], %[input]\n\t"
      "add %[weights], %[weights], %[weight]\n\t"
      "bne 1b\n\t"
      ".purgem earshot_channels"
      : [a] "+r"(sums.a), [b] "+r"(sums.b), [c] "+r"(sums.c), [d] "+r"(sums.d), [rows] "+r"(rows),
        [inputs] "+r"(inputs), [weights] "+r"(weights), [input] "=&r"(input), [weight] "=&r"(weight),
        [even_input] "=&r"(even_input), [even_weight] "=&r"(even_weight)
      : [step] "r"(block.step), [offset] "r"(offset), [input_row] "m"(block.input_row),
        [weight_row] "m"(block.weight_row), [columns] "i"(columns)
      : "cc", "memory");
}

}  // namespace kernels::fast
