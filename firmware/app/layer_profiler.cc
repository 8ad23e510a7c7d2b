// Measures each operator of a model as it runs.
#include "app/layer_profiler.h"

#include "mvp/driver.h"

namespace app {
namespace {

// Sets `last` to `now` and returns how far that is.
uint32_t Advance(uint32_t& last, uint32_t now) {
  const uint32_t difference = now - last;
  last = now;
  return difference;
}

}  // namespace

LayerProfiler::LayerProfiler(const port::Clock& clock, const mvp::Driver* driver,
                             const kernels::mvp::Context* context)
    : clock_(clock), driver_(driver), context_(context), completed_(ReadCounters()) {}

// `cycles`: the clock when the layer was complete. Counter by counter, as a copy of all takes 17 cycles more.
[[gnu::always_inline]] inline void LayerProfiler::Complete(size_t index, uint32_t cycles) {
  const uint32_t elapsed = Advance(completed_.cycles, cycles);
  LayerRecord& layer = layers_[index];
  const mvp::Driver* const driver = driver_;
  if (driver == nullptr) {
    layer.cpu_cycles = elapsed;
    return;
  }
  const uint32_t waited = Advance(completed_.wait_cycles, static_cast<uint32_t>(driver->wait_cycles()));
  layer.accelerator_cycles =
      Advance(completed_.accelerator_cycles, static_cast<uint32_t>(driver->accelerator_cycles()));
  layer.wait_cycles = waited;
  layer.cpu_cycles = elapsed > waited ? elapsed - waited : 0;
  layer.launches = static_cast<uint16_t>(Advance(completed_.launches, driver->launches()));
  layer.faults = static_cast<uint16_t>(Advance(completed_.faults, driver->faults()));
}

void LayerProfiler::UseRecords(LayerRecord* records, size_t capacity) {
  for (size_t i = 0; i < capacity; ++i) records[i] = {};
  layers_ = records;
  capacity_ = capacity;
  count_ = 0;
}

void LayerProfiler::Start() {
  count_ = 0;
  running_ = kNone;
  completed_ = ReadCounters();
}

[[gnu::hot]] uint32_t LayerProfiler::BeginEvent(const char* tag) {
  const auto event = static_cast<uint32_t>(count_);
  if (count_ < capacity_) layers_[count_++].opcode = tag;
  return event;
}

[[gnu::hot]] void LayerProfiler::EndEvent(uint32_t event_handle) {
  if (event_handle >= count_) return;
  if (context_ != nullptr && context_->running.node != nullptr) {
    running_ = event_handle;
  } else {
    Complete(event_handle, clock_.Cycles());
  }
}

[[gnu::hot]] void LayerProfiler::OnCompletion(uint32_t cycles) {
  if (running_ != kNone) Complete(running_, cycles);
  running_ = kNone;
}

LayerProfiler::Counters LayerProfiler::ReadCounters() const {
  const uint32_t cycles = clock_.Cycles();
  if (driver_ == nullptr) return {cycles, 0, 0, 0, 0};
  return {cycles, static_cast<uint32_t>(driver_->accelerator_cycles()),
          static_cast<uint32_t>(driver_->wait_cycles()), driver_->launches(), driver_->faults()};
}

}  // namespace app
