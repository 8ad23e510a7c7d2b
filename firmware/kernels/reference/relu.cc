// RELU: what is below 0 becomes 0; the rest in the output's scale.
#include "kernels/in_place.h"
#include "kernels/reference/elementwise.h"
#include "kernels/reference/invoke.h"
#include "kernels/reference/kernel_data.h"
#include "kernels/reference/output_scaling.h"
#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace kernels {
namespace reference {
namespace {

struct ReluData {
  int32_t elements;
  OutputScaling scaling;
  int8_t zero_point;  // of the input
};

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  auto* data = static_cast<ReluData*>(node->user_data);
  if (data == nullptr) return kTfLiteError;
  UnaryOperands operands = {};
  TF_LITE_ENSURE_STATUS(DescribeUnary(context, node, &operands));
  data->elements = static_cast<int32_t>(tflite::NumElements(operands.input));
  data->zero_point = static_cast<int8_t>(operands.input->params.zero_point);
  // The quotient in float, as TFLM takes it for RELU.
  const float factor = operands.input->params.scale / operands.output->params.scale;
  return FindOutputScaling(context, static_cast<double>(factor), kTfLiteActRelu, operands.output,
                           &data->scaling);
}

}  // namespace

TfLiteStatus InvokeRelu(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const ReluData*>(node->user_data);
  const auto* input = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalInput(context, node, 0));
  auto* output = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalOutput(context, node, 0));
  for (int32_t i = 0; i < data.elements; ++i) {
    output[i] = ScaleToOutput(data.scaling, input[i] - data.zero_point);
  }
  return kTfLiteOk;
}

}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_RELU() {
  return kernels::ReadsBeforeItWrites(
      micro::RegisterOp(kernels::reference::InitKernelData<kernels::reference::ReluData>,
                        kernels::reference::Prepare, kernels::reference::InvokeRelu));
}

}  // namespace tflite
