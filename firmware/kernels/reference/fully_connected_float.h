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

// Allocates a FloatFullyConnectedData and makes it the node's user_data. Refuses, saying why, everything but
// float32 operands with constant weights [units, depth] and a constant bias [units] or none.
[[nodiscard]] TfLiteStatus PrepareFloatFullyConnected(TfLiteContext* context, TfLiteNode* node);

}  // namespace reference
}  // namespace kernels
