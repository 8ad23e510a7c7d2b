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

// The part of a filter that lies on the input, from channel 0 on.
struct Taps {
  const int8_t* input;
  const int8_t* filter;
  int32_t columns;
  int32_t input_column;  // bytes from one to the next; in the filter it is block.step
  Block block;
};

// image: [rows, columns, channels]; filter: [rows, columns, channels].
Taps TapsOf(const ConvolutionData& data, const int8_t* image, const int8_t* filter, const FilterSpan& rows,
            const FilterSpan& columns) {
  if (rows.begin >= rows.end || columns.begin >= columns.end) return {};
  const int32_t channels = data.output_channels;
  const int32_t image_row = data.columns.input * channels;
  const int32_t filter_row = data.columns.filter * channels;
  const int32_t y = rows.origin + rows.begin * data.rows.dilation;
  const int32_t x = columns.origin + columns.begin * data.columns.dilation;
  const int32_t taps_down = rows.end - rows.begin;
  const int32_t taps_across = columns.end - columns.begin;
  // Where there is but one, a step may reach further than int32.
  const int32_t input_row = taps_down == 1 ? 0 : data.rows.dilation * image_row;
  const int32_t input_column = taps_across == 1 ? channels : data.columns.dilation * channels;
  return {image + y * image_row + x * channels,
          filter + rows.begin * filter_row + columns.begin * channels,
          taps_across,
          input_column,
          {taps_down, channels, input_row, filter_row}};
}

// Adds the products of a filter whose neighbours on the input are as far apart as its own, three columns of
// it at a time.
[[gnu::always_inline]] inline void AddNeighbours(const Taps& taps, const int8_t* input, const int8_t* filter,
                                                 InputOffset offset, FourSums& sums) {
  int32_t columns = taps.columns;
  for (; columns >= 3; columns -= 3, input += 3 * taps.block.step, filter += 3 * taps.block.step) {
    AddBlock<3>(input, filter, taps.block, offset, sums);
  }
  if (columns == 2) AddBlock<2>(input, filter, taps.block, offset, sums);
  if (columns == 1) AddBlock<1>(input, filter, taps.block, offset, sums);
}

// Adds the products of four channels, the first one `channel`.
[[gnu::always_inline]] inline void AddTaps(const Taps& taps, int32_t channel, InputOffset offset,
                                           FourSums& sums) {
  const int8_t* input = taps.input + channel;
  const int8_t* filter = taps.filter + channel;
  if (taps.columns == 0) return;
  if (taps.input_column == taps.block.step) return AddNeighbours(taps, input, filter, offset, sums);
  for (int32_t j = taps.columns; j > 0; --j, input += taps.input_column, filter += taps.block.step) {
    AddBlock<1>(input, filter, taps.block, offset, sums);
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
