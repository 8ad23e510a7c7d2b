// LOGISTIC: 1 / (1 + e^-x) in steps of 1/256.
#include <algorithm>

#include "kernels/in_place.h"
#include "kernels/reference/elementwise.h"
#include "kernels/reference/fixed_point.h"
#include "kernels/reference/invoke.h"
#include "kernels/reference/kernel_data.h"
#include "tensorflow/lite/kernels/internal/common.h"
#include "tensorflow/lite/kernels/internal/quantization_util.h"
#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace kernels {
namespace reference {
namespace {

// x in Q4.27, the representation that TFLM chose.
constexpr int kIntegerBits = 4;
constexpr int kFractionalBits = 31 - kIntegerBits;

struct LogisticData {
  int32_t elements;
  int32_t multiplier;  // from the input's units to Q4.27: multiplier * 2^(shift - 31)
  int32_t radius;      // from here on, in these units, the result is an end of the output's range
  int8_t shift;
  int8_t zero_point;  // of the input
};

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  auto* data = static_cast<LogisticData*>(node->user_data);
  if (data == nullptr) return kTfLiteError;
  UnaryOperands operands = {};
  TF_LITE_ENSURE_STATUS(DescribeUnary(context, node, &operands));
  TF_LITE_ENSURE_STATUS(CheckUnitRange(context, *operands.output));
  data->elements = static_cast<int32_t>(tflite::NumElements(operands.input));
  data->zero_point = static_cast<int8_t>(operands.input->params.zero_point);
  const double factor = static_cast<double>(operands.input->params.scale) * (1 << kFractionalBits);
  // TFLM's bound of the range is not defined below.
  TF_LITE_ENSURE_MSG(context, factor >= 0.5, "the input's scale is below 2^-28");
  int shift = 0;
  tflite::QuantizeMultiplier(factor, &data->multiplier, &shift);
  data->shift = static_cast<int8_t>(shift);
  const int64_t largest = ((int64_t{1} << kIntegerBits) - 1) << kFractionalBits;  // below 2^31
  data->radius = shift > 30 ? 0 : static_cast<int32_t>(largest >> shift);
  return kTfLiteOk;
}

// x: the input less its zero point.
int8_t LogisticOf(const LogisticData& data, int32_t x) {
  if (x <= -data.radius) return -128;
  if (x >= data.radius) return 127;
  const int32_t in_q4 = tflite::MultiplyByQuantizedMultiplier(x, data.multiplier, data.shift);
  const int32_t steps = tflite::RoundingDivideByPOT(Logistic(in_q4, kIntegerBits), 23);  // of 1/256
  return static_cast<int8_t>(std::min<int32_t>(steps - 128, 127));
}

}  // namespace

TfLiteStatus InvokeLogistic(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const LogisticData*>(node->user_data);
  const auto* input = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalInput(context, node, 0));
  auto* output = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalOutput(context, node, 0));
  for (int32_t i = 0; i < data.elements; ++i) output[i] = LogisticOf(data, input[i] - data.zero_point);
  return kTfLiteOk;
}

}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_LOGISTIC() {
  return kernels::ReadsBeforeItWrites(
      micro::RegisterOp(kernels::reference::InitKernelData<kernels::reference::LogisticData>,
                        kernels::reference::Prepare, kernels::reference::InvokeLogistic));
}

}  // namespace tflite
