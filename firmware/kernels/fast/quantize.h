// QUANTIZE without a division per element, as a registration for TFLM's op resolver.
#pragma once

#include <cstdint>

#include "kernels/fast/reciprocal.h"
#include "tensorflow/lite/micro/micro_common.h"

namespace kernels::fast {

// Stores in output [count] what the reference kernel does, for every float32: value / scale rounded to the
// nearest integer, halves away from zero, plus zero_point (-128..127), saturated; zero_point where the value
// is no number. `reciprocal` is the scale's. The arrays may overlap where `output` does not start above
// `input`: every element is read before those at its place are written.
void QuantizeFloats(const float* input, int32_t count, const Reciprocal& reciprocal, int32_t zero_point,
                    int8_t* output);

// Takes what the reference kernel takes, with the same results; int8 input and scales outside of
// [2^-64, 2^64] run the reference kernel.
TFLMRegistration RegisterQuantize();

}  // namespace kernels::fast
