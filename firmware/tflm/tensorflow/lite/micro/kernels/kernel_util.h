// How a kernel gets at its operands.
#pragma once

#include <cstddef>

#include "tensorflow/lite/c/common.h"
#include "tensorflow/lite/kernels/internal/types.h"
#include "tensorflow/lite/micro/micro_common.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace tflite {
namespace micro {

TFLMRegistration RegisterOp(void* (*init)(TfLiteContext* context, const char* buffer, size_t length),
                            TfLiteStatus (*prepare)(TfLiteContext* context, TfLiteNode* node),
                            TfLiteStatus (*invoke)(TfLiteContext* context, TfLiteNode* node),
                            void (*free)(TfLiteContext* context, void* buffer) = nullptr,
                            void (*reset)(TfLiteContext* context, void* buffer) = nullptr);

// Operand `index` of `node`; nullptr when the model leaves it out. Inline: they are most of what a small
// operator costs.
inline TfLiteEvalTensor* GetMutableEvalInput(const TfLiteContext* context, const TfLiteNode* node,
                                             int index) {
  if (index < 0 || index >= node->inputs->size) return nullptr;
  return context->GetEvalTensor(context, node->inputs->data[index]);
}
inline const TfLiteEvalTensor* GetEvalInput(const TfLiteContext* context, const TfLiteNode* node, int index) {
  return GetMutableEvalInput(context, node, index);
}
inline TfLiteEvalTensor* GetEvalOutput(const TfLiteContext* context, const TfLiteNode* node, int index) {
  if (index < 0 || index >= node->outputs->size) return nullptr;
  return context->GetEvalTensor(context, node->outputs->data[index]);
}

RuntimeShape GetTensorShape(const TfLiteEvalTensor* tensor);

// The elements, in row-major order. `tensor` must not be null.
template <typename T>
T* GetTensorData(TfLiteEvalTensor* tensor) {
  return static_cast<T*>(tensor->data.data);
}
template <typename T>
const T* GetTensorData(const TfLiteEvalTensor* tensor) {
  return static_cast<const T*>(tensor->data.data);
}

// The elements, or nullptr for an operand that is left out.
template <typename T>
const T* GetOptionalTensorData(const TfLiteEvalTensor* tensor) {
  return tensor == nullptr ? nullptr : GetTensorData<T>(tensor);
}

bool HaveSameShapes(const TfLiteEvalTensor* input1, const TfLiteEvalTensor* input2);

}  // namespace micro
}  // namespace tflite
