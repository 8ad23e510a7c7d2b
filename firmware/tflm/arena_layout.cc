// Gives every computed tensor and every scratch buffer of a prepared model its place in the arena.
#include "arena_layout.h"

#include "memory_planner.h"
#include "tensor_lifetimes.h"
#include "tensor_size.h"

namespace earshot {
namespace {

// One buffer per tensor that owns memory, in the order of the tensors. Returns how many.
size_t AddTensors(const TfLiteEvalTensor* tensors, const TensorLifetime* lifetimes, size_t tensor_count,
                  PlannedBuffer* buffers) {
  size_t count = 0;
  for (size_t i = 0; i < tensor_count; ++i) {
    if (tensors[i].data.data != nullptr || lifetimes[i].first_use == kNeverUsed) continue;
    const size_t bytes = AlignUp(TensorBytes(tensors[i]), kArenaAlignment);
    buffers[count++] = {bytes, lifetimes[i].first_use, lifetimes[i].last_use, 0, 0};
  }
  return count;
}

void AddScratchBuffers(const ScratchBuffer* scratch, PlannedBuffer* buffers) {
  for (; scratch != nullptr; scratch = scratch->next, ++buffers) {
    *buffers = {AlignUp(scratch->bytes, kArenaAlignment), scratch->node_index, scratch->node_index, 0, 0};
  }
}

// The owners first, in the order of AddTensors, then those that share; `memory` is where offset 0 lies.
void PlaceTensors(uint8_t* memory, const PlannedBuffer* buffers, const TensorLifetime* lifetimes,
                  size_t tensor_count, TfLiteEvalTensor* tensors) {
  size_t next = 0;
  for (size_t i = 0; i < tensor_count; ++i) {
    if (tensors[i].data.data != nullptr || lifetimes[i].first_use == kNeverUsed) continue;
    tensors[i].data.data = memory + buffers[next++].offset;
  }
  for (size_t i = 0; i < tensor_count; ++i) {
    if (tensors[i].data.data == nullptr) tensors[i].data = tensors[lifetimes[i].owner].data;
  }
}

}  // namespace

TfLiteStatus LayOutArena(const tflite::Model& model, bool preserve_all_tensors, bool keep_inputs,
                         Arena& arena, RuntimeContext& context) {
  TfLiteEvalTensor* tensors = context.tensors();
  const size_t tensor_count = context.tensor_count();
  auto* lifetimes = arena.AllocateTemporaryArray<TensorLifetime>(tensor_count);
  auto* buffers = arena.AllocateTemporaryArray<PlannedBuffer>(tensor_count + context.scratch_buffer_count());
  if (lifetimes == nullptr || buffers == nullptr) return kTfLiteError;
  FindLifetimes(model, tensors, tensor_count, preserve_all_tensors, keep_inputs, lifetimes);
  const size_t owner_count = AddTensors(tensors, lifetimes, tensor_count, buffers);
  AddScratchBuffers(context.scratch_buffers(), buffers + owner_count);
  const size_t bytes = PlanMemory(buffers, owner_count + context.scratch_buffer_count());

  // The plan lies where the tensors will: it is read for the last time before any of them is written.
  arena.ReleaseTemporary();
  uint8_t* memory = arena.ReserveTensors(bytes);
  if (memory == nullptr) return kTfLiteError;
  PlaceTensors(memory, buffers, lifetimes, tensor_count, tensors);
  const PlannedBuffer* planned = buffers + owner_count;
  for (ScratchBuffer* scratch = context.scratch_buffers(); scratch != nullptr; scratch = scratch->next) {
    scratch->data = memory + (planned++)->offset;
  }
  return kTfLiteOk;
}

}  // namespace earshot
