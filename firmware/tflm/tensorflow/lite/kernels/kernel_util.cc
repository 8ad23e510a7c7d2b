// What kernels' Prepare derives from tensors: sizes and requantization.
#include "tensorflow/lite/kernels/kernel_util.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tflite {
namespace {

// `value` in the units of a tensor; fails when it does not fit int32.
TfLiteStatus Quantize(TfLiteContext* context, const TfLiteQuantizationParams& params, float value,
                      int32_t* quantized) {
  const float steps = std::round(value / params.scale);
  TF_LITE_ENSURE_MSG(context, steps >= -1e9f && steps <= 1e9f,
                     "activation limit out of range of the output scale");
  *quantized = params.zero_point + static_cast<int32_t>(steps);
  return kTfLiteOk;
}

}  // namespace

int64_t NumElements(const TfLiteIntArray* dims) {
  int64_t count = 1;
  for (int i = 0; i < dims->size; ++i) count *= dims->data[i];
  return count;
}

int64_t NumElements(const TfLiteTensor* t) { return NumElements(t->dims); }

bool HaveSameShapes(const TfLiteTensor* a, const TfLiteTensor* b) {
  return a->dims->size == b->dims->size &&
         std::equal(a->dims->data, a->dims->data + a->dims->size, b->dims->data);
}

TfLiteStatus GetQuantizedConvolutionMultipler(TfLiteContext* context, const TfLiteTensor* input,
                                              const TfLiteTensor* filter, const TfLiteTensor* bias,
                                              TfLiteTensor* output, double* multiplier) {
  const double product = static_cast<double>(input->params.scale) * static_cast<double>(filter->params.scale);
  const double output_scale = static_cast<double>(output->params.scale);
  TF_LITE_ENSURE_MSG(context, output_scale > 0.0, "the output has no scale");
  if (bias != nullptr) {
    const double difference = std::abs(product - static_cast<double>(bias->params.scale));
    TF_LITE_ENSURE_MSG(context, difference / output_scale <= 0.02,
                       "the bias scale is not input scale * filter scale");
  }
  *multiplier = product / output_scale;
  return kTfLiteOk;
}

TfLiteStatus CalculateActivationRangeQuantized(TfLiteContext* context, TfLiteFusedActivation activation,
                                               TfLiteTensor* output, int32_t* act_min, int32_t* act_max) {
  TF_LITE_ENSURE_TYPES_EQ(context, output->type, kTfLiteInt8);
  int32_t low = std::numeric_limits<int8_t>::min();
  int32_t high = std::numeric_limits<int8_t>::max();
  int32_t limit = 0;
  if (activation == kTfLiteActRelu || activation == kTfLiteActRelu6) {
    TF_LITE_ENSURE_STATUS(Quantize(context, output->params, 0.0f, &limit));
    low = std::max(low, limit);
  }
  if (activation == kTfLiteActReluN1To1) {
    TF_LITE_ENSURE_STATUS(Quantize(context, output->params, -1.0f, &limit));
    low = std::max(low, limit);
  }
  if (activation == kTfLiteActRelu6 || activation == kTfLiteActReluN1To1) {
    TF_LITE_ENSURE_STATUS(
        Quantize(context, output->params, activation == kTfLiteActRelu6 ? 6.0f : 1.0f, &limit));
    high = std::min(high, limit);
  }
  *act_min = low;
  *act_max = high;
  return kTfLiteOk;
}

}  // namespace tflite
