// Measures each operator of a model as it runs.
#include "app/layer_profiler.h"

#include "mvp/driver.h"

namespace app {

uint32_t LayerProfiler::BeginEvent(const char* tag) {
  const auto event = static_cast<uint32_t>(count_);
  if (count_ == layers_.size()) return event;
  layers_[count_++] = {tag, 0, 0, 0, 0};
  begin_ = ReadCounters();
  return event;
}

void LayerProfiler::EndEvent(uint32_t event_handle) {
  const Counters end = ReadCounters();
  if (event_handle >= count_) return;
  LayerRecord& layer = layers_[event_handle];
  layer.accelerator_cycles = end.accelerator_cycles - begin_.accelerator_cycles;
  layer.wait_cycles = static_cast<uint32_t>(end.wait_cycles - begin_.wait_cycles);
  layer.launches = end.launches - begin_.launches;
  const uint32_t elapsed = end.cycles - begin_.cycles;
  layer.cpu_cycles = elapsed > layer.wait_cycles ? elapsed - layer.wait_cycles : 0;
}

LayerProfiler::Counters LayerProfiler::ReadCounters() const {
  Counters counters = {clock_.Cycles(), 0, 0, 0};
  if (driver_ != nullptr) {
    counters.accelerator_cycles = driver_->accelerator_cycles();
    counters.wait_cycles = driver_->wait_cycles();
    counters.launches = driver_->launches();
  }
  return counters;
}

}  // namespace app
