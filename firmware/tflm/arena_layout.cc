// Gives every computed tensor and every scratch buffer of a prepared model its place in the arena.
#include "arena_layout.h"

#include "memory_planner.h"
#include "tensor_size.h"

namespace earshot {
namespace {

// The tensors of a model while their memory is planned. Those that own memory have a buffer each, in the
// order of the tensors.
struct Tensors {
  TfLiteEvalTensor* values;         // [count]
  const TensorLifetime* lifetimes;  // [count]
  size_t count;

  bool OwnsMemory(size_t index) const {
    return values[index].data.data == nullptr && lifetimes[index].first_use != kNeverUsed;
  }

  // How many of the tensors before `index` own memory: the number of its own buffer, or of all when it is
  // `count`.
  size_t OwnersBefore(size_t index) const {
    size_t owners = 0;
    for (size_t i = 0; i < index; ++i) owners += OwnsMemory(i) ? 1 : 0;
    return owners;
  }
};

void DescribeTensors(const Tensors& tensors, PlannedBuffer* buffers) {
  for (size_t i = 0; i < tensors.count; ++i) {
    if (!tensors.OwnsMemory(i)) continue;
    const TensorLifetime& life = tensors.lifetimes[i];
    *buffers = {AlignUp(TensorBytes(tensors.values[i]), kArenaAlignment), life.first_use, life.last_use};
    if (life.overwriter != kNoTensor) {
      buffers->overwriter = static_cast<int32_t>(tensors.OwnersBefore(static_cast<size_t>(life.overwriter)));
      buffers->lead = AlignUp(life.lead, kArenaAlignment);
    }
    ++buffers;
  }
}

void DescribeScratch(const ScratchBuffer* scratch, PlannedBuffer* buffers) {
  for (; scratch != nullptr; scratch = scratch->next, ++buffers) {
    *buffers = {AlignUp(scratch->bytes, kArenaAlignment), scratch->node_index, scratch->node_index};
  }
}

// The owners first, then those that share; `memory` is where offset 0 lies.
void PlaceTensors(uint8_t* memory, const PlannedBuffer* buffers, const Tensors& tensors) {
  for (size_t i = 0; i < tensors.count; ++i) {
    if (tensors.OwnsMemory(i)) tensors.values[i].data.data = memory + (buffers++)->offset;
  }
  for (size_t i = 0; i < tensors.count; ++i) {
    if (tensors.values[i].data.data != nullptr) continue;
    tensors.values[i].data = tensors.values[tensors.lifetimes[i].owner].data;
  }
}

}  // namespace

TfLiteStatus LayOutArena(const tflite::Model& model, const tflite::MicroOpResolver& resolver,
                         MemoryOptions options, Arena& arena, RuntimeContext& context) {
  auto* lifetimes = arena.AllocateTemporaryArray<TensorLifetime>(context.tensor_count());
  if (lifetimes == nullptr) return kTfLiteError;
  FindLifetimes(model, resolver, context.tensors(), context.tensor_count(), options, lifetimes);
  const Tensors tensors = {context.tensors(), lifetimes, context.tensor_count()};
  const size_t owner_count = tensors.OwnersBefore(tensors.count);
  const size_t buffer_count = owner_count + context.scratch_buffer_count();
  auto* buffers = arena.AllocateTemporaryArray<PlannedBuffer>(buffer_count);
  if (buffers == nullptr) return kTfLiteError;
  DescribeTensors(tensors, buffers);
  DescribeScratch(context.scratch_buffers(), buffers + owner_count);
  const size_t bytes = PlanMemory(buffers, buffer_count);

  // The plan lies where the tensors will: it is read for the last time before any of them is written.
  arena.ReleaseTemporary();
  uint8_t* memory = arena.ReserveTensors(bytes);
  if (memory == nullptr) return kTfLiteError;
  PlaceTensors(memory, buffers, tensors);
  const PlannedBuffer* planned = buffers + owner_count;
  for (ScratchBuffer* scratch = context.scratch_buffers(); scratch != nullptr; scratch = scratch->next) {
    scratch->data = memory + (planned++)->offset;
  }
  return kTfLiteOk;
}

}  // namespace earshot
