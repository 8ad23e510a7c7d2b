// SHAPE: the dimensions of its input as int32 [rank].
#include "kernels/reference/invoke.h"
#include "kernels/reference/operands.h"
#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace kernels {
namespace reference {
namespace {

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  TfLiteTensor* input = nullptr;
  TfLiteTensor* output = nullptr;
  TF_LITE_ENSURE_STATUS(CheckOperandCount(context, node, 1, 1));
  TF_LITE_ENSURE_STATUS(DescribeInput(context, node, 0, &input));
  TF_LITE_ENSURE_STATUS(DescribeOutput(context, node, 0, &output));
  TF_LITE_ENSURE_STATUS(CheckType(context, *output, kTfLiteInt32, "the output"));
  TF_LITE_ENSURE_EQ(context, tflite::NumElements(output), tflite::NumDimensions(input));
  return kTfLiteOk;
}

}  // namespace

[[gnu::hot]] TfLiteStatus InvokeShape(TfLiteContext* context, TfLiteNode* node) {
  const TfLiteIntArray& dims = *tflite::micro::GetEvalInput(context, node, 0)->dims;
  auto* output = tflite::micro::GetTensorData<int32_t>(tflite::micro::GetEvalOutput(context, node, 0));
  for (int i = 0; i < dims.size; ++i) output[i] = dims.data[i];
  return kTfLiteOk;
}

}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_SHAPE() {
  return micro::RegisterOp(nullptr, kernels::reference::Prepare, kernels::reference::InvokeShape);
}

}  // namespace tflite
