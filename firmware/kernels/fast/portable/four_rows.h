// Sums of products of four rows of int8 weights in plain C++, to the bit what cortex_m33/four_rows.h does.
//
// Inputs come widened to int16, minus their zero point, in steps of four elements of a row. Sums wrap.
#pragma once

#include <cstddef>
#include <cstdint>

namespace kernels::fast {

struct FourSums {
  int32_t a, b, c, d;  // of consecutive rows
};

// Stores input + offset of `steps` times 4 elements, offset -127..128; of each four in the order 0, 2, 1, 3.
inline void WidenForRows(const int8_t* input, int32_t steps, int32_t offset, int16_t* widened) {
  constexpr int kOrder[] = {0, 2, 1, 3};
  for (; steps > 0; --steps, input += 4, widened += 4) {
    for (int i = 0; i < 4; ++i) widened[i] = static_cast<int16_t>(input[kOrder[i]] + offset);
  }
}

// The same in the order of the elements.
inline void WidenForRowPairs(const int8_t* input, int32_t steps, int32_t offset, int16_t* widened) {
  for (int32_t i = 0; i < 4 * steps; ++i) widened[i] = static_cast<int16_t>(input[i] + offset);
}

inline void AddProduct(int8_t weight, int16_t input, int32_t& sum) {
  sum = static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(weight * input));
}

// Widened inputs.
struct Inputs {
  const int16_t* first;
  ptrdiff_t count;  // a multiple of 4
};

inline Inputs InputsOf(const int16_t* widened, int32_t steps) { return {widened, 4 * ptrdiff_t{steps}}; }

// Adds the products of the inputs and rows [4][depth]; inputs are in the order of WidenForRows.
inline void AddFourRows(const int8_t* rows, int32_t depth, const Inputs& inputs, FourSums& sums) {
  constexpr int kOrder[] = {0, 2, 1, 3};
  for (ptrdiff_t i = 0; i < inputs.count; ++i) {
    const ptrdiff_t d = i / 4 * 4 + kOrder[i % 4];
    AddProduct(rows[d], inputs.first[i], sums.a);
    AddProduct(rows[depth + d], inputs.first[i], sums.b);
    AddProduct(rows[2 * ptrdiff_t{depth} + d], inputs.first[i], sums.c);
    AddProduct(rows[3 * ptrdiff_t{depth} + d], inputs.first[i], sums.d);
  }
}

// The same of pairs [2][depth][2] with the inputs of WidenForRowPairs.
inline void AddTwoRowPairs(const int8_t* pairs, int32_t depth, const Inputs& inputs, FourSums& sums) {
  const int8_t* const second = pairs + 2 * ptrdiff_t{depth};
  for (ptrdiff_t d = 0; d < inputs.count; ++d) {
    AddProduct(pairs[2 * d], inputs.first[d], sums.a);
    AddProduct(pairs[2 * d + 1], inputs.first[d], sums.b);
    AddProduct(second[2 * d], inputs.first[d], sums.c);
    AddProduct(second[2 * d + 1], inputs.first[d], sums.d);
  }
}

// Two vectors of inputs side by side: of each four elements those of the first vector, in the order of
// WidenForRows, then those of the second. Stores one of them, `widened` being its first place.
inline void WidenForTwo(const int8_t* input, int32_t steps, int32_t offset, int16_t* widened) {
  for (; steps > 0; --steps, input += 4, widened += 8) WidenForRows(input, 1, offset, widened);
}

inline Inputs TwoInputsOf(const int16_t* widened, int32_t steps) { return {widened, 8 * ptrdiff_t{steps}}; }

// Adds the products of rows [2][depth] with both vectors: the first row's to a (first vector) and b, the
// second row's to c and d.
inline void AddTwoRowsTwice(const int8_t* rows, int32_t depth, const Inputs& inputs, FourSums& sums) {
  constexpr int kOrder[] = {0, 2, 1, 3};
  for (ptrdiff_t i = 0; i < inputs.count; i += 8) {
    for (int k = 0; k < 4; ++k) {
      const ptrdiff_t d = i / 2 + kOrder[k];
      AddProduct(rows[d], inputs.first[i + k], sums.a);
      AddProduct(rows[d], inputs.first[i + 4 + k], sums.b);
      AddProduct(rows[depth + d], inputs.first[i + k], sums.c);
      AddProduct(rows[depth + d], inputs.first[i + 4 + k], sums.d);
    }
  }
}

}  // namespace kernels::fast
