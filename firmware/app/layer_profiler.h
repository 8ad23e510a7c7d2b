// Measures each operator of a model as it runs: cycles of the core and of the accelerator.
//
// A layer lasts from the completion of the one before it (the first: from Start) to its own, so that the
// layers sum to the whole run. A layer that leaves its last program running is complete when that has been
// waited for: what the core prepares meanwhile for the next layer counts here.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/mvp/context.h"
#include "port/clock.h"
#include "tensorflow/lite/micro/micro_profiler_interface.h"

namespace mvp {
class Driver;
}

namespace app {

// One operator in the last run. Cycles of the core are 0 where the clock's frequency is 0.
struct LayerRecord {
  const char* opcode;           // upper case, as FULLY_CONNECTED
  uint32_t accelerator_cycles;  // by the accelerator's own counter
  uint32_t cpu_cycles;          // core cycles in which it worked: elapsed less waiting
  uint32_t wait_cycles;         // core cycles in which it only waited for the accelerator
  uint16_t launches;            // programs started on the accelerator; 0: the core did the work
  uint16_t faults;              // of these, programs that faulted or timed out: the core redid the layer
};

class LayerProfiler final : public tflite::MicroProfilerInterface, public kernels::mvp::CompletionListener {
 public:
  // `driver` may be null: then nothing is counted but core cycles. `context`, where not null, tells which
  // layers are left running. An operator must take less than 2^32 cycles and 2^16 launches.
  LayerProfiler(const port::Clock& clock, const mvp::Driver* driver,
                const kernels::mvp::Context* context = nullptr);

  // Where records go, of as many layers as there is space for; none before this is called.
  void UseRecords(LayerRecord* records, size_t capacity);

  // Forgets the records of the last run; the first layer begins here.
  void Start();

  uint32_t BeginEvent(const char* tag) override;
  void EndEvent(uint32_t event_handle) override;
  void OnCompletion(uint32_t cycles) override;

  // In execution order; [size()]. What is not complete yet has figures of a run before.
  const LayerRecord* layers() const { return layers_; }
  size_t size() const { return count_; }

 private:
  // All modulo 2^32: what one operator adds is less.
  struct Counters {
    uint32_t cycles = 0;
    uint32_t accelerator_cycles = 0;
    uint32_t wait_cycles = 0;
    uint32_t launches = 0;
    uint32_t faults = 0;
  };

  static constexpr size_t kNone = SIZE_MAX;

  Counters ReadCounters() const;
  void Complete(size_t index, uint32_t cycles);

  const port::Clock& clock_;
  const mvp::Driver* driver_;
  const kernels::mvp::Context* context_;
  Counters completed_;      // when the last layer was complete
  size_t running_ = kNone;  // the layer that has returned but is not complete
  LayerRecord* layers_ = nullptr;
  size_t capacity_ = 0;
  size_t count_ = 0;
};

}  // namespace app
