// Sum or difference of two operands of different scales.
#include "kernels/reference/scaled_sum.h"

#include "kernels/reference/elementwise.h"
#include "tensorflow/lite/kernels/internal/common.h"
#include "tensorflow/lite/kernels/internal/quantization_util.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"

namespace kernels {
namespace reference {
namespace {

// A factor of an operand. One so close to 1 that it rounds to it is refused as TFLM refuses it.
TfLiteStatus FindOperand(TfLiteContext* context, double factor, const TfLiteTensor& input,
                         SumOperand* operand) {
  int shift = 1;
  if (factor > 0.0 && factor < 1.0) tflite::QuantizeMultiplier(factor, &operand->multiplier, &shift);
  TF_LITE_ENSURE_MSG(context, shift <= 0, "the scales of the inputs are too far apart");
  operand->shift = shift;
  operand->zero_point = input.params.zero_point;
  return kTfLiteOk;
}

// In units of the sum; within 2^27, as the factor is at most a half.
int32_t Scaled(const SumOperand& operand, int8_t value) {
  const int32_t shifted = (value - operand.zero_point) * (int32_t{1} << kSumLeftShift);
  return tflite::MultiplyByQuantizedMultiplier(shifted, operand.multiplier, operand.shift);
}

}  // namespace

void* InitScaledSum(TfLiteContext* context, const char*, size_t) {
  return tflite::GetMicroContext(context)->AllocatePersistentBuffer(sizeof(ScaledSumData));
}

TfLiteStatus PrepareScaledSum(TfLiteContext* context, TfLiteNode* node, TfLiteFusedActivation activation,
                              FindSumFactors find_factors) {
  auto* data = static_cast<ScaledSumData*>(node->user_data);
  if (data == nullptr) return kTfLiteError;
  BinaryOperands operands = {};
  TF_LITE_ENSURE_STATUS(DescribeBinary(context, node, &operands, &data->broadcast));
  const SumFactors factors = find_factors(operands.input1->params.scale, operands.input2->params.scale,
                                          operands.output->params.scale);
  TF_LITE_ENSURE_STATUS(FindOperand(context, factors.input1, *operands.input1, &data->operands[0]));
  TF_LITE_ENSURE_STATUS(FindOperand(context, factors.input2, *operands.input2, &data->operands[1]));
  TF_LITE_ENSURE_STATUS(
      FindOutputScaling(context, factors.output, activation, operands.output, &data->scaling));
  TF_LITE_ENSURE_MSG(context, factors.output > 0.0 && data->scaling.shift <= 0,
                     "the output's scale is too far from those of the inputs");
  return kTfLiteOk;
}

TfLiteStatus InvokeScaledSum(TfLiteContext* context, TfLiteNode* node, int32_t sign) {
  const auto& data = *static_cast<const ScaledSumData*>(node->user_data);
  const auto* input1 = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalInput(context, node, 0));
  const auto* input2 = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalInput(context, node, 1));
  auto* output = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalOutput(context, node, 0));
  ForEachRow(data.broadcast, [&](int32_t first1, int32_t step1, int32_t first2, int32_t step2, int32_t first,
                                 int32_t elements) {
    for (int32_t i = 0; i < elements; ++i) {
      const int32_t sum = Scaled(data.operands[0], input1[first1 + i * step1]) +
                          sign * Scaled(data.operands[1], input2[first2 + i * step2]);
      output[first + i] = ScaleToOutput(data.scaling, sum);
    }
  });
  return kTfLiteOk;
}

}  // namespace reference
}  // namespace kernels
