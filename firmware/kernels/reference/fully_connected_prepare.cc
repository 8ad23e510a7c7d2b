// What a fully connected kernel works out once, when the model is prepared.
#include "kernels/reference/fully_connected_prepare.h"

#include "kernels/external_context.h"
#include "kernels/reference/channel_factors.h"
#include "kernels/reference/fully_connected_operands.h"
#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace kernels {
namespace reference {
void* InitFullyConnected(TfLiteContext* context, const char*, size_t) {
  return tflite::GetMicroContext(context)->AllocatePersistentBuffer(sizeof(FullyConnectedData));
}

TfLiteStatus PrepareFullyConnected(TfLiteContext* context, TfLiteNode* node) {
  auto* data = static_cast<FullyConnectedData*>(node->user_data);
  if (data == nullptr) return kTfLiteError;
  FullyConnectedOperands operands = {};
  TF_LITE_ENSURE_STATUS(DescribeFullyConnected(context, node, &operands));
  TF_LITE_ENSURE_STATUS(CheckFullyConnectedTypes(context, operands, kTfLiteInt8, kTfLiteInt32));
  TF_LITE_ENSURE_MSG(context, operands.input->params.scale > 0.0f, "the input has no scale");
  TF_LITE_ENSURE_MSG(context, operands.output->params.scale > 0.0f, "the output has no scale");
  FullyConnectedShape shape = {};
  TF_LITE_ENSURE_STATUS(FindFullyConnectedShape(context, operands, &shape));
  data->batches = shape.batches;
  data->units = shape.units;
  data->depth = shape.depth;
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
