// Gives every computed tensor and every scratch buffer of a prepared model its place in the arena.
#pragma once

#include "arena.h"
#include "runtime_context.h"

namespace earshot {

// Sets the data pointers in `context`; the two options are those of MicroInterpreter. Fails when the arena is
// full.
TfLiteStatus LayOutArena(const tflite::Model& model, bool preserve_all_tensors, bool keep_inputs,
                         Arena& arena, RuntimeContext& context);

}  // namespace earshot
