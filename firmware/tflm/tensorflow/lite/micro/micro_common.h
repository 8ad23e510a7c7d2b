// The functions that make up a kernel.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tensorflow/lite/c/common.h"

// All but `invoke` may be null. `prepare` is called once per node by AllocateTensors and is the place to
// refuse shapes, types and options; `invoke` then has nothing left to check.
struct TFLMRegistration {
  // For built-in operators `buffer` is the node's builtin_data and `length` 0. The result becomes user_data.
  void* (*init)(TfLiteContext* context, const char* buffer, size_t length);
  void (*free)(TfLiteContext* context, void* buffer);
  TfLiteStatus (*prepare)(TfLiteContext* context, TfLiteNode* node);
  TfLiteStatus (*invoke)(TfLiteContext* context, TfLiteNode* node);
  void (*reset)(TfLiteContext* context, void* buffer);
  int32_t builtin_code;  // a tflite::BuiltinOperator; the resolver sets it
  const char* custom_name;
  // Not in TFLM: whether the output may take an input's place (kernels/in_place.h). A kernel that does not
  // say so gets operands that lie apart.
  bool in_place = false;
};
