// The functions that run prepared nodes, as in kernels/reference/invoke.h.
#pragma once

#include "tensorflow/lite/c/common.h"

namespace kernels::fast {

[[nodiscard]] TfLiteStatus InvokeAdd(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeConv2D(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeDepthwiseConv2D(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeDequantize(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeFullyConnected(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeQuantize(TfLiteContext* context, TfLiteNode* node);

}  // namespace kernels::fast
