// FULLY_CONNECTED in float32: output[b][u] = activation((sum over d, in order, of input[b][d] *
// weights[u][d])
// + bias[u]), each product and each sum rounded to float32.
#pragma once

#include <cstdint>

#include "kernels/reference/fully_connected_operands.h"
#include "tensorflow/lite/c/common.h"

namespace kernels {
namespace reference {

struct FloatFullyConnectedData {
  FullyConnectedShape shape;
  float activation_min;
  float activation_max;
};

// Fills the FloatFullyConnectedData to which the node's user_data points. Refuses, saying why, everything but
// float32 operands with constant weights [units, depth] and a constant bias [units] or none.
[[nodiscard]] TfLiteStatus PrepareFloatFullyConnected(TfLiteContext* context, TfLiteNode* node);

[[nodiscard]] TfLiteStatus InvokeFloatFullyConnected(TfLiteContext* context, TfLiteNode* node);

}  // namespace reference
}  // namespace kernels
