// Gives every computed tensor and every scratch buffer of a prepared model its place in the arena.
#pragma once

#include "arena.h"
#include "runtime_context.h"

namespace earshot {

// Sets the data pointers in `context`. Fails when the arena is full.
TfLiteStatus LayOutArena(const tflite::Model& model, bool preserve_all_tensors, Arena& arena,
                         RuntimeContext& context);

}  // namespace earshot
