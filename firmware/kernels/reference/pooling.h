// What the poolings work out once, when the model is prepared, and the part of a window that lies on the
// input.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tensorflow/lite/c/common.h"

namespace kernels {
namespace reference {

// Along rows or along columns.
struct PoolAxis {
  int32_t input;
  int32_t output;
  int32_t window;
  int32_t stride;
  int32_t padding;  // before the first element
};

struct PoolData {
  PoolAxis rows;
  PoolAxis columns;
  int32_t batches;
  int32_t channels;
  int32_t activation_min;  // -128..127
  int32_t activation_max;
};

// Positions [begin, end) of the input, never empty, that the window of output `position` covers.
struct PoolSpan {
  int32_t begin;
  int32_t end;
};
PoolSpan SpanOf(const PoolAxis& axis, int32_t position);

// Allocates the PoolData that becomes the node's user_data; nullptr when the arena is full.
void* InitPool(TfLiteContext* context, const char* buffer, size_t length);

// Fills it. Refuses, saying why, everything but int8 input and output of one scale and zero point, [batches,
// rows, columns, channels], whose sizes are those that window, stride and padding give.
TfLiteStatus PreparePool(TfLiteContext* context, TfLiteNode* node);

}  // namespace reference
}  // namespace kernels
