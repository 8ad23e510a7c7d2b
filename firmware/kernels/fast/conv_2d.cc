// CONV_2D on the core: what the filter covers of the input, in the order of the weights, is multiplied with
// four output channels per pass.
#include "kernels/fast/conv_2d.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/fast/invoke.h"
#include "kernels/fast/weight_rows.h"
#include "kernels/reference/convolution.h"
#include "kernels/reference/invoke.h"
#include "kernels/reference/kernel_data.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace kernels::fast {
namespace {

using reference::ConvolutionData;
using reference::FilterSpan;

// Weights of an output channel.
int32_t DepthOf(const ConvolutionData& data) {
  return data.rows.filter * data.columns.filter * data.input_channels;
}

// Then the part of the input is a pixel, and lies in order.
bool IsPointwise(const ConvolutionData& data) { return data.rows.filter == 1 && data.columns.filter == 1; }

// Whether two pixels at a time share the weights.
bool RunsInPairs(const ConvolutionData& data) { return DepthOf(data) % kElementsPerStep == 0; }

// Inputs as 16-bit values, and what is read behind them.
size_t WidenedBytes(const ConvolutionData& data) {
  const size_t bytes = static_cast<size_t>(DepthOf(data)) * sizeof(int16_t);
  return ((RunsInPairs(data) ? 2 * bytes : bytes) + 3) / 4 * 4 + kBytesReadBehind;
}

// In words: the C library's is made for size.
int8_t* CopyBytes(const int8_t* from, int32_t bytes, int8_t* to) {
  for (; bytes >= 4; bytes -= 4, from += 4, to += 4) {
    uint32_t word;
    std::memcpy(&word, from, sizeof(word));
    std::memcpy(to, &word, sizeof(word));
  }
  for (; bytes > 0; --bytes) *to++ = *from++;
  return to;
}

int8_t* Fill(int8_t value, int32_t bytes, int8_t* to) {
  for (; bytes > 0; --bytes) *to++ = value;
  return to;
}

// The input under one row of the filter. row: the input's.
int8_t* GatherRow(const ConvolutionData& data, const int8_t* row, const FilterSpan& columns, int8_t border,
                  int8_t* to) {
  const int32_t channels = data.input_channels;
  to = Fill(border, columns.begin * channels, to);
  if (data.columns.dilation == 1) {
    to = CopyBytes(row + (columns.origin + columns.begin) * channels,
                   (columns.end - columns.begin) * channels, to);
  } else {
    for (int32_t j = columns.begin; j < columns.end; ++j) {
      to = CopyBytes(row + (columns.origin + j * data.columns.dilation) * channels, channels, to);
    }
  }
  return Fill(border, (data.columns.filter - columns.end) * channels, to);
}

// Stores what the filter covers, the input's zero point where it covers nothing: [filter rows, filter
// columns, channels].
void GatherPatch(const ConvolutionData& data, const int8_t* image, const FilterSpan& rows,
                 const FilterSpan& columns, int8_t* patch) {
  const auto border = static_cast<int8_t>(-data.input_offset);
  const int32_t row_bytes = data.columns.filter * data.input_channels;
  const auto image_row = static_cast<ptrdiff_t>(data.columns.input) * data.input_channels;
  int8_t* to = Fill(border, rows.begin * row_bytes, patch);
  for (int32_t i = rows.begin; i < rows.end; ++i) {
    to = GatherRow(data, image + (rows.origin + i * data.rows.dilation) * image_row, columns, border, to);
  }
  Fill(border, (data.rows.filter - rows.end) * row_bytes, to);
}

// Runs one pixel after the other, in pairs where that can be.
class PixelRunner {
 public:
  PixelRunner(const ConvolutionData& data, const WeightRows& weights, int8_t* scratch)
      : data_(data),
        weights_(weights),
        widened_(static_cast<int16_t*>(static_cast<void*>(scratch))),
        patch_(scratch + WidenedBytes(data)),
        pointwise_(IsPointwise(data)),
        in_pairs_(RunsInPairs(data)) {}

  void Run(const int8_t* image, const FilterSpan& rows, const FilterSpan& columns, int8_t* output) {
    const int8_t* inputs = InputsOfPixel(image, rows, columns);
    if (!in_pairs_) return MultiplyRows(weights_, inputs, widened_, output);
    if (waiting_ == nullptr) {
      WidenOneOfTwo(weights_, inputs, 0, widened_);
      waiting_ = output;
    } else {
      WidenOneOfTwo(weights_, inputs, 1, widened_);
      MultiplyRowsByTwo(weights_, widened_, waiting_);
      waiting_ = nullptr;
    }
    last_inputs_ = inputs;
  }

  // The last pixel, where their number is odd.
  void Finish() {
    if (waiting_ != nullptr) MultiplyRows(weights_, last_inputs_, widened_, waiting_);
  }

 private:
  const int8_t* InputsOfPixel(const int8_t* image, const FilterSpan& rows, const FilterSpan& columns) {
    if (pointwise_) {
      const ptrdiff_t pixel = static_cast<ptrdiff_t>(rows.origin) * data_.columns.input + columns.origin;
      return image + pixel * data_.input_channels;
    }
    GatherPatch(data_, image, rows, columns, patch_);
    return patch_;
  }

  const ConvolutionData& data_;
  const WeightRows& weights_;
  int16_t* widened_;
  int8_t* patch_;
  bool pointwise_;
  bool in_pairs_;
  int8_t* waiting_ = nullptr;  // output of the pixel that waits for the second of its pair
  const int8_t* last_inputs_ = nullptr;
};

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  TF_LITE_ENSURE_STATUS(reference::PrepareConv2D(context, node));
  auto& data = *static_cast<ConvolutionData*>(node->user_data);
  data.in_fours = data.group_inputs == data.input_channels && data.output_channels >= kChannelsPerPass &&
                  ScalesDown(data);
  if (!data.in_fours) return kTfLiteOk;
  const size_t patch_bytes = IsPointwise(data) ? 0 : static_cast<size_t>(DepthOf(data));
  int scratch = 0;
  TF_LITE_ENSURE_STATUS(tflite::GetMicroContext(context)->RequestScratchBufferInArena(
      WidenedBytes(data) + patch_bytes, &scratch));
  data.scratch = scratch;
  return kTfLiteOk;
}

}  // namespace

[[gnu::hot]] TfLiteStatus InvokeConv2D(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const ConvolutionData*>(node->user_data);
  if (!data.in_fours) return reference::InvokeConv2D(context, node);
  const reference::ConvolutionTensors tensors = reference::TensorsOf(context, node);
  const WeightRows weights = {tensors.weights.filter, tensors.weights.bias, data.output_channels,
                              DepthOf(data),          data.input_offset,    RequantizationOf(data)};
  auto* scratch = static_cast<int8_t*>(tflite::GetMicroContext(context)->GetScratchBuffer(data.scratch));
  PixelRunner runner(data, weights, scratch);
  reference::ForEachPixel(data, tensors.input, tensors.output,
                          [&](const int8_t* image, const FilterSpan& rows, const FilterSpan& columns,
                              int8_t* output) { runner.Run(image, rows, columns, output); });
  runner.Finish();
  return kTfLiteOk;
}

TFLMRegistration RegisterConv2D() {
  return tflite::micro::RegisterOp(reference::InitLater, Prepare, InvokeConv2D);
}

}  // namespace kernels::fast
