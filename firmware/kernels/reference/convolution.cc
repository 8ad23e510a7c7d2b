// What the convolutions have in common: all but the sum over a filter.
#include "kernels/reference/convolution.h"

#include <algorithm>

#include "kernels/reference/kernel_data.h"
#include "kernels/reference/operands.h"
#include "tensorflow/lite/kernels/internal/common.h"
#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/kernels/padding.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace kernels {
namespace reference {
namespace {

// Elements of the input and of those that a filter reaches over, in sum along one dimension.
constexpr int64_t kMostElements = 1 << 30;

struct Operands {
  TfLiteTensor* input;
  TfLiteTensor* filter;
  TfLiteTensor* bias;  // nullptr when there is none
  TfLiteTensor* output;
};

TfLiteStatus Describe(TfLiteContext* context, const TfLiteNode* node, Operands* operands) {
  TF_LITE_ENSURE_STATUS(CheckOperandCount(context, node, 2, 3));
  TF_LITE_ENSURE_STATUS(DescribeInput(context, node, 0, &operands->input));
  TF_LITE_ENSURE_STATUS(DescribeInput(context, node, 1, &operands->filter));
  operands->bias = nullptr;
  if (node->inputs->size == 3 && node->inputs->data[2] != kTfLiteOptionalTensor) {
    TF_LITE_ENSURE_STATUS(DescribeInput(context, node, 2, &operands->bias));
  }
  return DescribeOutput(context, node, 0, &operands->output);
}

TfLiteStatus CheckTensors(TfLiteContext* context, const Operands& operands) {
  TF_LITE_ENSURE_STATUS(CheckType(context, *operands.input, kTfLiteInt8, "the input"));
  TF_LITE_ENSURE_STATUS(CheckType(context, *operands.filter, kTfLiteInt8, "the weights tensor"));
  TF_LITE_ENSURE_STATUS(CheckType(context, *operands.output, kTfLiteInt8, "the output"));
  TF_LITE_ENSURE_MSG(context, tflite::IsConstantTensor(operands.filter), "the weights must be constant");
  TF_LITE_ENSURE_MSG(context, operands.input->params.scale > 0.0f, "the input has no scale");
  TF_LITE_ENSURE_MSG(context, operands.output->params.scale > 0.0f, "the output has no scale");
  if (operands.bias != nullptr) {
    TF_LITE_ENSURE_STATUS(CheckType(context, *operands.bias, kTfLiteInt32, "the bias"));
    TF_LITE_ENSURE_MSG(context, tflite::IsConstantTensor(operands.bias), "the bias must be constant");
  }
  TF_LITE_ENSURE_MSG(context,
                     tflite::NumDimensions(operands.input) == 4 &&
                         tflite::NumDimensions(operands.filter) == 4 &&
                         tflite::NumDimensions(operands.output) == 4,
                     "input, weights and output must have 4 dimensions");
  return kTfLiteOk;
}

// input, filter: their dimensions.
TfLiteStatus FindChannels(TfLiteContext* context, const int* input, const int* filter, FilterOrder order,
                          ConvolutionData* data) {
  data->input_channels = input[3];
  data->output_channels = filter[order == FilterOrder::kOutputsFirst ? 0 : 3];
  data->group_inputs = order == FilterOrder::kOutputsFirst ? filter[3] : 1;
  const int32_t groups = data->input_channels / data->group_inputs;
  const bool fits = data->input_channels % data->group_inputs == 0 && data->output_channels % groups == 0 &&
                    (order == FilterOrder::kOutputsFirst || filter[0] == 1);
  if (!fits) {
    TF_LITE_KERNEL_LOG(context, "weights of %dx%dx%dx%d do not fit an input of %d channels", filter[0],
                       filter[1], filter[2], filter[3], input[3]);
    return kTfLiteError;
  }
  data->group_outputs = data->output_channels / groups;
  return kTfLiteOk;
}

// in, filter, out: the tensors' dimensions. A filter that does not fit has an output of size 0, which no
// tensor has.
TfLiteStatus FindGeometry(TfLiteContext* context, const int* in, const int* filter, const int* out,
                          const ConvolutionOptions& options, ConvolutionData* data) {
  const int64_t height = int64_t{filter[1] - 1} * options.dilation_height + 1;
  const int64_t width = int64_t{filter[2] - 1} * options.dilation_width + 1;
  TF_LITE_ENSURE_MSG(context, in[1] + height <= kMostElements && in[2] + width <= kMostElements,
                     "input and filter reach over more than 2^30 rows or columns");
  int rows = 0;
  int columns = 0;
  const TfLitePaddingValues padding = tflite::ComputePaddingHeightWidth(
      options.stride_height, options.stride_width, options.dilation_height, options.dilation_width, in[1],
      in[2], filter[1], filter[2], options.padding, &rows, &columns);
  if (out[0] != in[0] || out[1] != rows || out[2] != columns || out[3] != data->output_channels) {
    TF_LITE_KERNEL_LOG(context, "the output is %dx%dx%dx%d, the filter gives %dx%dx%dx%d", out[0], out[1],
                       out[2], out[3], in[0], rows, columns, static_cast<int>(data->output_channels));
    return kTfLiteError;
  }
  // The options' reader has held stride and dilation against int16.
  data->rows = {in[1],
                rows,
                filter[1],
                padding.height,
                static_cast<int16_t>(options.stride_height),
                static_cast<int16_t>(options.dilation_height)};
  data->columns = {in[2],
                   columns,
                   filter[2],
                   padding.width,
                   static_cast<int16_t>(options.stride_width),
                   static_cast<int16_t>(options.dilation_width)};
  data->batches = in[0];
  return kTfLiteOk;
}

TfLiteStatus CheckBias(TfLiteContext* context, const TfLiteTensor* bias, int32_t channels) {
  if (bias != nullptr && tflite::NumElements(bias) != channels) {
    TF_LITE_KERNEL_LOG(context, "the bias has %d elements for %d channels",
                       static_cast<int>(tflite::NumElements(bias)), static_cast<int>(channels));
    return kTfLiteError;
  }
  return kTfLiteOk;
}

TfLiteStatus FindScaling(TfLiteContext* context, const Operands& operands, TfLiteFusedActivation activation,
                         ConvolutionData* data) {
  // The bias is not held against the scales: tflite-micro does not either.
  TF_LITE_ENSURE_STATUS(FindChannelFactors(
      context, {operands.input, operands.filter, nullptr, operands.output}, FactorCount(*data), data + 1));
  data->input_offset = static_cast<int16_t>(-operands.input->params.zero_point);
  data->output_zero_point = static_cast<int8_t>(operands.output->params.zero_point);
  return FindActivationRange(context, activation, operands.output, &data->activation_min,
                             &data->activation_max);
}

}  // namespace

FilterSpan SpanOf(const ConvolutionAxis& axis, int32_t position) {
  const int32_t origin = position * axis.stride - axis.padding;
  const int32_t round_up = axis.dilation - 1;
  const int32_t begin = origin < 0 ? (round_up - origin) / axis.dilation : 0;
  const int32_t end = (axis.input - origin + round_up) / axis.dilation;
  return {origin, begin, std::min(end, axis.filter)};
}

int8_t Requantize(const ConvolutionData& data, int32_t channel, const int32_t* bias, uint32_t sum) {
  if (bias != nullptr) sum += static_cast<uint32_t>(bias[channel]);
  const int32_t factor = data.per_channel ? channel : 0;
  const int32_t scaled = tflite::MultiplyByQuantizedMultiplier(
      static_cast<int32_t>(sum), MultipliersOf(data)[factor], ShiftsOf(data)[factor]);
  // Beside the ends of int32 there is no room for the zero point.
  const int64_t moved = int64_t{scaled} + data.output_zero_point;
  if (moved < data.activation_min) return data.activation_min;
  if (moved > data.activation_max) return data.activation_max;
  return static_cast<int8_t>(moved);
}

TfLiteStatus PrepareConvolution(TfLiteContext* context, TfLiteNode* node, FilterOrder order,
                                const ConvolutionOptions& options) {
  Operands operands = {};
  TF_LITE_ENSURE_STATUS(Describe(context, node, &operands));
  TF_LITE_ENSURE_STATUS(CheckTensors(context, operands));
  const int* input = operands.input->dims->data;
  const int* filter = operands.filter->dims->data;
  ConvolutionData found = {};
  TF_LITE_ENSURE_STATUS(FindChannels(context, input, filter, order, &found));
  TF_LITE_ENSURE_STATUS(FindGeometry(context, input, filter, operands.output->dims->data, options, &found));
  TF_LITE_ENSURE_STATUS(CheckBias(context, operands.bias, found.output_channels));
  TF_LITE_ENSURE_STATUS(CheckWeightScales(context, operands.filter,
                                          order == FilterOrder::kOutputsFirst ? 0 : 3, found.output_channels,
                                          &found.per_channel));
  const size_t factors = static_cast<size_t>(FactorCount(found));
  auto* data = AllocateKernelData<ConvolutionData>(context, factors * kBytesPerFactor);
  node->user_data = data;
  if (data == nullptr) return kTfLiteError;
  *data = found;
  return FindScaling(context, operands, options.activation, data);
}

ConvolutionTensors TensorsOf(TfLiteContext* context, const TfLiteNode* node) {
  const TfLiteEvalTensor* bias = tflite::micro::GetEvalInput(context, node, 2);
  return {tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalInput(context, node, 0)),
          {tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalInput(context, node, 1)),
           tflite::micro::GetOptionalTensorData<int32_t>(bias)},
          tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalOutput(context, node, 0))};
}

}  // namespace reference
}  // namespace kernels
