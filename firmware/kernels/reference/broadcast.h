// Two operands of one shape after broadcasting: a dimension of size 1, or one that is missing at the front,
// repeats.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tensorflow/lite/kernels/internal/types.h"

namespace kernels {
namespace reference {

// Positions in both operands for the output's elements in order. Dimensions that both operands run through
// alike are one, so that operands of one shape, or one of a single element, have a single row.
struct Broadcast {
  int32_t rank;  // 1 or more
  int32_t sizes[tflite::RuntimeShape::kMaxDimensions];
  int32_t steps1[tflite::RuntimeShape::kMaxDimensions];  // elements to the next; 0 where the operand repeats
  int32_t steps2[tflite::RuntimeShape::kMaxDimensions];
};

// False when the shapes do not go together, or do not give `output`.
bool FindBroadcast(const tflite::RuntimeShape& input1, const tflite::RuntimeShape& input2,
                   const tflite::RuntimeShape& output, Broadcast* broadcast);

// Calls row(first1, step1, first2, step2, first output, elements) for each row of the output, in order;
// positions are in elements.
template <typename Row>
void ForEachRow(const Broadcast& broadcast, Row row) {
  const int32_t last = broadcast.rank - 1;
  int32_t index[tflite::RuntimeShape::kMaxDimensions] = {};
  int32_t first1 = 0;
  int32_t first2 = 0;
  int32_t done = 0;
  for (;;) {
    row(first1, broadcast.steps1[last], first2, broadcast.steps2[last], done, broadcast.sizes[last]);
    done += broadcast.sizes[last];
    int32_t d = last - 1;
    for (; d >= 0; --d) {
      first1 += broadcast.steps1[d];
      first2 += broadcast.steps2[d];
      if (++index[d] < broadcast.sizes[d]) break;
      first1 -= broadcast.steps1[d] * broadcast.sizes[d];
      first2 -= broadcast.steps2[d] * broadcast.sizes[d];
      index[d] = 0;
    }
    if (d < 0) return;
  }
}

}  // namespace reference
}  // namespace kernels
