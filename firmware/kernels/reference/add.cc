// ADD: the sum of two operands, broadcast, limited to the fused activation's range.
#include "kernels/reference/scaled_sum.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace kernels {
namespace reference {
namespace {

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  const auto& params = *static_cast<const TfLiteAddParams*>(node->builtin_data);
  return PrepareScaledSum(context, node, params.activation);
}

TfLiteStatus Invoke(TfLiteContext* context, TfLiteNode* node) { return InvokeScaledSum(context, node, 1); }

}  // namespace
}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_ADD() {
  return micro::RegisterOp(kernels::reference::InitScaledSum, kernels::reference::Prepare,
                           kernels::reference::Invoke);
}

}  // namespace tflite
