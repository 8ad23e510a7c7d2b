// From an int32 accumulator to an int8 output of a tensor with one scale.
#pragma once

#include <cstdint>

#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/c/common.h"
#include "tensorflow/lite/kernels/internal/common.h"

namespace kernels {
namespace reference {

struct OutputScaling {
  int32_t multiplier;  // the factor is multiplier * 2^(shift - 31)
  int8_t shift;        // -31..30
  int8_t zero_point;
  int8_t activation_min;
  int8_t activation_max;
};

// Of the real factor from the accumulator to the output's units. Fails, saying why, for a factor of 2^30 and
// more, or one that is no number, and for limits of the activation that the output's scale does not reach.
[[nodiscard]] TfLiteStatus FindOutputScaling(TfLiteContext* context, double factor,
                                             TfLiteFusedActivation activation, TfLiteTensor* output,
                                             OutputScaling* scaling);

inline int8_t ScaleToOutput(const OutputScaling& scaling, int32_t accumulator) {
  // Wider than int32: a factor above 1 may put the product next to its ends.
  const int64_t value =
      int64_t{tflite::MultiplyByQuantizedMultiplier(accumulator, scaling.multiplier, scaling.shift)} +
      scaling.zero_point;
  if (value < scaling.activation_min) return scaling.activation_min;
  if (value > scaling.activation_max) return scaling.activation_max;
  return static_cast<int8_t>(value);
}

}  // namespace reference
}  // namespace kernels
