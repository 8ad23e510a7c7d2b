// What a fully connected kernel works out once, when the model is prepared.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/weight_order.h"
#include "tensorflow/lite/c/common.h"

namespace kernels {
namespace reference {

struct FullyConnectedData {
  int32_t batches;
  int32_t units;
  int32_t depth;
  int32_t input_offset;  // minus the input's zero point: -127..128
  int32_t output_zero_point;
  int32_t activation_min;  // -128..127
  int32_t activation_max;
  int32_t channels;            // 1: one factor for all units; else as many as units
  const int32_t* multipliers;  // [channels]; factor = multiplier * 2^(shift - 31)
  const int8_t* shifts;        // [channels], -31..30
  WeightOrder weight_order;    // of kRowPairs, units are even
};

// Allocates the FullyConnectedData that becomes the node's user_data; nullptr when the arena is full.
void* InitFullyConnected(TfLiteContext* context, const char* buffer, size_t length);

// Fills it. Refuses, saying why, everything but int8 input [batches, depth] (any shape with as many
// elements), constant int8 weights [units, depth] with zero point 0 and one scale or one per unit, constant
// int32 bias [units] or none, and int8 output [..., units].
TfLiteStatus PrepareFullyConnected(TfLiteContext* context, TfLiteNode* node);

}  // namespace reference
}  // namespace kernels
