// Input that anybody can make again: a tensor filled from a seeded generator.
#pragma once

#include <cstdint>

#include "tensorflow/lite/c/common.h"

namespace app {

// Numbers come from Marsaglia's xorshift32 (13, 17, 5), whose state starts as `seed` XOR 0x9E3779B9, or as 1
// where that is 0; one number per element. int8 and uint8 take its upper 8 bits; float32 takes its upper 24,
// as a fraction of 2^17, less 64: values lie in [-64, 64), the range of spectra in decibels. Other types
// become 0.
void FillRandom(TfLiteTensor& tensor, uint32_t seed);

}  // namespace app
