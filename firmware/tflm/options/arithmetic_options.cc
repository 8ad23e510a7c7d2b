// Options of the operators that compute element by element, of whole rows or of products.
#include "options/checked_options.h"
#include "options/parsers.h"
#include "tensor_size.h"
#include "tensorflow/lite/micro/micro_log.h"

namespace earshot {
namespace {

template <typename Options>
TfLiteStatus Activation(const Options* options, TfLiteFusedActivation* activation) {
  if (options == nullptr) return kTfLiteOk;
  return ConvertActivation(options->fused_activation_function(), activation) ? kTfLiteOk : kTfLiteError;
}

// ADD and SUB have the same options, by two names.
template <typename Options, typename Params>
TfLiteStatus ParseSum(const tflite::Operator& op, Arena& arena, void** builtin_data) {
  auto* params = AllocateParams<Params>(arena, builtin_data);
  const Options* options = nullptr;
  if (params == nullptr || !FindOptions(op, &options)) return kTfLiteError;
  params->pot_scale_int16 = options == nullptr || options->pot_scale_int16();
  return Activation(options, &params->activation);
}

}  // namespace

TfLiteStatus ParseAdd(const tflite::Operator& op, Arena& arena, void** builtin_data) {
  return ParseSum<tflite::AddOptions, TfLiteAddParams>(op, arena, builtin_data);
}

TfLiteStatus ParseSub(const tflite::Operator& op, Arena& arena, void** builtin_data) {
  return ParseSum<tflite::SubOptions, TfLiteSubParams>(op, arena, builtin_data);
}

TfLiteStatus ParseMul(const tflite::Operator& op, Arena& arena, void** builtin_data) {
  auto* params = AllocateParams<TfLiteMulParams>(arena, builtin_data);
  const tflite::MulOptions* options = nullptr;
  if (params == nullptr || !FindOptions(op, &options)) return kTfLiteError;
  return Activation(options, &params->activation);
}

TfLiteStatus ParseFullyConnected(const tflite::Operator& op, Arena& arena, void** builtin_data) {
  auto* params = AllocateParams<TfLiteFullyConnectedParams>(arena, builtin_data);
  const tflite::FullyConnectedOptions* options = nullptr;
  if (params == nullptr || !FindOptions(op, &options)) return kTfLiteError;
  if (options == nullptr) return kTfLiteOk;
  if (options->weights_format() != 0) {
    MicroPrintf("fully connected weights in format %d are not supported", options->weights_format());
    return kTfLiteError;
  }
  params->keep_num_dims = options->keep_num_dims();
  params->asymmetric_quantize_inputs = options->asymmetric_quantize_inputs();
  params->quantized_bias_type = ElementType(options->quantized_bias_type());
  return Activation(options, &params->activation);
}

TfLiteStatus ParseReducer(const tflite::Operator& op, Arena& arena, void** builtin_data) {
  auto* params = AllocateParams<TfLiteReducerParams>(arena, builtin_data);
  const tflite::ReducerOptions* options = nullptr;
  if (params == nullptr || !FindOptions(op, &options)) return kTfLiteError;
  params->keep_dims = options != nullptr && options->keep_dims();
  return kTfLiteOk;
}

// Beta may be any number in the file: not finite and not positive ones are refused, as no exponent can
// follow.
TfLiteStatus ParseSoftmax(const tflite::Operator& op, Arena& arena, void** builtin_data) {
  auto* params = AllocateParams<TfLiteSoftmaxParams>(arena, builtin_data);
  const tflite::SoftmaxOptions* options = nullptr;
  if (params == nullptr || !FindOptions(op, &options)) return kTfLiteError;
  const float beta = options == nullptr ? 0.0f : options->beta();
  if (!(beta > 0.0f && beta < 1e9f)) {
    MicroPrintf("softmax with a beta that is not between 0 and 1e9 is not supported");
    return kTfLiteError;
  }
  params->beta = static_cast<double>(beta);
  return kTfLiteOk;
}

}  // namespace earshot
