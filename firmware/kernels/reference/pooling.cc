// What the poolings work out once, when the model is prepared.
#include "kernels/reference/pooling.h"

#include <algorithm>
#include <cmath>

#include "kernels/reference/kernel_data.h"
#include "kernels/reference/operands.h"
#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/kernels/padding.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace kernels {
namespace reference {
namespace {

// The difference up to which TFLite takes two scales for the same.
constexpr float kScaleTolerance = 1.0e-6f;

TfLiteStatus CheckTensors(TfLiteContext* context, const TfLiteTensor& input, const TfLiteTensor& output) {
  TF_LITE_ENSURE_STATUS(CheckType(context, input, kTfLiteInt8, "the input"));
  TF_LITE_ENSURE_STATUS(CheckType(context, output, kTfLiteInt8, "the output"));
  TF_LITE_ENSURE_MSG(context, input.dims->size == 4 && output.dims->size == 4,
                     "input and output must have 4 dimensions");
  TF_LITE_ENSURE_MSG(context, output.params.scale > 0.0f, "the output has no scale");
  TF_LITE_ENSURE_MSG(context,
                     std::abs(input.params.scale - output.params.scale) <= kScaleTolerance &&
                         input.params.zero_point == output.params.zero_point,
                     "input and output differ in scale or zero point");
  return kTfLiteOk;
}

// The options' reader has held window and stride against int16.
PoolAxis AxisOf(int input, int output, int window, int stride, int padding) {
  return {input, output, static_cast<int16_t>(window), static_cast<int16_t>(stride),
          static_cast<int16_t>(padding)};
}

// A window that does not fit has an output of size 0, which no tensor has.
TfLiteStatus FindGeometry(TfLiteContext* context, const TfLitePoolParams& params, const int* in,
                          const int* out, PoolData* data) {
  int rows = 0;
  int columns = 0;
  const TfLitePaddingValues padding = tflite::ComputePaddingHeightWidth(
      params.stride_height, params.stride_width, 1, 1, in[1], in[2], params.filter_height,
      params.filter_width, params.padding, &rows, &columns);
  if (out[0] != in[0] || out[1] != rows || out[2] != columns || out[3] != in[3]) {
    TF_LITE_KERNEL_LOG(context, "the output is %dx%dx%dx%d, the window gives %dx%dx%dx%d", out[0], out[1],
                       out[2], out[3], in[0], rows, columns, in[3]);
    return kTfLiteError;
  }
  data->rows = AxisOf(in[1], rows, params.filter_height, params.stride_height, padding.height);
  data->columns = AxisOf(in[2], columns, params.filter_width, params.stride_width, padding.width);
  data->batches = in[0];
  data->channels = in[3];
  return kTfLiteOk;
}

}  // namespace

PoolSpan SpanOf(const PoolAxis& axis, int32_t position) {
  const int32_t origin = position * axis.stride - axis.padding;
  // Not origin + window, which a window far larger than the input would carry past 2^31.
  const int32_t end = axis.window > axis.input - origin ? axis.input : origin + axis.window;
  return {std::max<int32_t>(origin, 0), end};
}

void* InitPool(TfLiteContext* context, const char*, size_t) { return AllocateKernelData<PoolData>(context); }

TfLiteStatus PreparePool(TfLiteContext* context, TfLiteNode* node) {
  auto* data = static_cast<PoolData*>(node->user_data);
  if (data == nullptr) return kTfLiteError;
  const auto& params = *static_cast<const TfLitePoolParams*>(node->builtin_data);
  TfLiteTensor* input = nullptr;
  TfLiteTensor* output = nullptr;
  TF_LITE_ENSURE_STATUS(CheckOperandCount(context, node, 1, 1));
  TF_LITE_ENSURE_STATUS(DescribeInput(context, node, 0, &input));
  TF_LITE_ENSURE_STATUS(DescribeOutput(context, node, 0, &output));
  TF_LITE_ENSURE_STATUS(CheckTensors(context, *input, *output));
  TF_LITE_ENSURE_STATUS(FindGeometry(context, params, input->dims->data, output->dims->data, data));
  return FindActivationRange(context, params.activation, output, &data->activation_min,
                             &data->activation_max);
}

}  // namespace reference
}  // namespace kernels
