// SOFTMAX: e^(beta * x) over its sum, along the last dimension, in steps of 1/256.
#include <algorithm>
#include <limits>

#include "kernels/reference/elementwise.h"
#include "kernels/reference/fixed_point.h"
#include "kernels/reference/invoke.h"
#include "kernels/reference/kernel_data.h"
#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/kernels/internal/common.h"
#include "tensorflow/lite/kernels/internal/quantization_util.h"
#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace kernels {
namespace reference {
namespace {

using tflite::RoundingDivideByPOT;
using tflite::SaturatingRoundingDoublingHighMul;

// The representations that TFLM chose: exponents in Q5.26, sums of exponentials in Q12.19.
constexpr int kExponentBits = 5;
constexpr int kSumBits = 12;
// 512 equal maxima, from where on not one of them comes to half a step. TFLM stops the program there.
constexpr int32_t kMostSum = 512 << (31 - kSumBits);

// Of -x in Q5.26 from where on, TFLM says, e^x is 0.
constexpr int32_t kLargest = ((1 << kExponentBits) - 1) << (31 - kExponentBits);

struct SoftmaxData {
  int32_t rows;
  int32_t depth;
  int32_t multiplier;  // from the input's units times beta to Q5.26: multiplier * 2^(shift - 31)
  int8_t shift;        // 0..31
};

TfLiteStatus FindFactor(TfLiteContext* context, double beta, float scale, SoftmaxData* data) {
  // Beyond the largest int32 every difference is below the least.
  const double factor = std::min(beta * static_cast<double>(scale) * (1 << (31 - kExponentBits)),
                                 static_cast<double>(std::numeric_limits<int32_t>::max()));
  TF_LITE_ENSURE_MSG(context, factor > 1.0, "beta times the input's scale is not above 2^-26");
  int shift = 0;
  tflite::QuantizeMultiplier(factor, &data->multiplier, &shift);
  data->shift = static_cast<int8_t>(shift);
  return kTfLiteOk;
}

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  auto* data = static_cast<SoftmaxData*>(node->user_data);
  if (data == nullptr) return kTfLiteError;
  const auto& params = *static_cast<const TfLiteSoftmaxParams*>(node->builtin_data);
  UnaryOperands operands = {};
  TF_LITE_ENSURE_STATUS(DescribeUnary(context, node, &operands));
  TF_LITE_ENSURE_STATUS(CheckUnitRange(context, *operands.output));
  const int rank = tflite::NumDimensions(operands.input);
  TF_LITE_ENSURE_MSG(context, rank >= 1, "the input has no dimension to sum along");
  data->depth = tflite::SizeOfDimension(operands.input, rank - 1);
  data->rows = static_cast<int32_t>(tflite::NumElements(operands.input)) / data->depth;
  return FindFactor(context, params.beta, operands.input->params.scale, data);
}

// In Q0.31. difference: to the row's maximum, at most 0.
int32_t ExpOf(const SoftmaxData& data, int32_t difference) {
  if (difference < -(kLargest >> data.shift)) return 0;
  const int32_t shifted = SaturatingShiftLeft(difference, data.shift);
  return ExpOnNegativeValues(SaturatingRoundingDoublingHighMul(shifted, data.multiplier), kExponentBits);
}

// input, output: [depth].
void NormalizeRow(const SoftmaxData& data, const int8_t* input, int8_t* output) {
  const int32_t maximum = *std::max_element(input, input + data.depth);
  int32_t sum = 0;  // at least 1 in Q12.19, from the maximum itself
  for (int32_t c = 0; c < data.depth; ++c) {
    sum = std::min(sum + RoundingDivideByPOT(ExpOf(data, input[c] - maximum), kSumBits), kMostSum);
  }
  if (sum == kMostSum) {
    std::fill(output, output + data.depth, int8_t{-128});
    return;
  }
  // The sum is (1 + fraction) * 2^(kSumBits - zeros).
  const int zeros = __builtin_clz(static_cast<uint32_t>(sum));
  const auto fraction = static_cast<int32_t>((static_cast<uint32_t>(sum) << zeros) - (uint32_t{1} << 31));
  const int32_t reciprocal = OneOverOnePlusX(fraction);
  for (int32_t c = 0; c < data.depth; ++c) {
    const int32_t quotient = SaturatingRoundingDoublingHighMul(reciprocal, ExpOf(data, input[c] - maximum));
    const int32_t steps = RoundingDivideByPOT(quotient, 23 + kSumBits - zeros);  // of 1/256
    output[c] = static_cast<int8_t>(std::min<int32_t>(steps - 128, 127));
  }
}

}  // namespace

TfLiteStatus InvokeSoftmax(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const SoftmaxData*>(node->user_data);
  const auto* input = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalInput(context, node, 0));
  auto* output = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalOutput(context, node, 0));
  for (int32_t row = 0; row < data.rows; ++row) {
    const size_t first = static_cast<size_t>(row) * static_cast<size_t>(data.depth);
    NormalizeRow(data, input + first, output + first);
  }
  return kTfLiteOk;
}

}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_SOFTMAX() {
  return micro::RegisterOp(kernels::reference::InitKernelData<kernels::reference::SoftmaxData>,
                           kernels::reference::Prepare, kernels::reference::InvokeSoftmax);
}

}  // namespace tflite
