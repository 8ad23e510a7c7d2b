// From a real factor to the integers that requantization works with.
#pragma once

#include <cstdint>

namespace tflite {

// double_multiplier = quantized_multiplier * 2^(shift - 31), quantized_multiplier in [2^30, 2^31) or 0.
// Factors below 2^-32 become 0. The caller refuses shift > 30 and factors that are negative or not finite.
void QuantizeMultiplier(double double_multiplier, int32_t* quantized_multiplier, int* shift);

}  // namespace tflite
