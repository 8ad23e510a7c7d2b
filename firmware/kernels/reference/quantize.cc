// QUANTIZE: float32 to int8, or int8 to int8 with another scale and zero point.
#include "kernels/reference/quantize.h"

#include <algorithm>
#include <cmath>

#include "kernels/in_place.h"
#include "kernels/reference/invoke.h"
#include "kernels/reference/kernel_data.h"
#include "kernels/reference/operands.h"
#include "tensorflow/lite/kernels/internal/common.h"
#include "tensorflow/lite/kernels/internal/quantization_util.h"
#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace kernels {
namespace reference {
namespace {

int8_t Clamp(int64_t value) {
  return static_cast<int8_t>(std::min<int64_t>(std::max<int64_t>(value, -128), 127));
}

// Rounds half away from zero. What is beyond the range of int8 saturates, infinities included; a NaN becomes
// the zero point.
int8_t QuantizeOne(float value, float scale, int32_t zero_point) {
  const float steps = std::round(value / scale);
  if (std::isnan(steps)) return static_cast<int8_t>(zero_point);
  const float limit = 512.0f;  // beyond it every zero point saturates
  return Clamp(static_cast<int32_t>(std::min(std::max(steps, -limit), limit)) + zero_point);
}

TfLiteStatus PrepareRequantize(TfLiteContext* context, const TfLiteTensor* input, QuantizeData* data) {
  TF_LITE_ENSURE_MSG(context, input->params.scale > 0.0f, "the input has no scale");
  const double factor = static_cast<double>(input->params.scale) / static_cast<double>(data->output_scale);
  TF_LITE_ENSURE_MSG(context, factor < 1073741824.0, "the scales give a factor above 2^30");
  int shift = 0;
  tflite::QuantizeMultiplier(factor, &data->multiplier, &shift);
  data->shift = static_cast<int8_t>(shift);
  data->input_zero_point = static_cast<int8_t>(input->params.zero_point);
  return kTfLiteOk;
}

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  auto* data = static_cast<QuantizeData*>(node->user_data);
  return data == nullptr ? kTfLiteError : PrepareQuantize(context, node, data);
}

}  // namespace

TfLiteStatus PrepareQuantize(TfLiteContext* context, const TfLiteNode* node, QuantizeData* data) {
  TfLiteTensor* input = nullptr;
  TfLiteTensor* output = nullptr;
  TF_LITE_ENSURE_STATUS(CheckOperandCount(context, node, 1, 1));
  TF_LITE_ENSURE_STATUS(DescribeInput(context, node, 0, &input));
  TF_LITE_ENSURE_STATUS(DescribeOutput(context, node, 0, &output));
  TF_LITE_ENSURE_STATUS(CheckType(context, *output, kTfLiteInt8, "the output"));
  TF_LITE_ENSURE_MSG(context, output->params.scale > 0.0f, "the output has no scale");
  TF_LITE_ENSURE_MSG(context, tflite::HaveSameShapes(input, output), "input and output differ in shape");
  data->elements = static_cast<int32_t>(tflite::NumElements(input));
  data->output_scale = output->params.scale;
  data->output_zero_point = static_cast<int8_t>(output->params.zero_point);
  if (input->type == kTfLiteInt8) return PrepareRequantize(context, input, data);
  TF_LITE_ENSURE_STATUS(CheckType(context, *input, kTfLiteFloat32, "the input"));
  return kTfLiteOk;
}

// In order, as the output may lie at the start of the input (in_place.h).
TfLiteStatus QuantizeTensor(TfLiteContext* context, const TfLiteNode* node, const QuantizeData& data) {
  const TfLiteEvalTensor* input = tflite::micro::GetEvalInput(context, node, 0);
  auto* output = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalOutput(context, node, 0));
  if (input->type == kTfLiteFloat32) {
    const auto* values = tflite::micro::GetTensorData<float>(input);
    for (int32_t i = 0; i < data.elements; ++i) {
      output[i] = QuantizeOne(values[i], data.output_scale, data.output_zero_point);
    }
    return kTfLiteOk;
  }
  const auto* values = tflite::micro::GetTensorData<int8_t>(input);
  for (int32_t i = 0; i < data.elements; ++i) {
    const int32_t scaled =
        tflite::MultiplyByQuantizedMultiplier(values[i] - data.input_zero_point, data.multiplier, data.shift);
    output[i] = Clamp(static_cast<int64_t>(scaled) + data.output_zero_point);
  }
  return kTfLiteOk;
}

TfLiteStatus InvokeQuantize(TfLiteContext* context, TfLiteNode* node) {
  return QuantizeTensor(context, node, *static_cast<const QuantizeData*>(node->user_data));
}

}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_QUANTIZE() {
  return kernels::ReadsBeforeItWrites(
      micro::RegisterOp(kernels::reference::InitKernelData<kernels::reference::QuantizeData>,
                        kernels::reference::Prepare, kernels::reference::InvokeQuantize));
}

}  // namespace tflite
