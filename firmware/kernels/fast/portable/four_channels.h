// Products of four channels that follow each other in plain C++, to the bit what
// cortex_m33/four_channels.h does.
#pragma once

#include <cstdint>

#include "four_rows.h"

namespace kernels::fast {

// Adds weights[i] * (inputs[i] + offset) to sum i of four; offset -127..128. Sums wrap.
inline void AddFourChannels(const int8_t* inputs, const int8_t* weights, int32_t offset, FourSums& sums) {
  AddProduct(weights[0], static_cast<int16_t>(inputs[0] + offset), sums.a);
  AddProduct(weights[1], static_cast<int16_t>(inputs[1] + offset), sums.b);
  AddProduct(weights[2], static_cast<int16_t>(inputs[2] + offset), sums.c);
  AddProduct(weights[3], static_cast<int16_t>(inputs[3] + offset), sums.d);
}

}  // namespace kernels::fast
