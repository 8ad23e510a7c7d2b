// What kernels' Prepare derives from tensors: sizes and requantization.
#pragma once

#include <cstdint>
#include <limits>

#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/c/common.h"

namespace tflite {

inline int NumDimensions(const TfLiteTensor* t) { return t->dims->size; }
inline int SizeOfDimension(const TfLiteTensor* t, int dim) { return t->dims->data[dim]; }
inline int NumInputs(const TfLiteNode* node) { return node->inputs->size; }
inline int NumOutputs(const TfLiteNode* node) { return node->outputs->size; }
inline bool IsConstantTensor(const TfLiteTensor* t) { return t->allocation_type == kTfLiteMmapRo; }

// Product of the dimensions; 1 for a scalar.
int64_t NumElements(const TfLiteIntArray* dims);
int64_t NumElements(const TfLiteTensor* t);
bool HaveSameShapes(const TfLiteTensor* a, const TfLiteTensor* b);

// Real factor from an int32 accumulator to the output's scale: input scale * filter scale / output scale, all
// in double. (A float32 product of the two scales, which older descriptions give, differs from tflite-micro
// in a few bytes per 100,000.) `bias` may be null; its scale must agree.
TfLiteStatus GetQuantizedConvolutionMultipler(TfLiteContext* context, const TfLiteTensor* input,
                                              const TfLiteTensor* filter, const TfLiteTensor* bias,
                                              TfLiteTensor* output, double* multiplier);

// Limits of the fused activation in the output's quantized units, within the range of the output's type
// (int8).
TfLiteStatus CalculateActivationRangeQuantized(TfLiteContext* context, TfLiteFusedActivation activation,
                                               TfLiteTensor* output, int32_t* act_min, int32_t* act_max);

// The same for float32; without an activation the whole range of T. Only activations that the parsers let
// pass.
template <typename T>
void CalculateActivationRange(TfLiteFusedActivation activation, T* activation_min, T* activation_max) {
  *activation_min = std::numeric_limits<T>::lowest();
  *activation_max = std::numeric_limits<T>::max();
  if (activation == kTfLiteActRelu || activation == kTfLiteActRelu6) *activation_min = 0;
  if (activation == kTfLiteActRelu6) *activation_max = 6;
  if (activation == kTfLiteActReluN1To1) {
    *activation_min = -1;
    *activation_max = 1;
  }
}

}  // namespace tflite
