// FULLY_CONNECTED on the core, four outputs at a time, as a registration for TFLM's op resolver.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/reference/fully_connected_prepare.h"
#include "tensorflow/lite/micro/micro_common.h"

namespace kernels::fast {

// What the kernel keeps is the reference kernel's, as that prepares the same node, and in it:
// scratch, the index of a buffer of ScratchBytes or more, 4-byte aligned;
// in_fours, else unit by unit: there are too few, or a factor is 1/4 or more.
using FullyConnectedData = reference::FullyConnectedData;

// Takes what the reference kernel takes of int8, with the same results, weights in either order. Needs a
// scratch buffer.
TFLMRegistration RegisterFullyConnected();

// Bytes of scratch for a layer: its inputs as 16-bit values, and what is read behind them.
size_t ScratchBytes(int32_t depth, WeightOrder order);

// For kernels that fall back on this one and have a scratch buffer of their own: prepares as above, after
// which `node->user_data`, a FullyConnectedData, still lacks the index of a buffer.
[[nodiscard]] TfLiteStatus PrepareWithoutScratch(TfLiteContext* context, TfLiteNode* node);
// Requests it. Fails when the arena is full.
[[nodiscard]] TfLiteStatus RequestScratch(TfLiteContext* context, FullyConnectedData* data);

}  // namespace kernels::fast
