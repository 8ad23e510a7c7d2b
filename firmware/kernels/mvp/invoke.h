// The functions that run the operators of this folder once they are prepared. Tables that host.generate
// writes name them; `node->user_data` may lie in flash.
#pragma once

#include "tensorflow/lite/c/common.h"

namespace kernels::mvp {

// FULLY_CONNECTED of each variant (fully_connected.h).
TfLiteStatus InvokeFullyConnectedBaseline(TfLiteContext* context, TfLiteNode* node);
TfLiteStatus InvokeFullyConnectedFast(TfLiteContext* context, TfLiteNode* node);

}  // namespace kernels::mvp
