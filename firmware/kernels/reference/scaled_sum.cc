// Sum or difference of two operands of different scales.
#include "kernels/reference/scaled_sum.h"

#include <algorithm>

#include "kernels/reference/elementwise.h"
#include "kernels/reference/kernel_data.h"
#include "tensorflow/lite/kernels/internal/common.h"
#include "tensorflow/lite/kernels/internal/quantization_util.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"

namespace kernels {
namespace reference {
namespace {

// sum_scale: twice the larger scale of both, so that the factor is above 0 and at most a half.
SumOperand Describe(const TfLiteTensor& input, double sum_scale) {
  SumOperand operand = {};
  int shift = 0;
  tflite::QuantizeMultiplier(static_cast<double>(input.params.scale) / sum_scale, &operand.multiplier,
                             &shift);
  operand.shift = static_cast<int8_t>(shift);
  operand.zero_point = static_cast<int8_t>(input.params.zero_point);
  return operand;
}

// In units of the sum, within 2^27.
int32_t Scaled(const SumOperand& operand, int8_t value) {
  const int32_t shifted = (value - operand.zero_point) * (int32_t{1} << kSumLeftShift);
  return tflite::MultiplyByQuantizedMultiplier(shifted, operand.multiplier, operand.shift);
}

}  // namespace

void* InitScaledSum(TfLiteContext* context, const char*, size_t) {
  return AllocateKernelData<ScaledSumData>(context);
}

TfLiteStatus PrepareScaledSum(TfLiteContext* context, TfLiteNode* node, TfLiteFusedActivation activation) {
  auto* data = static_cast<ScaledSumData*>(node->user_data);
  if (data == nullptr) return kTfLiteError;
  BinaryOperands operands = {};
  TF_LITE_ENSURE_STATUS(DescribeBinary(context, node, &operands, &data->broadcast));
  const float larger = std::max(operands.input1->params.scale, operands.input2->params.scale);
  const double sum_scale = 2.0 * static_cast<double>(larger);
  data->operands[0] = Describe(*operands.input1, sum_scale);
  data->operands[1] = Describe(*operands.input2, sum_scale);
  const double factor =
      sum_scale / ((1 << kSumLeftShift) * static_cast<double>(operands.output->params.scale));
  const char* too_small = "the output's scale is below 2^-19 of the larger one of the inputs";
  TF_LITE_ENSURE_MSG(context, factor < 1.0, too_small);
  TF_LITE_ENSURE_STATUS(FindOutputScaling(context, factor, activation, operands.output, &data->scaling));
  TF_LITE_ENSURE_MSG(context, data->scaling.shift <= 0, too_small);  // the factor may round up to 1
  return kTfLiteOk;
}

TfLiteStatus InvokeScaledSum(TfLiteContext* context, TfLiteNode* node, int32_t sign) {
  const auto& data = *static_cast<const ScaledSumData*>(node->user_data);
  ForEachPair(context, node, data.broadcast, [&](int8_t element1, int8_t element2) {
    return ScaleToOutput(data.scaling,
                         Scaled(data.operands[0], element1) + sign * Scaled(data.operands[1], element2));
  });
  return kTfLiteOk;
}

}  // namespace reference
}  // namespace kernels
