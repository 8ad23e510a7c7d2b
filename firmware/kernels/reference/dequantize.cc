// DEQUANTIZE: int8 to float32, value = scale * (quantized - zero point).
#include "kernels/reference/dequantize.h"

#include "kernels/in_place.h"
#include "kernels/reference/invoke.h"
#include "kernels/reference/kernel_data.h"
#include "kernels/reference/operands.h"
#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace kernels {
namespace reference {

void* InitDequantize(TfLiteContext* context, const char*, size_t) {
  return AllocateKernelData<DequantizeData>(context);
}

TfLiteStatus PrepareDequantize(TfLiteContext* context, TfLiteNode* node) {
  auto* data = static_cast<DequantizeData*>(node->user_data);
  if (data == nullptr) return kTfLiteError;
  TfLiteTensor* input = nullptr;
  TfLiteTensor* output = nullptr;
  TF_LITE_ENSURE_STATUS(CheckOperandCount(context, node, 1, 1));
  TF_LITE_ENSURE_STATUS(DescribeInput(context, node, 0, &input));
  TF_LITE_ENSURE_STATUS(DescribeOutput(context, node, 0, &output));
  TF_LITE_ENSURE_STATUS(CheckType(context, *input, kTfLiteInt8, "the input"));
  TF_LITE_ENSURE_STATUS(CheckType(context, *output, kTfLiteFloat32, "the output"));
  TF_LITE_ENSURE_MSG(context, input->params.scale > 0.0f, "the input has no scale");
  TF_LITE_ENSURE_MSG(context, tflite::HaveSameShapes(input, output), "input and output differ in shape");
  *data = {static_cast<int32_t>(tflite::NumElements(input)), input->params.scale,
           static_cast<int8_t>(input->params.zero_point)};
  return kTfLiteOk;
}

// The product in float32 is the one in double, rounded: 24 bits times 9 bits fit a double exactly. In order,
// as the input may lie in the last quarter of the output (in_place.h).
TfLiteStatus InvokeDequantize(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const DequantizeData*>(node->user_data);
  const auto* input = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalInput(context, node, 0));
  auto* output = tflite::micro::GetTensorData<float>(tflite::micro::GetEvalOutput(context, node, 0));
  for (int32_t i = 0; i < data.elements; ++i) {
    output[i] = data.scale * static_cast<float>(input[i] - data.zero_point);
  }
  return kTfLiteOk;
}

}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_DEQUANTIZE() {
  return kernels::ReadsBeforeItWrites(micro::RegisterOp(kernels::reference::InitDequantize,
                                                        kernels::reference::PrepareDequantize,
                                                        kernels::reference::InvokeDequantize));
}

}  // namespace tflite
