// Scores of an autoencoder, fast enough to be taken of each window.
#pragma once

#include <cstddef>

#include "tensorflow/lite/c/common.h"

namespace app {

struct Quantization {
  float scale;  // 0: none
  int32_t zero_point;
};

// Mean of the squared differences of `count` values of `input`, float as they are or int8 dequantized by
// `quantization`, and of `output`, float32 or int8, dequantized. NaN where there is none: another number of
// values or another type.
// Sums in single precision, of blocks and then of their sums: for inputs of up to 1024 values that rounds by
// less than 4e-6 of the score, and double precision takes 90 cycles for each sum.
float MeanSquaredDifference(const float* input, size_t count, const TfLiteTensor& output);
float MeanSquaredDifference(const int8_t* input, Quantization quantization, size_t count,
                            const TfLiteTensor& output);

// The same of two tensors: with float32 input the benchmark's score, with int8 input that of a sliding
// window.
float MeanSquaredDifference(const TfLiteTensor& input, const TfLiteTensor& output);

// The same for a float input that is first rounded to int8 as operator QUANTIZE does.
float RoundedMeanSquaredDifference(const float* input, Quantization quantization, size_t count,
                                   const TfLiteTensor& output);

}  // namespace app
