// What a fully connected kernel works out once, when the model is prepared.
#include "kernels/reference/fully_connected_prepare.h"

#include "kernels/external_context.h"
#include "kernels/reference/channel_factors.h"
#include "kernels/reference/operands.h"
#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace kernels {
namespace reference {
namespace {

struct Operands {
  TfLiteTensor* input;
  TfLiteTensor* weights;
  TfLiteTensor* bias;  // nullptr when there is none
  TfLiteTensor* output;
};

TfLiteStatus Describe(TfLiteContext* context, const TfLiteNode* node, Operands* operands) {
  TF_LITE_ENSURE_STATUS(CheckOperandCount(context, node, 2, 3));
  TF_LITE_ENSURE_STATUS(DescribeInput(context, node, 0, &operands->input));
  TF_LITE_ENSURE_STATUS(DescribeInput(context, node, 1, &operands->weights));
  operands->bias = nullptr;
  if (node->inputs->size == 3 && node->inputs->data[2] != kTfLiteOptionalTensor) {
    TF_LITE_ENSURE_STATUS(DescribeInput(context, node, 2, &operands->bias));
  }
  return DescribeOutput(context, node, 0, &operands->output);
}

TfLiteStatus CheckTypes(TfLiteContext* context, const Operands& operands) {
  TF_LITE_ENSURE_STATUS(CheckType(context, *operands.input, kTfLiteInt8, "the input"));
  TF_LITE_ENSURE_STATUS(CheckType(context, *operands.weights, kTfLiteInt8, "the weights tensor"));
  TF_LITE_ENSURE_STATUS(CheckType(context, *operands.output, kTfLiteInt8, "the output"));
  TF_LITE_ENSURE_MSG(context, tflite::IsConstantTensor(operands.weights), "the weights must be constant");
  TF_LITE_ENSURE_MSG(context, operands.input->params.scale > 0.0f, "the input has no scale");
  TF_LITE_ENSURE_MSG(context, operands.output->params.scale > 0.0f, "the output has no scale");
  if (operands.bias != nullptr) {
    TF_LITE_ENSURE_STATUS(CheckType(context, *operands.bias, kTfLiteInt32, "the bias"));
    TF_LITE_ENSURE_MSG(context, tflite::IsConstantTensor(operands.bias), "the bias must be constant");
  }
  return kTfLiteOk;
}

TfLiteStatus CheckShapes(TfLiteContext* context, const Operands& operands, FullyConnectedData* data) {
  TF_LITE_ENSURE_MSG(context, tflite::NumDimensions(operands.weights) == 2,
                     "the weights must have 2 dimensions");
  data->units = tflite::SizeOfDimension(operands.weights, 0);
  data->depth = tflite::SizeOfDimension(operands.weights, 1);
  const int64_t inputs = tflite::NumElements(operands.input);
  const int64_t outputs = tflite::NumElements(operands.output);
  const int output_rank = tflite::NumDimensions(operands.output);
  const bool fits = inputs % data->depth == 0 && output_rank >= 1 &&
                    tflite::SizeOfDimension(operands.output, output_rank - 1) == data->units &&
                    inputs / data->depth == outputs / data->units;
  if (!fits) {
    TF_LITE_KERNEL_LOG(context, "%d inputs and weights of %dx%d do not give %d outputs",
                       static_cast<int>(inputs), static_cast<int>(data->units), static_cast<int>(data->depth),
                       static_cast<int>(outputs));
    return kTfLiteError;
  }
  data->batches = static_cast<int32_t>(inputs / data->depth);
  if (operands.bias != nullptr) {
    TF_LITE_ENSURE_EQ(context, tflite::NumElements(operands.bias), data->units);
  }
  return kTfLiteOk;
}

}  // namespace

void* InitFullyConnected(TfLiteContext* context, const char*, size_t) {
  return tflite::GetMicroContext(context)->AllocatePersistentBuffer(sizeof(FullyConnectedData));
}

TfLiteStatus PrepareFullyConnected(TfLiteContext* context, TfLiteNode* node) {
  auto* data = static_cast<FullyConnectedData*>(node->user_data);
  if (data == nullptr) return kTfLiteError;
  Operands operands = {};
  TF_LITE_ENSURE_STATUS(Describe(context, node, &operands));
  TF_LITE_ENSURE_STATUS(CheckTypes(context, operands));
  TF_LITE_ENSURE_STATUS(CheckShapes(context, operands, data));
  ChannelFactors factors = {};
  TF_LITE_ENSURE_STATUS(FindChannelFactors(context, operands.input, operands.weights, operands.bias,
                                           operands.output, 0, data->units, &factors));
  data->channels = factors.count;
  data->multipliers = factors.multipliers;
  data->shifts = factors.shifts;
  data->weight_order = WeightOrderOf(tflite::GetMicroContext(context), node->inputs->data[1]);
  TF_LITE_ENSURE_MSG(context, data->weight_order == WeightOrder::kRows || data->units % 2 == 0,
                     "interleaved weights must have an even number of rows");
  const auto& params = *static_cast<const TfLiteFullyConnectedParams*>(node->builtin_data);
  data->input_offset = -operands.input->params.zero_point;
  data->output_zero_point = operands.output->params.zero_point;
  return tflite::CalculateActivationRangeQuantized(context, params.activation, operands.output,
                                                   &data->activation_min, &data->activation_max);
}

}  // namespace reference
}  // namespace kernels
