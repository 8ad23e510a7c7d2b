// The functions that run prepared nodes. They read the node's operands and user_data, and nothing that
// preparing it has read besides: an image whose model was prepared elsewhere links these alone.
#pragma once

#include "tensorflow/lite/c/common.h"

namespace kernels {
namespace reference {

[[nodiscard]] TfLiteStatus InvokeAdd(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeAveragePool2D(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeConcatenation(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeConv2D(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeDepthwiseConv2D(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeDequantize(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeFloatFullyConnected(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeFullyConnected(TfLiteContext* context, TfLiteNode* node);  // either type
[[nodiscard]] TfLiteStatus InvokeFullyConnectedInt8(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeLogistic(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeMaxPool2D(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeMean(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeMul(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokePack(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokePad(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeQuantize(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeRelu(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeRelu6(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeReshape(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeShape(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeSoftmax(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeStridedSlice(TfLiteContext* context, TfLiteNode* node);
[[nodiscard]] TfLiteStatus InvokeSub(TfLiteContext* context, TfLiteNode* node);

}  // namespace reference
}  // namespace kernels
