// What DEQUANTIZE works out once, when the model is prepared. Shared with kernels/fast.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tensorflow/lite/c/common.h"

namespace kernels {
namespace reference {

struct DequantizeData {
  int32_t elements;
  float scale;
  int8_t zero_point;
};

// Allocates the DequantizeData that becomes the node's user_data; nullptr when the arena is full.
void* InitDequantize(TfLiteContext* context, const char* buffer, size_t length);

// Fills it. Refuses, saying why, everything but int8 input with a scale above 0 and float32 output of the
// same shape.
TfLiteStatus PrepareDequantize(TfLiteContext* context, TfLiteNode* node);

}  // namespace reference
}  // namespace kernels
