// From an int32 accumulator to an int8 output of a tensor with one scale.
#include "kernels/reference/output_scaling.h"

#include "kernels/reference/operands.h"
#include "tensorflow/lite/kernels/internal/quantization_util.h"
#include "tensorflow/lite/kernels/kernel_util.h"

namespace kernels {
namespace reference {

TfLiteStatus FindOutputScaling(TfLiteContext* context, double factor, TfLiteFusedActivation activation,
                               TfLiteTensor* output, OutputScaling* scaling) {
  TF_LITE_ENSURE_MSG(context, factor >= 0.0 && factor < 1073741824.0, "the scales give a factor above 2^30");
  int shift = 0;
  tflite::QuantizeMultiplier(factor, &scaling->multiplier, &shift);
  // The factor may round up to 2^30.
  TF_LITE_ENSURE_MSG(context, shift <= 30, "the scales give a factor above 2^30");
  scaling->shift = static_cast<int8_t>(shift);
  scaling->zero_point = static_cast<int8_t>(output->params.zero_point);
  return FindActivationRange(context, activation, output, &scaling->activation_min, &scaling->activation_max);
}

}  // namespace reference
}  // namespace kernels
