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
  int16_t window;
  int16_t stride;
  int16_t padding;  // before the first element, less than a window
};

struct PoolData {
  PoolAxis rows;
  PoolAxis columns;
  int32_t batches;
  int32_t channels;
  int8_t activation_min;
  int8_t activation_max;
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

// output[b][y][x][c] = reduce(data, image, rows, columns), `image` being input[b] from channel c on: its
// elements are data.channels apart. input: [batches, rows.input, columns.input, channels].
template <typename Reduce>
void PoolEach(const PoolData& data, const int8_t* input, int8_t* output, Reduce reduce) {
  const size_t image = static_cast<size_t>(data.rows.input) * data.columns.input * data.channels;
  for (int32_t b = 0; b < data.batches; ++b) {
    for (int32_t y = 0; y < data.rows.output; ++y) {
      const PoolSpan rows = SpanOf(data.rows, y);
      for (int32_t x = 0; x < data.columns.output; ++x) {
        const PoolSpan columns = SpanOf(data.columns, x);
        for (int32_t c = 0; c < data.channels; ++c) {
          *output++ = reduce(data, input + b * image + c, rows, columns);
        }
      }
    }
  }
}

}  // namespace reference
}  // namespace kernels
