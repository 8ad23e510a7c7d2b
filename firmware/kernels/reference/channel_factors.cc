// Requantization of kernels with weights: one factor for all output channels, or one for each.
#include "kernels/reference/channel_factors.h"

#include "tensorflow/lite/kernels/internal/quantization_util.h"
#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace kernels {
namespace reference {
namespace {

TfLiteStatus CheckWeights(TfLiteContext* context, const TfLiteTensor* weights, int dimension, int channels) {
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
  return kTfLiteOk;
}

}  // namespace

TfLiteStatus FindChannelFactors(TfLiteContext* context, const TfLiteTensor* input,
                                const TfLiteTensor* weights, const TfLiteTensor* bias, TfLiteTensor* output,
                                int dimension, int channels, ChannelFactors* factors) {
  TF_LITE_ENSURE_STATUS(CheckWeights(context, weights, dimension, channels));
  const auto& affine = *static_cast<const TfLiteAffineQuantization*>(weights->quantization.params);
  tflite::MicroContext* micro_context = tflite::GetMicroContext(context);
  const auto count = static_cast<size_t>(affine.scale->size);
  auto* multipliers = static_cast<int32_t*>(micro_context->AllocatePersistentBuffer(count * sizeof(int32_t)));
  auto* shifts = static_cast<int8_t*>(micro_context->AllocatePersistentBuffer(count));
  if (multipliers == nullptr || shifts == nullptr) return kTfLiteError;
  double factor = 0.0;
  if (count == 1) {  // also holds the bias against the scales
    TF_LITE_ENSURE_STATUS(
        tflite::GetQuantizedConvolutionMultipler(context, input, weights, bias, output, &factor));
  }
  for (size_t i = 0; i < count; ++i) {
    if (count != 1) {
      factor = static_cast<double>(input->params.scale) * static_cast<double>(affine.scale->data[i]) /
               static_cast<double>(output->params.scale);
    }
    TF_LITE_ENSURE_MSG(context, factor >= 0.0 && factor < 1073741824.0,
                       "the scales give a factor above 2^30");
    int shift = 0;
    tflite::QuantizeMultiplier(factor, &multipliers[i], &shift);
    shifts[i] = static_cast<int8_t>(shift);
  }
  *factors = {affine.scale->size, multipliers, shifts};
  return kTfLiteOk;
}

}  // namespace reference
}  // namespace kernels
