// RESHAPE: the same elements under another shape. Nothing to do when both share memory, as they mostly do.
#include <cstring>

#include "kernels/reference/invoke.h"
#include "kernels/reference/kernel_data.h"
#include "kernels/reference/operands.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace kernels {
namespace reference {
namespace {

struct ReshapeData {
  uint32_t bytes;
};

// The output's static shape counts; the operand that names it is not read, since all shapes are static.
TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  TfLiteTensor* input = nullptr;
  TfLiteTensor* output = nullptr;
  TF_LITE_ENSURE_STATUS(CheckOperandCount(context, node, 1, 2));
  TF_LITE_ENSURE_STATUS(DescribeInput(context, node, 0, &input));
  TF_LITE_ENSURE_STATUS(DescribeOutput(context, node, 0, &output));
  if (node->user_data == nullptr) return kTfLiteError;
  TF_LITE_ENSURE_MSG(context, input->type == output->type, "input and output differ in element type");
  if (input->bytes != output->bytes) {
    TF_LITE_KERNEL_LOG(context, "cannot reshape %u bytes to %u", static_cast<unsigned>(input->bytes),
                       static_cast<unsigned>(output->bytes));
    return kTfLiteError;
  }
  static_cast<ReshapeData*>(node->user_data)->bytes = static_cast<uint32_t>(input->bytes);
  return kTfLiteOk;
}

}  // namespace

[[gnu::hot]] TfLiteStatus InvokeReshape(TfLiteContext* context, TfLiteNode* node) {
  const TfLiteEvalTensor* input = tflite::micro::GetEvalInput(context, node, 0);
  TfLiteEvalTensor* output = tflite::micro::GetEvalOutput(context, node, 0);
  if (input->data.data != output->data.data) {
    std::memcpy(output->data.data, input->data.data, static_cast<const ReshapeData*>(node->user_data)->bytes);
  }
  return kTfLiteOk;
}

}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_RESHAPE() {
  return micro::RegisterOp(kernels::reference::InitKernelData<kernels::reference::ReshapeData>,
                           kernels::reference::Prepare, kernels::reference::InvokeReshape);
}

}  // namespace tflite
