// Where a window over rows and columns begins, and how often it fits: SAME and VALID padding.
#pragma once

#include <cstdint>

#include "tensorflow/lite/c/builtin_op_data.h"

namespace tflite {

// Elements that a filter reaches over. filter_size, dilation_rate: above 0.
inline int64_t EffectiveFilterSize(int filter_size, int dilation_rate) {
  return static_cast<int64_t>(filter_size - 1) * dilation_rate + 1;
}

// Outputs along one dimension of `image_size` elements; all sizes above 0. At most 0 where the filter does
// not fit.
inline int ComputeOutSize(TfLitePadding padding, int image_size, int filter_size, int stride,
                          int dilation_rate = 1) {
  const int64_t room = static_cast<int64_t>(image_size) + stride;
  if (padding == kTfLitePaddingSame) return static_cast<int>((room - 1) / stride);
  const int64_t places = room - EffectiveFilterSize(filter_size, dilation_rate);
  return padding == kTfLitePaddingValid && places > 0 ? static_cast<int>(places / stride) : 0;
}

// Padding before the first element along one dimension. What is over when both sides cannot have the same
// lies behind the last and is in *offset (0 or 1). A result above 2^31 - 1 is cut to it; no such filter fits
// a kernel's checks.
inline int ComputePaddingWithOffset(int stride, int dilation_rate, int in_size, int filter_size, int out_size,
                                    int* offset) {
  int64_t total =
      static_cast<int64_t>(out_size - 1) * stride + EffectiveFilterSize(filter_size, dilation_rate) - in_size;
  if (total < 0) total = 0;
  *offset = static_cast<int>(total % 2);
  const int64_t before = total / 2;
  return before > INT32_MAX ? INT32_MAX : static_cast<int>(before);
}

// Both dimensions; *out_height and *out_width receive the output's sizes.
inline TfLitePaddingValues ComputePaddingHeightWidth(int stride_height, int stride_width,
                                                     int dilation_rate_height, int dilation_rate_width,
                                                     int in_height, int in_width, int filter_height,
                                                     int filter_width, TfLitePadding padding, int* out_height,
                                                     int* out_width) {
  *out_width = ComputeOutSize(padding, in_width, filter_width, stride_width, dilation_rate_width);
  *out_height = ComputeOutSize(padding, in_height, filter_height, stride_height, dilation_rate_height);
  TfLitePaddingValues values = {};
  values.height = ComputePaddingWithOffset(stride_height, dilation_rate_height, in_height, filter_height,
                                           *out_height, &values.height_offset);
  values.width = ComputePaddingWithOffset(stride_width, dilation_rate_width, in_width, filter_width,
                                          *out_width, &values.width_offset);
  return values;
}

}  // namespace tflite
