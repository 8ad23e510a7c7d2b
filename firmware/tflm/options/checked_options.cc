// Checks of an operator's options before anything is made of them.
#include "options/checked_options.h"

#include "tensorflow/lite/micro/micro_log.h"

namespace earshot {

bool FieldsFit(const flatbuffers::Table& table, const uint8_t* field_bytes, size_t fields) {
  for (size_t i = 0; i < fields; ++i) {
    if (table.Holds(static_cast<uint16_t>(4 + 2 * i), field_bytes[i])) continue;
    MicroPrintf("the model is damaged: option %u lies outside its table", static_cast<unsigned>(i));
    return false;
  }
  return true;
}

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

bool ConvertPadding(tflite::Padding padding, TfLitePadding* converted) {
  switch (padding) {
    case tflite::Padding_SAME:
      *converted = kTfLitePaddingSame;
      return true;
    case tflite::Padding_VALID:
      *converted = kTfLitePaddingValid;
      return true;
    default:
      MicroPrintf("padding %d is not known", static_cast<int>(padding));
      return false;
  }
}

bool CheckWindow(const char* what, int32_t width, int32_t height) {
  if (width > 0 && height > 0 && width <= kMostWindow && height <= kMostWindow) return true;
  MicroPrintf("%s of %dx%d (height x width) are not from 1 to %d", what, static_cast<int>(height),
              static_cast<int>(width), static_cast<int>(kMostWindow));
  return false;
}

}  // namespace earshot
