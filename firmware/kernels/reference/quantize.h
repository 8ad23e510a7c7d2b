// What QUANTIZE works out once, when the model is prepared, and its plain form. Shared with kernels/fast.
#pragma once

#include <cstdint>

#include "tensorflow/lite/c/common.h"

namespace kernels {
namespace reference {

struct QuantizeData {
  int32_t elements;
  float output_scale;
  int32_t multiplier;  // input scale / output scale = multiplier * 2^(shift - 31), for int8 input
  int8_t shift;        // the same
  int8_t input_zero_point;
  int8_t output_zero_point;
};

// Fills *data. Refuses, saying why, everything but float32 or int8 input and int8 output of the same shape,
// each int8 tensor with a scale above 0.
TfLiteStatus PrepareQuantize(TfLiteContext* context, const TfLiteNode* node, QuantizeData* data);

// Runs the prepared node, whatever its input's type.
TfLiteStatus QuantizeTensor(TfLiteContext* context, const TfLiteNode* node, const QuantizeData& data);

}  // namespace reference
}  // namespace kernels
