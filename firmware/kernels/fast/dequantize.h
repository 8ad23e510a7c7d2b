// DEQUANTIZE, several elements per pass, as a registration for TFLM's op resolver.
#pragma once

#include <cstdint>

#include "tensorflow/lite/micro/micro_common.h"

namespace kernels::fast {

// Stores in output [count] scale * (quantized - zero_point), the product rounded once to float32, as the
// reference kernel does; zero_point is -128..127. The arrays may overlap where the last input
// lies at the address of the last output or above: every element is read before those at its place are
// written.
void DequantizeInts(const int8_t* input, int32_t count, float scale, int32_t zero_point, float* output);

// Takes what the reference kernel takes, with the same results.
TFLMRegistration RegisterDequantize();

}  // namespace kernels::fast
