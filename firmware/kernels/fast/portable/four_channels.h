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

// Adds weights[i] * (inputs[i] + offset) to sum i of four. Sums wrap.
inline void AddChannels(const int8_t* inputs, const int8_t* weights, InputOffset offset, FourSums& sums) {
  AddProduct(weights[0], static_cast<int16_t>(inputs[0] + offset), sums.a);
  AddProduct(weights[1], static_cast<int16_t>(inputs[1] + offset), sums.b);
  AddProduct(weights[2], static_cast<int16_t>(inputs[2] + offset), sums.c);
  AddProduct(weights[3], static_cast<int16_t>(inputs[3] + offset), sums.d);
}

// The same at `inputs` and `weights` and at two places behind each, `step` apart.
inline void AddThreeChannels(const int8_t* inputs, const int8_t* weights, ptrdiff_t step, InputOffset offset,
                             FourSums& sums) {
  for (ptrdiff_t i = 0; i < 3; ++i) AddChannels(inputs + i * step, weights + i * step, offset, sums);
}

}  // namespace kernels::fast
