// FULLY_CONNECTED in float32.
#include "kernels/reference/fully_connected_float.h"

#include <algorithm>
#include <cstddef>

#include "kernels/reference/invoke.h"
#include "kernels/reference/kernel_data.h"
#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"

namespace kernels {
namespace reference {

TfLiteStatus PrepareFloatFullyConnected(TfLiteContext* context, TfLiteNode* node) {
  auto* data = AllocateKernelData<FloatFullyConnectedData>(context);
  node->user_data = data;
  if (data == nullptr) return kTfLiteError;
  const auto& params = *static_cast<const TfLiteFullyConnectedParams*>(node->builtin_data);
  FullyConnectedOperands operands = {};
  TF_LITE_ENSURE_STATUS(DescribeFullyConnected(context, node, &operands));
  TF_LITE_ENSURE_STATUS(CheckFullyConnectedTypes(context, operands, kTfLiteFloat32, kTfLiteFloat32));
  TF_LITE_ENSURE_STATUS(FindFullyConnectedShape(context, operands, &data->shape));
  tflite::CalculateActivationRange(params.activation, &data->activation_min, &data->activation_max);
  return kTfLiteOk;
}

TfLiteStatus InvokeFloatFullyConnected(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const FloatFullyConnectedData*>(node->user_data);
  const TfLiteEvalTensor* bias_tensor = tflite::micro::GetEvalInput(context, node, 2);
  const auto* input = tflite::micro::GetTensorData<float>(tflite::micro::GetEvalInput(context, node, 0));
  const auto* weights = tflite::micro::GetTensorData<float>(tflite::micro::GetEvalInput(context, node, 1));
  const auto* bias = tflite::micro::GetOptionalTensorData<float>(bias_tensor);
  auto* output = tflite::micro::GetTensorData<float>(tflite::micro::GetEvalOutput(context, node, 0));
  for (int32_t b = 0; b < data.shape.batches; ++b) {
    const float* row = weights;
    for (int32_t u = 0; u < data.shape.units; ++u) {
      float sum = 0.0f;
      for (int32_t d = 0; d < data.shape.depth; ++d) sum += input[d] * row[d];
      sum += bias == nullptr ? 0.0f : bias[u];
      *output++ = std::min(std::max(sum, data.activation_min), data.activation_max);
      row += data.shape.depth;
    }
    input += data.shape.depth;
  }
  return kTfLiteOk;
}

}  // namespace reference
}  // namespace kernels
