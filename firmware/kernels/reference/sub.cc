// SUB: the difference of two operands, broadcast, limited to the fused activation's range.
#include <algorithm>

#include "kernels/reference/scaled_sum.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace kernels {
namespace reference {
namespace {

// In float, as TFLM works them out for SUB: not in double as for ADD.
SumFactors FindFactors(float input1, float input2, float output) {
  const float sum_scale = 2.0f * std::max(input1, input2);
  const float shifted_output = (1 << kSumLeftShift) * output;
  return {static_cast<double>(input1 / sum_scale), static_cast<double>(input2 / sum_scale),
          static_cast<double>(sum_scale / shifted_output)};
}

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  const auto& params = *static_cast<const TfLiteSubParams*>(node->builtin_data);
  return PrepareScaledSum(context, node, params.activation, FindFactors);
}

TfLiteStatus Invoke(TfLiteContext* context, TfLiteNode* node) { return InvokeScaledSum(context, node, -1); }

}  // namespace
}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_SUB() {
  return micro::RegisterOp(kernels::reference::InitScaledSum, kernels::reference::Prepare,
                           kernels::reference::Invoke);
}

}  // namespace tflite
