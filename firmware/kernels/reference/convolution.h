// What the convolutions work out once, when the model is prepared, and the part of a filter that lies on the
// input.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/reference/channel_factors.h"
#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/c/common.h"

namespace kernels {
namespace reference {

// Along rows or along columns. Every position on the input, also outside of it, is within +-2^30.
struct ConvolutionAxis {
  int32_t input;
  int32_t output;
  int32_t filter;
  int32_t padding;  // before the first element
  int16_t stride;
  int16_t dilation;
};

// Its factors lie behind it, see channel_factors.h. Output channel o sees input channels o / group_outputs *
// group_inputs and the group_inputs - 1 that follow.
struct ConvolutionData {
  ConvolutionAxis rows;
  ConvolutionAxis columns;
  int32_t batches;
  int32_t input_channels;
  int32_t output_channels;
  int32_t group_inputs;   // all input channels, or those of a group; 1 for a depthwise convolution
  int32_t group_outputs;  // all output channels, or those of a group; the depth multiplier
  int16_t input_offset;   // minus the input's zero point: -127..128
  int8_t output_zero_point;
  int8_t activation_min;
  int8_t activation_max;
  bool per_channel;  // a factor for each output channel; else one for all
  bool in_fours;     // of the fast kernels: see there, as of
  int32_t scratch;
};

inline int32_t FactorCount(const ConvolutionData& data) {
  return data.per_channel ? data.output_channels : 1;
}

// Positions [begin, end) of the filter that lie on the input for output `position`, maybe none; that of index
// k lies on input element origin + k * dilation.
struct FilterSpan {
  int32_t origin;
  int32_t begin;
  int32_t end;
};
FilterSpan SpanOf(const ConvolutionAxis& axis, int32_t position);

// The output's value of bias + sum of output channel `channel`. Sums are modulo 2^32: one that overflows
// int32 wraps, as TFLM's does.
int8_t Requantize(const ConvolutionData& data, int32_t channel, const int32_t* bias, uint32_t sum);

enum class FilterOrder {
  kOutputsFirst,  // [output channels, rows, columns, input channels of a group]
  kOutputsLast,   // [1, rows, columns, output channels]: depthwise
};

// The options of either convolution.
struct ConvolutionOptions {
  TfLitePadding padding;
  int stride_height;
  int stride_width;
  int dilation_height;
  int dilation_width;
  TfLiteFusedActivation activation;
};

// Allocates a ConvolutionData and makes it the node's user_data. Refuses, saying why, everything but int8
// input [batches, rows, columns, channels], constant int8 filter in `order` with zero point 0 and one scale
// or one per output channel, constant int32 bias [output channels] or none, and an int8 output of the size
// that filter, strides, dilation and padding give. Fails silently when the arena is full.
[[nodiscard]] TfLiteStatus PrepareConvolution(TfLiteContext* context, TfLiteNode* node, FilterOrder order,
                                              const ConvolutionOptions& options);

// The same with a node's own options, which CONV_2D and DEPTHWISE_CONV_2D have.
[[nodiscard]] TfLiteStatus PrepareConv2D(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus PrepareDepthwiseConv2D(TfLiteContext* context, TfLiteNode* node);

struct ConvolutionWeights {
  const int8_t* filter;
  const int32_t* bias;  // [output channels] or nullptr
};

// Calls pixel(image, rows, columns, output) for every pixel of every batch: the batch's image [rows.input,
// columns.input, input_channels], the parts of the filter on it, and the pixel's output [output_channels].
template <typename Pixel>
void ForEachPixel(const ConvolutionData& data, const int8_t* image, int8_t* output, Pixel pixel) {
  for (int32_t b = 0; b < data.batches; ++b) {
    for (int32_t y = 0; y < data.rows.output; ++y) {
      const FilterSpan rows = SpanOf(data.rows, y);
      for (int32_t x = 0; x < data.columns.output; ++x) {
        pixel(image, rows, SpanOf(data.columns, x), output);
        output += data.output_channels;
      }
    }
    image += static_cast<size_t>(data.rows.input) * data.columns.input * data.input_channels;
  }
}

// The operands of a prepared node.
struct ConvolutionTensors {
  const int8_t* input;
  ConvolutionWeights weights;
  int8_t* output;
};
ConvolutionTensors TensorsOf(TfLiteContext* context, const TfLiteNode* node);

}  // namespace reference
}  // namespace kernels
