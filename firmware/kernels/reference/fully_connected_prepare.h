// What a fully connected kernel works out once, when the model is prepared.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/reference/channel_factors.h"
#include "kernels/weight_order.h"
#include "tensorflow/lite/c/common.h"

namespace kernels {
namespace reference {

// Its factors lie behind it, see channel_factors.h. With one factor both take 32 bytes, which a layer's data
// takes of the arena in steps of 16.
struct FullyConnectedData {
  int32_t batches;
  int32_t units;
  int32_t depth;
  int32_t scratch;       // of the fast kernel: see there
  int16_t input_offset;  // minus the input's zero point: -127..128
  int8_t output_zero_point;
  int8_t activation_min;
  int8_t activation_max;
  WeightOrder weight_order;  // of kRowPairs, units are even
  bool per_channel;          // a factor for each unit; else one for all
  bool in_fours;             // of the fast kernel
};

inline int32_t FactorCount(const FullyConnectedData& data) { return data.per_channel ? data.units : 1; }

// Allocates a FullyConnectedData and makes it the node's user_data. Refuses, saying why, everything but int8
// input [batches, depth] (any shape with as many elements), constant int8 weights [units, depth] with zero
// point 0 and one scale or one per unit, constant int32 bias [units] or none, and int8 output [..., units].
// Fails silently when the arena is full.
[[nodiscard]] TfLiteStatus PrepareFullyConnected(TfLiteContext* context, TfLiteNode* node);

}  // namespace reference
}  // namespace kernels
