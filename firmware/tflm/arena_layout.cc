// Gives every computed tensor and every scratch buffer of a prepared model its place in the arena.
#include "arena_layout.h"

#include "memory_planner.h"
#include "offline_plan.h"
#include "tensor_size.h"
#include "tensorflow/lite/micro/micro_log.h"

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

void ForgetPlaces(PlannedBuffer* buffers, size_t count) {
  for (size_t i = 0; i < count; ++i) buffers[i].offset = kAnywhere;
}

// Takes over the offsets of a plan, which may have come with a file of unknown origin. Returns why they
// cannot be used, or nullptr. What shares an owner's memory is where the owner is, whatever the plan says.
const char* TakePlaces(const OfflinePlan& plan, const Tensors& tensors, PlannedBuffer* buffers) {
  int32_t count = 0;
  for (size_t i = 0; i < tensors.count; ++i) {
    if (!tensors.OwnsMemory(i)) continue;
    PlannedBuffer& buffer = buffers[count++];
    const int32_t offset = plan.OffsetOf(i);
    if (offset == -1) continue;
    if (offset < 0 || static_cast<size_t>(offset) % kArenaAlignment != 0) {
      return "an offset is no multiple of 16";
    }
    buffer.offset = static_cast<size_t>(offset);
    for (int32_t j = 0; j < count - 1; ++j) {
      if (buffers[j].offset != kAnywhere && !Coexist(buffers, j, count - 1)) {
        return "tensors that are needed together overlap";
      }
    }
  }
  return nullptr;
}

// Plans all buffers, the tensors' first, as the model's own plan has them if that needs no more.
size_t PlanBuffers(const OfflinePlan& plan, const Tensors& tensors, PlannedBuffer* buffers, size_t count) {
  const size_t bytes = PlanMemory(buffers, count);
  const char* complaint = plan.complaint();
  if (plan.is_there()) {
    ForgetPlaces(buffers, count);
    complaint = TakePlaces(plan, tensors, buffers);
    if (complaint == nullptr) {
      const size_t with_plan = PlanMemory(buffers, count);
      if (with_plan <= bytes) return with_plan;
    }
    ForgetPlaces(buffers, count);
    PlanMemory(buffers, count);
  }
  if (complaint != nullptr) MicroPrintf("the model's own memory plan is not used: %s", complaint);
  return bytes;
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
  const size_t bytes = options.preserve_all_tensors
                           ? PlanMemory(buffers, buffer_count)
                           : PlanBuffers(OfflinePlan(model, tensors.count), tensors, buffers, buffer_count);

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
