// RELU6: what is below 0 becomes 0, what is above 6 becomes 6. As in TFLM nothing is scaled: the output is in
// the input's units, whatever scale and zero point the model gives it.
#include <algorithm>

#include "kernels/in_place.h"
#include "kernels/reference/elementwise.h"
#include "kernels/reference/invoke.h"
#include "kernels/reference/kernel_data.h"
#include "kernels/reference/operands.h"
#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace kernels {
namespace reference {
namespace {

// Both in the input's units.
struct Relu6Data {
  int32_t elements;
  int8_t zero;
  int8_t six;
};

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  auto* data = static_cast<Relu6Data*>(node->user_data);
  if (data == nullptr) return kTfLiteError;
  UnaryOperands operands = {};
  TF_LITE_ENSURE_STATUS(DescribeUnary(context, node, &operands));
  data->elements = static_cast<int32_t>(tflite::NumElements(operands.input));
  return FindActivationRange(context, kTfLiteActRelu6, operands.input, &data->zero, &data->six);
}

}  // namespace

TfLiteStatus InvokeRelu6(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const Relu6Data*>(node->user_data);
  const auto* input = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalInput(context, node, 0));
  auto* output = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalOutput(context, node, 0));
  for (int32_t i = 0; i < data.elements; ++i) {
    output[i] = std::min(std::max(input[i], data.zero), data.six);
  }
  return kTfLiteOk;
}

}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_RELU6() {
  return kernels::ReadsBeforeItWrites(
      micro::RegisterOp(kernels::reference::InitKernelData<kernels::reference::Relu6Data>,
                        kernels::reference::Prepare, kernels::reference::InvokeRelu6));
}

}  // namespace tflite
