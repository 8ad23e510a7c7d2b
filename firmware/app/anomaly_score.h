// The anomaly score of an autoencoder: how badly it reproduces its input.
#pragma once

#include "tensorflow/lite/c/common.h"

namespace app {

// Mean of the squared differences of both tensors' real values, where float32 counts as it is and int8 is
// dequantized. NaN where there is none: other types, or tensors of different sizes. With float32 input it is
// the benchmark's score, with int8 input that of a sliding window.
float AnomalyScore(const TfLiteTensor& input, const TfLiteTensor& output);

}  // namespace app
