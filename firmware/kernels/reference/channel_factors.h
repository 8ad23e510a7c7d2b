// Requantization of kernels with weights: one factor for all output channels, or one for each.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tensorflow/lite/c/common.h"

namespace kernels {
namespace reference {

// factor = multiplier * 2^(shift - 31): from an int32 accumulator to the output's units. Kernel data have
// theirs right behind them: multipliers [n], then shifts [n], -31..30, n being FactorCount(data), an overload
// for each type of data.
inline constexpr size_t kBytesPerFactor = sizeof(int32_t) + sizeof(int8_t);

template <typename Data>
const int32_t* MultipliersOf(const Data& data) {
  return static_cast<const int32_t*>(static_cast<const void*>(&data + 1));
}
template <typename Data>
const int8_t* ShiftsOf(const Data& data) {
  return static_cast<const int8_t*>(static_cast<const void*>(MultipliersOf(data) + FactorCount(data)));
}

struct FactorOperands {
  const TfLiteTensor* input;
  const TfLiteTensor* weights;
  const TfLiteTensor* bias;  // held against the scales where there is one factor; or nullptr
  TfLiteTensor* output;
};

// Sets *per_channel: whether the weights have a scale for each of `channels` along `dimension`. Fails, saying
// why, for weights without a scale, with a zero point other than 0, with scales along another dimension or
// another number of them.
[[nodiscard]] TfLiteStatus CheckWeightScales(TfLiteContext* context, const TfLiteTensor* weights,
                                             int dimension, int channels, bool* per_channel);

// Works out `count` factors, 1 or one for each scale of weights that were checked: input scale * weight scale
// / output scale, in double, as TFLM does. `behind` is where they begin. Fails, saying why, for a factor of
// 2^30 and more. Input and output have scales above 0.
[[nodiscard]] TfLiteStatus FindChannelFactors(TfLiteContext* context, const FactorOperands& operands,
                                              int32_t count, void* behind);

}  // namespace reference
}  // namespace kernels
