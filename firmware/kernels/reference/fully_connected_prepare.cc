// What a fully connected kernel works out once, when the model is prepared.
#include "kernels/reference/fully_connected_prepare.h"

#include "kernels/external_context.h"
#include "kernels/reference/channel_factors.h"
#include "kernels/reference/fully_connected_operands.h"
#include "kernels/reference/kernel_data.h"
#include "kernels/reference/operands.h"
#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace kernels {
namespace reference {
namespace {

TfLiteStatus CheckOperands(TfLiteContext* context, const FullyConnectedOperands& operands) {
  TF_LITE_ENSURE_STATUS(CheckFullyConnectedTypes(context, operands, kTfLiteInt8, kTfLiteInt32));
  TF_LITE_ENSURE_MSG(context, operands.input->params.scale > 0.0f, "the input has no scale");
  TF_LITE_ENSURE_MSG(context, operands.output->params.scale > 0.0f, "the output has no scale");
  return kTfLiteOk;
}

FullyConnectedData* Allocate(TfLiteContext* context, const FullyConnectedShape& shape, bool per_channel) {
  const size_t factors = per_channel ? static_cast<size_t>(shape.units) : 1;
  auto* data = AllocateKernelData<FullyConnectedData>(context, factors * kBytesPerFactor);
  if (data == nullptr) return nullptr;
  data->batches = shape.batches;
  data->units = shape.units;
  data->depth = shape.depth;
  data->per_channel = per_channel;
  return data;
}

}  // namespace

TfLiteStatus PrepareFullyConnected(TfLiteContext* context, TfLiteNode* node) {
  FullyConnectedOperands operands = {};
  TF_LITE_ENSURE_STATUS(DescribeFullyConnected(context, node, &operands));
  TF_LITE_ENSURE_STATUS(CheckOperands(context, operands));
  FullyConnectedShape shape = {};
  TF_LITE_ENSURE_STATUS(FindFullyConnectedShape(context, operands, &shape));
  bool per_channel = false;
  TF_LITE_ENSURE_STATUS(CheckWeightScales(context, operands.weights, 0, shape.units, &per_channel));
  FullyConnectedData* data = Allocate(context, shape, per_channel);
  node->user_data = data;
  if (data == nullptr) return kTfLiteError;
  TF_LITE_ENSURE_STATUS(FindChannelFactors(context,
                                           {operands.input, operands.weights, operands.bias, operands.output},
                                           FactorCount(*data), data + 1));
  data->weight_order = WeightOrderOf(tflite::GetMicroContext(context), node->inputs->data[1]);
  TF_LITE_ENSURE_MSG(context, data->weight_order == WeightOrder::kRows || data->units % 2 == 0,
                     "interleaved weights must have an even number of rows");
  const auto& params = *static_cast<const TfLiteFullyConnectedParams*>(node->builtin_data);
  data->input_offset = static_cast<int16_t>(-operands.input->params.zero_point);
  data->output_zero_point = static_cast<int8_t>(operands.output->params.zero_point);
  return FindActivationRange(context, params.activation, operands.output, &data->activation_min,
                             &data->activation_max);
}

}  // namespace reference
}  // namespace kernels
