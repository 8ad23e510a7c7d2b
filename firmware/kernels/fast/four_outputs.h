// From four sums to the int8 outputs of four channels that follow each other, for kernels whose data have
// factors behind them (kernels/reference/channel_factors.h).
#pragma once

#include <cstdint>

#include "four_sums.h"
#include "kernels/fast/four_factors.h"
#include "kernels/reference/channel_factors.h"

namespace kernels::fast {

// Channels per pass, and the fewest that a kernel takes which works in passes.
inline constexpr int32_t kChannelsPerPass = 4;

// How sums become outputs, copied from the layer's data, which stored bytes might alias.
struct Requantization {
  const int32_t* multipliers;
  const int8_t* shifts;
  bool per_channel;
  Factor common;  // unless per channel
  int32_t zero_point;
  uint32_t low;  // four times
  uint32_t high;
};

template <typename Data>
Requantization RequantizationOf(const Data& data) {
  const int32_t* multipliers = reference::MultipliersOf(data);
  const int8_t* shifts = reference::ShiftsOf(data);
  return {multipliers,
          shifts,
          data.per_channel,
          FactorOf(multipliers[0], shifts[0]),
          data.output_zero_point,
          FourTimes(data.activation_min),
          FourTimes(data.activation_max)};
}

// Of `channel` and the next three.
[[gnu::always_inline]] inline FourFactors FactorsFrom(const Requantization& by, int32_t channel) {
  if (by.per_channel) return FactorsOf(by.multipliers + channel, by.shifts + channel);
  return {by.common, by.common, by.common, by.common};
}

// The outputs of four channels, the first one lowest.
[[gnu::always_inline]] inline uint32_t Requantize(const Requantization& by, const FourFactors& factors,
                                                  const FourSums& sums) {
  return ClampBytes(ScaleFour(sums, factors, by.zero_point), by.low, by.high);
}

// Whether ScaleFour can do it: all factors are below 1/4, as in nearly all layers, and not 0.
template <typename Data>
bool ScalesDown(const Data& data) {
  const int8_t* shifts = reference::ShiftsOf(data);
  for (int32_t i = 0; i < FactorCount(data); ++i) {
    if (shifts[i] > kGreatestShift) return false;
  }
  return true;
}

// bias: of all channels, or nullptr.
[[gnu::always_inline]] inline FourSums FirstSums(const int32_t* bias, int32_t channel) {
  if (bias == nullptr) return {0, 0, 0, 0};
  return {bias[channel], bias[channel + 1], bias[channel + 2], bias[channel + 3]};
}

}  // namespace kernels::fast
