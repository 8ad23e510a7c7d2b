// Outputs that are each the products of a row of int8 weights and the same inputs, four rows per pass: a
// batch of a fully connected layer, or a pixel of a convolution.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/fast/four_outputs.h"

namespace kernels::fast {

inline constexpr int32_t kElementsPerStep = 4;

struct WeightRows {
  const int8_t* weights;  // [units][depth], or in pairs of rows
  const int32_t* bias;    // [units], or nullptr
  int32_t units;          // kChannelsPerPass or more; even in pairs of rows
  int32_t depth;
  int32_t input_offset;  // minus the inputs' zero point
  Requantization by;
};

// MultiplyRows loads inputs before it knows that it has had the last ones: so much must be there behind them.
inline constexpr size_t kBytesReadBehind = 8;

// inputs: [depth]. widened: room for as many int16, 4-byte aligned, and kBytesReadBehind. outputs: [units].
void MultiplyRows(const WeightRows& rows, const int8_t* inputs, int16_t* widened, int8_t* outputs);
// The same of pairs of rows, which reads nothing behind.
void MultiplyRowPairs(const WeightRows& rows, const int8_t* inputs, int16_t* widened, int8_t* outputs);

// For rows of whole fours two vectors of inputs share each word of weights, which a third of the time goes
// into: puts one of them, 0 or 1, in `widened`, room for 2 * depth int16.
void WidenOneOfTwo(const WeightRows& rows, const int8_t* inputs, int32_t which, int16_t* widened);
// outputs: [2][units].
void MultiplyRowsByTwo(const WeightRows& rows, const int16_t* widened, int8_t* outputs);

}  // namespace kernels::fast
