// Elements and shape of a full tensor description.
#pragma once

#include "tensorflow/lite/c/common.h"
#include "tensorflow/lite/kernels/internal/types.h"

namespace tflite {

template <typename T>
T* GetTensorData(TfLiteTensor* tensor) {
  return tensor == nullptr ? nullptr : static_cast<T*>(tensor->data.data);
}
template <typename T>
const T* GetTensorData(const TfLiteTensor* tensor) {
  return tensor == nullptr ? nullptr : static_cast<const T*>(tensor->data.data);
}

inline RuntimeShape GetTensorShape(const TfLiteTensor* tensor) {
  return tensor == nullptr ? RuntimeShape() : RuntimeShape(tensor->dims->size, tensor->dims->data);
}

}  // namespace tflite
