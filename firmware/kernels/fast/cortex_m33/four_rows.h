// Sums of products of four rows of int8 weights on the Cortex-M33; portable/four_rows.h states the same in
// C++.
//
// Inputs come widened to int16, minus their zero point, in steps of four elements of a row. Sums wrap. A step
// reads a word of each row, splits it with two SXTB16 and adds two products per SMLAD: five cycles a row, and
// two for the inputs. Results are used two instructions after they were asked for, as loads and products
// take two cycles. The loops are written out because the choice of registers decides here: 13 of the 14 that
// there are.
#pragma once

#include <arm_acle.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace kernels::fast {

struct FourSums {
  int32_t a, b, c, d;  // of consecutive rows
};

// input + offset of four elements: elements 0 and 2 in `even`, 1 and 3 in `odd`, the first one lowest.
struct WidenedFour {
  uint32_t even, odd;
};

inline WidenedFour WidenFour(const int8_t* input, uint32_t offsets) {
  uint32_t packed;
  std::memcpy(&packed, input, sizeof(packed));
  WidenedFour four;
  __asm("sxtab16 %0, %1, %2" : "=r"(four.even) : "r"(offsets), "r"(packed));
  __asm("sxtab16 %0, %1, %2, ror #8" : "=r"(four.odd) : "r"(offsets), "r"(packed));
  return four;
}

// `offset` in both halves of a word.
inline uint32_t InBothHalves(int32_t offset) { return (static_cast<uint32_t>(offset) & 0xFFFFu) * 0x10001u; }

// Stores input + offset of `steps` times 4 elements, offset -127..128; of each four in the order 0, 2, 1, 3.
inline void WidenForRows(const int8_t* input, int32_t steps, int32_t offset, int16_t* widened) {
  const uint32_t offsets = InBothHalves(offset);
  for (; steps > 0; --steps, input += 4, widened += 4) {
    const WidenedFour four = WidenFour(input, offsets);
    std::memcpy(widened, &four.even, sizeof(four.even));
    std::memcpy(widened + 2, &four.odd, sizeof(four.odd));
  }
}

// The same in the order of the elements.
inline void WidenForRowPairs(const int8_t* input, int32_t steps, int32_t offset, int16_t* widened) {
  const uint32_t offsets = InBothHalves(offset);
  for (; steps > 0; --steps, input += 4, widened += 4) {
    const WidenedFour four = WidenFour(input, offsets);
    uint32_t first_two, last_two;
    __asm("pkhbt %0, %1, %2, lsl #16" : "=r"(first_two) : "r"(four.even), "r"(four.odd));
    __asm("pkhtb %0, %1, %2, asr #16" : "=r"(last_two) : "r"(four.odd), "r"(four.even));
    std::memcpy(widened, &first_two, sizeof(first_two));
    std::memcpy(widened + 2, &last_two, sizeof(last_two));
  }
}

// Widened inputs. The ends stay in memory while the loops run, to leave the registers to them.
struct Inputs {
  const int16_t* first;
  const int16_t* long_end;  // of the loop that takes 16 steps a round
  const int16_t* end;
};

inline Inputs InputsOf(const int16_t* widened, int32_t steps) {
  return {widened, widened + 4 * (steps & ~15), widened + 4 * steps};
}

// Adds the products of the inputs and rows [4][depth]; inputs are in the order of WidenForRows. Reads
// two words behind them (kBytesReadBehind in weight_rows.h).
[[gnu::always_inline]] inline void AddFourRows(const int8_t* rows, int32_t depth, const Inputs& inputs,
                                               FourSums& sums) {
  const int8_t* odd_rows = rows + depth;
  const int16_t* next = inputs.first;
  uint32_t even, odd, low, high, other;
  __asm(
      ".macro earshot_step_of_rows\n\t"
      "ldr %[low], [%[rows], %[depth], lsl #1]\n\t"
      "ldr %[other], [%[rows]], #4\n\t"
      "sxtb16 %[high], %[low], ror #8\n\t"
      "sxtb16 %[low], %[low]\n\t"
      "smlad %[c], %[high], %[odd], %[c]\n\t"
      "smlad %[c], %[low], %[even], %[c]\n\t"
      "sxtb16 %[high], %[other], ror #8\n\t"
      "sxtb16 %[other], %[other]\n\t"
      "smlad %[a], %[high], %[odd], %[a]\n\t"
      "smlad %[a], %[other], %[even], %[a]\n\t"
      "ldr %[low], [%[odd_rows], %[depth], lsl #1]\n\t"
      "ldr %[other], [%[odd_rows]], #4\n\t"
      "sxtb16 %[high], %[low], ror #8\n\t"
      "sxtb16 %[low], %[low]\n\t"
      "smlad %[d], %[high], %[odd], %[d]\n\t"
      "smlad %[d], %[low], %[even], %[d]\n\t"
      "sxtb16 %[high], %[other], ror #8\n\t"
      "sxtb16 %[other], %[other]\n\t"
      "smlad %[b], %[high], %[odd], %[b]\n\t"
      "smlad %[b], %[other], %[even], %[b]\n\t"
      "ldrd %[even], %[odd], [%[inputs], #8]!\n\t"
      ".endm\n\t"
      "ldrd %[even], %[odd], [%[inputs]]\n\t"
      "ldr %[low], %[long_end]\n\t"
      "cmp %[inputs], %[low]\n\t"
      "beq 2f\n"
      "1:\n\t"
      ".rept 16\n\t"
      "earshot_step_of_rows\n\t"
      ".endr\n\t"
      "ldr %[low], %[long_end]\n\t"
      "cmp %[inputs], %[low]\n\t"
      "bne 1b\n"
      "2:\n\t"
      "ldr %[low], %[end]\n\t"
      "cmp %[inputs], %[low]\n\t"
      "beq 4f\n"
      "3:\n\t"
      "earshot_step_of_rows\n\t"
      "ldr %[low], %[end]\n\t"
      "cmp %[inputs], %[low]\n\t"
      "bne 3b\n"
      "4:\n\t"
      ".purgem earshot_step_of_rows"
      : [a] "+r"(sums.a), [b] "+r"(sums.b), [c] "+r"(sums.c), [d] "+r"(sums.d), [rows] "+r"(rows),
        [odd_rows] "+r"(odd_rows), [inputs] "+r"(next), [even] "=&r"(even), [odd] "=&r"(odd),
        [low] "=&r"(low), [high] "=&r"(high), [other] "=&r"(other)
      : [depth] "r"(depth), [long_end] "m"(inputs.long_end), [end] "m"(inputs.end)
      : "cc", "memory");
}

// The same of pairs [2][depth][2] with the inputs of WidenForRowPairs, of which it reads no more than it
// takes.
[[gnu::always_inline]] inline void AddTwoRowPairs(const int8_t* pairs, int32_t depth, const Inputs& inputs,
                                                  FourSums& sums) {
  const int8_t* second = pairs + 2 * ptrdiff_t{depth};
  const int16_t* next = inputs.first;
  uint32_t first_two, last_two, low, high, other;
  __asm(
      ".macro earshot_half_step_of_pairs inputs\n\t"
      "ldr %[low], [%[pairs]], #4\n\t"
      "ldr %[other], [%[second]], #4\n\t"
      "sxtb16 %[high], %[low], ror #8\n\t"
      "sxtb16 %[low], %[low]\n\t"
      "smlad %[b], %[high], \\inputs, %[b]\n\t"
      "smlad %[a], %[low], \\inputs, %[a]\n\t"
      "sxtb16 %[high], %[other], ror #8\n\t"
      "sxtb16 %[other], %[other]\n\t"
      "smlad %[d], %[high], \\inputs, %[d]\n\t"
      "smlad %[c], %[other], \\inputs, %[c]\n\t"
      ".endm\n\t"
      ".macro earshot_step_of_pairs\n\t"
      "ldrd %[first_two], %[last_two], [%[inputs]], #8\n\t"
      "earshot_half_step_of_pairs %[first_two]\n\t"
      "earshot_half_step_of_pairs %[last_two]\n\t"
      ".endm\n\t"
      "ldr %[low], %[long_end]\n\t"
      "cmp %[inputs], %[low]\n\t"
      "beq 2f\n"
      "1:\n\t"
      ".rept 16\n\t"
      "earshot_step_of_pairs\n\t"
      ".endr\n\t"
      "ldr %[low], %[long_end]\n\t"
      "cmp %[inputs], %[low]\n\t"
      "bne 1b\n"
      "2:\n\t"
      "ldr %[low], %[end]\n\t"
      "cmp %[inputs], %[low]\n\t"
      "beq 4f\n"
      "3:\n\t"
      "earshot_step_of_pairs\n\t"
      "ldr %[low], %[end]\n\t"
      "cmp %[inputs], %[low]\n\t"
      "bne 3b\n"
      "4:\n\t"
      ".purgem earshot_step_of_pairs\n\t"
      ".purgem earshot_half_step_of_pairs"
      : [a] "+r"(sums.a), [b] "+r"(sums.b), [c] "+r"(sums.c), [d] "+r"(sums.d), [pairs] "+r"(pairs),
        [second] "+r"(second), [inputs] "+r"(next), [first_two] "=&r"(first_two), [last_two] "=&r"(last_two),
        [low] "=&r"(low), [high] "=&r"(high), [other] "=&r"(other)
      : [long_end] "m"(inputs.long_end), [end] "m"(inputs.end)
      : "cc", "memory");
}

// Two vectors of inputs side by side: of each four elements those of the first vector, in the order of
// WidenForRows, then those of the second. Stores one of them, `widened` being its first place.
inline void WidenForTwo(const int8_t* input, int32_t steps, int32_t offset, int16_t* widened) {
  const uint32_t offsets = InBothHalves(offset);
  for (; steps > 0; --steps, input += 4, widened += 8) {
    const WidenedFour four = WidenFour(input, offsets);
    std::memcpy(widened, &four.even, sizeof(four.even));
    std::memcpy(widened + 2, &four.odd, sizeof(four.odd));
  }
}

inline Inputs TwoInputsOf(const int16_t* widened, int32_t steps) {
  return {widened, widened + 8 * (steps & ~7), widened + 8 * steps};
}

// Adds the products of rows [2][depth] with both vectors: the first row's to a (first vector) and b, the
// second row's to c and d. A step is 18 cycles for 16 products: words of weights are split once for both.
[[gnu::always_inline]] inline void AddTwoRowsTwice(const int8_t* rows, int32_t depth, const Inputs& inputs,
                                                   FourSums& sums) {
  const int16_t* next = inputs.first;
  uint32_t even, odd, second_even, second_odd, low, high;
  __asm(
      ".macro earshot_step_of_two\n\t"
      "ldr %[high], [%[rows], %[depth]]\n\t"
      "ldrd %[even], %[odd], [%[inputs]], #8\n\t"
      "ldrd %[second_even], %[second_odd], [%[inputs]], #8\n\t"
      "sxtb16 %[low], %[high]\n\t"
      "sxtb16 %[high], %[high], ror #8\n\t"
      "smlad %[c], %[low], %[even], %[c]\n\t"
      "smlad %[d], %[low], %[second_even], %[d]\n\t"
      "ldr %[low], [%[rows]], #4\n\t"
      "smlad %[c], %[high], %[odd], %[c]\n\t"
      "smlad %[d], %[high], %[second_odd], %[d]\n\t"
      "sxtb16 %[high], %[low], ror #8\n\t"
      "sxtb16 %[low], %[low]\n\t"
      "smlad %[a], %[high], %[odd], %[a]\n\t"
      "smlad %[b], %[high], %[second_odd], %[b]\n\t"
      "smlad %[a], %[low], %[even], %[a]\n\t"
      "smlad %[b], %[low], %[second_even], %[b]\n\t"
      ".endm\n\t"
      "ldr %[low], %[long_end]\n\t"
      "cmp %[inputs], %[low]\n\t"
      "beq 2f\n"
      "1:\n\t"
      ".rept 8\n\t"
      "earshot_step_of_two\n\t"
      ".endr\n\t"
      "ldr %[low], %[long_end]\n\t"
      "cmp %[inputs], %[low]\n\t"
      "bne 1b\n"
      "2:\n\t"
      "ldr %[low], %[end]\n\t"
      "cmp %[inputs], %[low]\n\t"
      "beq 4f\n"
      "3:\n\t"
      "earshot_step_of_two\n\t"
      "ldr %[low], %[end]\n\t"
      "cmp %[inputs], %[low]\n\t"
      "bne 3b\n"
      "4:\n\t"
      ".purgem earshot_step_of_two"
      : [a] "+r"(sums.a), [b] "+r"(sums.b), [c] "+r"(sums.c), [d] "+r"(sums.d), [rows] "+r"(rows),
        [inputs] "+r"(next), [even] "=&r"(even), [odd] "=&r"(odd), [second_even] "=&r"(second_even),
        [second_odd] "=&r"(second_odd), [low] "=&r"(low), [high] "=&r"(high)
      : [depth] "r"(depth), [long_end] "m"(inputs.long_end), [end] "m"(inputs.end)
      : "cc", "memory");
}

}  // namespace kernels::fast
