// DEPTHWISE_CONV_2D on the core: four channels per pass over the filter.
#include "kernels/fast/depthwise_conv_2d.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "four_channels.h"
#include "kernels/fast/four_outputs.h"
#include "kernels/fast/invoke.h"
#include "kernels/reference/convolution.h"
#include "kernels/reference/invoke.h"
#include "kernels/reference/kernel_data.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"

namespace kernels::fast {
namespace {

using reference::ConvolutionData;
using reference::FilterSpan;

// The part of a filter that lies on the input, from one channel on; steps are in elements.
struct Taps {
  const int8_t* input;
  const int8_t* filter;
  int32_t rows;
  int32_t columns;
  ptrdiff_t input_row;
  ptrdiff_t input_column;
  ptrdiff_t filter_row;
  ptrdiff_t filter_column;
};

// image: [rows, columns, channels]; filter: [rows, columns, channels].
Taps TapsOf(const ConvolutionData& data, const int8_t* image, const int8_t* filter, const FilterSpan& rows,
            const FilterSpan& columns) {
  if (rows.begin >= rows.end || columns.begin >= columns.end) return {};
  const ptrdiff_t channels = data.output_channels;
  const ptrdiff_t image_row = data.columns.input * channels;
  const ptrdiff_t filter_row = data.columns.filter * channels;
  const ptrdiff_t y = rows.origin + rows.begin * data.rows.dilation;
  const ptrdiff_t x = columns.origin + columns.begin * data.columns.dilation;
  return {image + y * image_row + x * channels,
          filter + rows.begin * filter_row + columns.begin * channels,
          rows.end - rows.begin,
          columns.end - columns.begin,
          data.rows.dilation * image_row,
          data.columns.dilation * channels,
          filter_row,
          channels};
}

// Adds the products of a row of the filter. Neighbours on the input are as far apart as those of the filter.
[[gnu::always_inline]] inline void AddNeighbours(const int8_t* input, const int8_t* filter, int32_t count,
                                                 ptrdiff_t step, InputOffset offset, FourSums& sums) {
  for (; count >= 3; count -= 3, input += 3 * step, filter += 3 * step) {
    AddThreeChannels(input, filter, step, offset, sums);
  }
  for (; count > 0; --count, input += step, filter += step) AddChannels(input, filter, offset, sums);
}

// Adds the products of four channels, the first one `channel`.
[[gnu::always_inline]] inline void AddTaps(const Taps& taps, int32_t channel, InputOffset offset,
                                           FourSums& sums) {
  const int8_t* input = taps.input + channel;
  const int8_t* filter = taps.filter + channel;
  for (int32_t i = taps.rows; i > 0; --i, input += taps.input_row, filter += taps.filter_row) {
    if (taps.input_column == taps.filter_column) {
      AddNeighbours(input, filter, taps.columns, taps.filter_column, offset, sums);
      continue;
    }
    for (int32_t j = 0; j < taps.columns; ++j) {
      AddChannels(input + j * taps.input_column, filter + j * taps.filter_column, offset, sums);
    }
  }
}

// All channels of one output pixel.
[[gnu::noinline, gnu::hot]] void ConvolvePixel(const Taps& given, const int32_t* bias, int32_t channels,
                                               InputOffset offset, const Requantization& given_by,
                                               int8_t* output) {
  const Taps taps = given;  // which the outputs do not alias
  const Requantization by = given_by;
  const int32_t last = channels - kChannelsPerPass;
  // The last pass computes some outputs once more where the channels are no multiple of four.
  for (int32_t next = 0; next < channels; next += kChannelsPerPass) {
    const int32_t channel = std::min(next, last);
    FourSums sums = FirstSums(bias, channel);
    AddTaps(taps, channel, offset, sums);
    const uint32_t packed = Requantize(by, FactorsFrom(by, channel), sums);
    std::memcpy(output + channel, &packed, sizeof(packed));
  }
}

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  TF_LITE_ENSURE_STATUS(reference::PrepareDepthwiseConv2D(context, node));
  auto& data = *static_cast<ConvolutionData*>(node->user_data);
  data.in_fours = data.group_outputs == 1 && data.output_channels >= kChannelsPerPass && ScalesDown(data);
  return kTfLiteOk;
}

}  // namespace

[[gnu::hot]] TfLiteStatus InvokeDepthwiseConv2D(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const ConvolutionData*>(node->user_data);
  if (!data.in_fours) return reference::InvokeDepthwiseConv2D(context, node);
  const reference::ConvolutionTensors tensors = reference::TensorsOf(context, node);
  const Requantization by = RequantizationOf(data);
  reference::ForEachPixel(
      data, tensors.input, tensors.output,
      [&](const int8_t* image, const FilterSpan& rows, const FilterSpan& columns, int8_t* output) {
        ConvolvePixel(TapsOf(data, image, tensors.weights.filter, rows, columns), tensors.weights.bias,
                      data.output_channels, InputOffsetOf(data.input_offset), by, output);
      });
  return kTfLiteOk;
}

TFLMRegistration RegisterDepthwiseConv2D() {
  return tflite::micro::RegisterOp(reference::InitLater, Prepare, InvokeDepthwiseConv2D);
}

}  // namespace kernels::fast
