// Requantization of kernels with weights: one factor for all output channels, or one for each.
#pragma once

#include <cstdint>

#include "tensorflow/lite/c/common.h"

namespace kernels {
namespace reference {

// factor = multiplier * 2^(shift - 31): from an int32 accumulator to the output's units.
struct ChannelFactors {
  int32_t count;               // 1: the same for all channels; else as many as channels
  const int32_t* multipliers;  // [count]
  const int8_t* shifts;        // [count], -31..30
};

// Works the factors out, in memory that stays: input scale * weight scale / output scale, in double, as TFLM
// does. `dimension` is that of the weights that counts the output channels, `bias` may be nullptr. Fails,
// saying why, for weights without a scale, with a zero point other than 0, with scales along another
// dimension or another number of them than `channels`, for a factor of 2^30 and more, and silently when the
// arena is full. Input and output have scales above 0.
TfLiteStatus FindChannelFactors(TfLiteContext* context, const TfLiteTensor* input,
                                const TfLiteTensor* weights, const TfLiteTensor* bias, TfLiteTensor* output,
                                int dimension, int channels, ChannelFactors* factors);

}  // namespace reference
}  // namespace kernels
