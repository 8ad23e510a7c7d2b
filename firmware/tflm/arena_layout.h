// Gives every computed tensor and every scratch buffer of a prepared model its place in the arena.
#pragma once

#include "arena.h"
#include "runtime_context.h"
#include "tensor_lifetimes.h"

namespace earshot {

// Sets the data pointers in `context`. `resolver` has the kernels that were prepared. A plan in the model is
// followed unless tensors preserve all, it does not hold, which a line through MicroPrintf tells, or it needs
// more than the planner does without. Fails when the arena is full.
TfLiteStatus LayOutArena(const tflite::Model& model, const tflite::MicroOpResolver& resolver,
                         MemoryOptions options, Arena& arena, RuntimeContext& context);

}  // namespace earshot
