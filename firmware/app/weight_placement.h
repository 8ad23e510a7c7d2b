// Copies weights to RAM at start, where the accelerator reads a word per cycle instead of one in three.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/mvp/weight_copies.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace app {

// Copies the constant int8 weights of fully connected layers to `memory` [bytes], 16-byte aligned, as long as
// they fit: whole layers, those first whose bytes are read most often in an inference, of equals the largest.
// Only the first WeightCopies::kCapacity tensors of weights are considered. What is copied is entered in
// `copies`. Returns the bytes of `memory` that are taken, a multiple of 16.
// `model` has been verified.
size_t PlaceWeights(const tflite::Model& model, uint8_t* memory, size_t bytes,
                    kernels::mvp::WeightCopies& copies);

}  // namespace app
