// ADD: the sum of two operands, broadcast, limited to the fused activation's range.
#include "kernels/in_place.h"
#include "kernels/reference/invoke.h"
#include "kernels/reference/scaled_sum.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace kernels {
namespace reference {

TfLiteStatus PrepareAdd(TfLiteContext* context, TfLiteNode* node) {
  const auto& params = *static_cast<const TfLiteAddParams*>(node->builtin_data);
  return PrepareScaledSum(context, node, params.activation);
}

TfLiteStatus InvokeAdd(TfLiteContext* context, TfLiteNode* node) { return InvokeScaledSum(context, node, 1); }

}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_ADD() {
  return kernels::ReadsBeforeItWrites(micro::RegisterOp(
      kernels::reference::InitScaledSum, kernels::reference::PrepareAdd, kernels::reference::InvokeAdd));
}

}  // namespace tflite
