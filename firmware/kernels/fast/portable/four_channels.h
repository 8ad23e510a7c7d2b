// Products of four channels that follow each other in plain C++, to the bit what
// cortex_m33/four_channels.h does.
#pragma once

#include <cstddef>
#include <cstdint>

#include "four_rows.h"

namespace kernels::fast {

// What is added to inputs, -127..128.
using InputOffset = int32_t;
inline InputOffset InputOffsetOf(int32_t offset) { return offset; }

// Up to three neighbours in each of some rows, 1 or more: all steps in bytes.
struct Block {
  int32_t rows;
  int32_t step;  // from a neighbour to the next, in the inputs as in the weights
  int32_t input_row;
  int32_t weight_row;
};

// Adds weights[i] * (inputs[i] + offset) to sum i of four, for all of a block that begins at `inputs` and
// `weights`. Sums wrap.
template <int columns>
void AddBlock(const int8_t* inputs, const int8_t* weights, const Block& block, InputOffset offset,
              FourSums& sums) {
  static_assert(columns >= 1 && columns <= 3);
  for (ptrdiff_t i = 0; i < block.rows; ++i) {
    for (ptrdiff_t j = 0; j < columns; ++j) {
      const int8_t* input = inputs + i * block.input_row + j * block.step;
      const int8_t* weight = weights + i * block.weight_row + j * block.step;
      AddProduct(weight[0], static_cast<int16_t>(input[0] + offset), sums.a);
      AddProduct(weight[1], static_cast<int16_t>(input[1] + offset), sums.b);
      AddProduct(weight[2], static_cast<int16_t>(input[2] + offset), sums.c);
      AddProduct(weight[3], static_cast<int16_t>(input[3] + offset), sums.d);
    }
  }
}

}  // namespace kernels::fast
