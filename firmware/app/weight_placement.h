// Copies weights to RAM at start, where the accelerator reads a word per cycle instead of one in three.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/mvp/prepared_layer.h"
#include "kernels/mvp/weight_copies.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace app {

struct PlacedWeights {
  size_t bytes;           // of memory that are taken, a multiple of 16
  size_t smallest_bytes;  // the memory that the smallest weights take that may be copied; 0: there are none
};

// Copies the constant int8 weights of accelerated layers to `memory` [bytes], 16-byte aligned, as long as
// they fit: whole layers, those first whose bytes are read most often in an inference, of equals the largest;
// at most WeightCopies::kCapacity of them. What is copied is entered in `copies`. `prepared` (accepted by
// CheckPrepared) tells which layers run on the accelerator; nullptr: all that have a kernel for it. `model`
// has been verified. Takes a time that grows with the square of the operators' number.
PlacedWeights PlaceWeights(const tflite::Model& model, const kernels::mvp::PreparedHeader* prepared,
                           uint8_t* memory, size_t bytes, kernels::mvp::WeightCopies& copies);

}  // namespace app
