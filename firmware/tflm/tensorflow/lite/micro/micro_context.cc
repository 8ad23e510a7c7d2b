// What every MicroContext does alike.
#include "tensorflow/lite/micro/micro_context.h"

namespace tflite {

TfLiteTensor* MicroContext::AllocateTempInputTensor(const TfLiteNode* node, int index) {
  if (index < 0 || index >= node->inputs->size) return nullptr;
  return AllocateTempTfLiteTensor(node->inputs->data[index]);
}

TfLiteTensor* MicroContext::AllocateTempOutputTensor(const TfLiteNode* node, int index) {
  if (index < 0 || index >= node->outputs->size) return nullptr;
  return AllocateTempTfLiteTensor(node->outputs->data[index]);
}

}  // namespace tflite
