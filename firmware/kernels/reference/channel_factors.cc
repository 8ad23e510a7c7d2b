// Requantization of kernels with weights: one factor for all output channels, or one for each.
#include "kernels/reference/channel_factors.h"

#include "tensorflow/lite/kernels/internal/quantization_util.h"
#include "tensorflow/lite/kernels/kernel_util.h"

namespace kernels {
namespace reference {

TfLiteStatus CheckWeightScales(TfLiteContext* context, const TfLiteTensor* weights, int dimension,
                               int channels, bool* per_channel) {
  TF_LITE_ENSURE_MSG(context, weights->quantization.type == kTfLiteAffineQuantization,
                     "the weights have no scale");
  const auto& affine = *static_cast<const TfLiteAffineQuantization*>(weights->quantization.params);
  if (affine.scale->size != 1) {
    TF_LITE_ENSURE_MSG(context, affine.quantized_dimension == dimension && affine.scale->size == channels,
                       "the weights must have one scale, or one per output channel");
  }
  for (int i = 0; i < affine.zero_point->size; ++i) {
    TF_LITE_ENSURE_MSG(context, affine.zero_point->data[i] == 0, "the weights must have zero point 0");
  }
  *per_channel = affine.scale->size != 1;
  return kTfLiteOk;
}

TfLiteStatus FindChannelFactors(TfLiteContext* context, const FactorOperands& operands, int32_t count,
                                void* behind) {
  const auto& affine = *static_cast<const TfLiteAffineQuantization*>(operands.weights->quantization.params);
  auto* multipliers = static_cast<int32_t*>(behind);
  auto* shifts = static_cast<int8_t*>(static_cast<void*>(multipliers + count));
  double factor = 0.0;
  if (count == 1) {  // also holds the bias against the scales
    TF_LITE_ENSURE_STATUS(tflite::GetQuantizedConvolutionMultipler(context, operands.input, operands.weights,
                                                                   operands.bias, operands.output, &factor));
  }
  for (int32_t i = 0; i < count; ++i) {
    if (count != 1) {
      factor = static_cast<double>(operands.input->params.scale) *
               static_cast<double>(affine.scale->data[i]) /
               static_cast<double>(operands.output->params.scale);
    }
    TF_LITE_ENSURE_MSG(context, factor >= 0.0 && factor < 1073741824.0,
                       "the scales give a factor above 2^30");
    int shift = 0;
    tflite::QuantizeMultiplier(factor, &multipliers[i], &shift);
    shifts[i] = static_cast<int8_t>(shift);
  }
  return kTfLiteOk;
}

}  // namespace reference
}  // namespace kernels
