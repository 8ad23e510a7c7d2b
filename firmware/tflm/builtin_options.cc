// From an operator's options in the model to the structure that its kernel reads.
#include "builtin_options.h"

#include "tensor_size.h"
#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/micro/micro_log.h"

namespace earshot {
namespace {

bool ConvertActivation(tflite::ActivationFunctionType activation, TfLiteFusedActivation* converted) {
  switch (activation) {
    case tflite::ActivationFunctionType_NONE:
      *converted = kTfLiteActNone;
      return true;
    case tflite::ActivationFunctionType_RELU:
      *converted = kTfLiteActRelu;
      return true;
    case tflite::ActivationFunctionType_RELU_N1_TO_1:
      *converted = kTfLiteActReluN1To1;
      return true;
    case tflite::ActivationFunctionType_RELU6:
      *converted = kTfLiteActRelu6;
      return true;
    default:
      MicroPrintf("fused activation %d is not supported", static_cast<int>(activation));
      return false;
  }
}

bool Parse(const tflite::Operator& op, TfLiteFullyConnectedParams* params) {
  const auto* options =
      op.builtin_options_as<tflite::FullyConnectedOptions>(tflite::BuiltinOptions_FullyConnectedOptions);
  if (options == nullptr) return true;
  if (options->weights_format() != 0) {
    MicroPrintf("fully connected weights in format %d are not supported", options->weights_format());
    return false;
  }
  params->keep_num_dims = options->keep_num_dims();
  params->asymmetric_quantize_inputs = options->asymmetric_quantize_inputs();
  params->quantized_bias_type = ElementType(options->quantized_bias_type());
  return ConvertActivation(options->fused_activation_function(), &params->activation);
}

bool Parse(const tflite::Operator& op, TfLiteReshapeParams* params) {
  const auto* options = op.builtin_options_as<tflite::ReshapeOptions>(tflite::BuiltinOptions_ReshapeOptions);
  const auto* shape = options == nullptr ? nullptr : options->new_shape();
  params->num_dimensions = shape == nullptr ? 0 : static_cast<int>(shape->size());
  return true;
}

bool Parse(const tflite::Operator& op, TfLiteShapeParams* params) {
  const auto* options = op.builtin_options_as<tflite::ShapeOptions>(tflite::BuiltinOptions_ShapeOptions);
  params->out_type = options == nullptr ? kTfLiteNoType : ElementType(options->out_type());
  return true;
}

bool Parse(const tflite::Operator& op, TfLiteStridedSliceParams* params) {
  const auto* options =
      op.builtin_options_as<tflite::StridedSliceOptions>(tflite::BuiltinOptions_StridedSliceOptions);
  if (options == nullptr) return true;
  params->begin_mask = options->begin_mask();
  params->end_mask = options->end_mask();
  params->ellipsis_mask = options->ellipsis_mask();
  params->new_axis_mask = options->new_axis_mask();
  params->shrink_axis_mask = options->shrink_axis_mask();
  params->offset = options->offset();
  return true;
}

bool Parse(const tflite::Operator& op, TfLitePackParams* params) {
  const auto* options = op.builtin_options_as<tflite::PackOptions>(tflite::BuiltinOptions_PackOptions);
  if (options == nullptr) return true;
  params->values_count = options->values_count();
  params->axis = options->axis();
  return true;
}

template <typename Params>
TfLiteStatus ParseInto(const tflite::Operator& op, Arena& arena, void** builtin_data) {
  auto* params = arena.AllocatePersistentArray<Params>(1);
  *builtin_data = params;
  return params != nullptr && Parse(op, params) ? kTfLiteOk : kTfLiteError;
}

}  // namespace

TfLiteStatus ParseBuiltinOptions(const tflite::Operator& op, tflite::BuiltinOperator code, Arena& arena,
                                 void** builtin_data) {
  *builtin_data = nullptr;
  switch (code) {
    case tflite::BuiltinOperator_FULLY_CONNECTED:
      return ParseInto<TfLiteFullyConnectedParams>(op, arena, builtin_data);
    case tflite::BuiltinOperator_RESHAPE:
      return ParseInto<TfLiteReshapeParams>(op, arena, builtin_data);
    case tflite::BuiltinOperator_SHAPE:
      return ParseInto<TfLiteShapeParams>(op, arena, builtin_data);
    case tflite::BuiltinOperator_STRIDED_SLICE:
      return ParseInto<TfLiteStridedSliceParams>(op, arena, builtin_data);
    case tflite::BuiltinOperator_PACK:
      return ParseInto<TfLitePackParams>(op, arena, builtin_data);
    default:
      return kTfLiteOk;
  }
}

}  // namespace earshot
