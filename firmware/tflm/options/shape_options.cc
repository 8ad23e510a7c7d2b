// Options of the operators that move or describe data.
#include "options/checked_options.h"
#include "options/parsers.h"
#include "tensor_size.h"

namespace earshot {

TfLiteStatus ParseConcatenation(const tflite::Operator& op, Arena& arena, void** builtin_data) {
  auto* params = AllocateParams<TfLiteConcatenationParams>(arena, builtin_data);
  const tflite::ConcatenationOptions* options = nullptr;
  if (params == nullptr || !FindOptions(op, &options)) return kTfLiteError;
  if (options == nullptr) return kTfLiteOk;
  params->axis = options->axis();
  return ConvertActivation(options->fused_activation_function(), &params->activation) ? kTfLiteOk
                                                                                      : kTfLiteError;
}

TfLiteStatus ParsePack(const tflite::Operator& op, Arena& arena, void** builtin_data) {
  auto* params = AllocateParams<TfLitePackParams>(arena, builtin_data);
  const tflite::PackOptions* options = nullptr;
  if (params == nullptr || !FindOptions(op, &options)) return kTfLiteError;
  if (options == nullptr) return kTfLiteOk;
  params->values_count = options->values_count();
  params->axis = options->axis();
  return kTfLiteOk;
}

TfLiteStatus ParseReshape(const tflite::Operator& op, Arena& arena, void** builtin_data) {
  auto* params = AllocateParams<TfLiteReshapeParams>(arena, builtin_data);
  const tflite::ReshapeOptions* options = nullptr;
  if (params == nullptr || !FindOptions(op, &options)) return kTfLiteError;
  const auto* shape = options == nullptr ? nullptr : options->new_shape();
  params->num_dimensions = shape == nullptr ? 0 : static_cast<int>(shape->size());
  return kTfLiteOk;
}

TfLiteStatus ParseShape(const tflite::Operator& op, Arena& arena, void** builtin_data) {
  auto* params = AllocateParams<TfLiteShapeParams>(arena, builtin_data);
  const tflite::ShapeOptions* options = nullptr;
  if (params == nullptr || !FindOptions(op, &options)) return kTfLiteError;
  params->out_type = options == nullptr ? kTfLiteNoType : ElementType(options->out_type());
  return kTfLiteOk;
}

TfLiteStatus ParseStridedSlice(const tflite::Operator& op, Arena& arena, void** builtin_data) {
  auto* params = AllocateParams<TfLiteStridedSliceParams>(arena, builtin_data);
  const tflite::StridedSliceOptions* options = nullptr;
  if (params == nullptr || !FindOptions(op, &options)) return kTfLiteError;
  if (options == nullptr) return kTfLiteOk;
  params->begin_mask = options->begin_mask();
  params->end_mask = options->end_mask();
  params->ellipsis_mask = options->ellipsis_mask();
  params->new_axis_mask = options->new_axis_mask();
  params->shrink_axis_mask = options->shrink_axis_mask();
  params->offset = options->offset();
  return kTfLiteOk;
}

}  // namespace earshot
