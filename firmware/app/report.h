// What the console prints about the image and about a run of its model.
#pragma once

#include <cstddef>
#include <cstdint>

#include "app/layer_profiler.h"
#include "app/model_facts.h"
#include "app/text.h"
#include "mvp/driver.h"
#include "port/platform.h"

namespace app {

struct ImageFacts {
  const char* version;
  const char* kernel;       // "reference", "baseline" or "fast", or what runs in its place
  const char* accelerator;  // what runs the model besides the core, in words
  size_t arena_used_bytes;
  size_t arena_bytes;
  size_t weights_ram_bytes = 0;  // copies of weights, of `weights_copied` layers
  size_t weights_copied = 0;
  uint32_t accelerator_faults = 0;       // programs that faulted or timed out since the start
  mvp::FaultRecord accelerator_fault{};  // the last of them
};

// Project, version, board and build; model and clock; the crash dump when the run before this one ended in
// one; `remark`, a line of its own unless it is ""; and what to type first.
void PrintBanner(Text& text, const char* version, const ModelFacts& model, const port::Platform& platform,
                 const char* remark = "");

// One line per fact, with the accelerator's faults and the last crash at the end when there were any.
void PrintInfo(Text& text, const ImageFacts& image, const ModelFacts& model, const port::Platform& platform);

// One line per layer with its options, multiply-accumulates and shapes, then the use of the arena.
void PrintModel(Text& text, const ModelFacts& model, size_t arena_used_bytes, size_t arena_bytes);

// One line on what the accelerator had latched.
void PrintAcceleratorFault(Text& text, const mvp::FaultRecord& fault);

// One line per layer, then the totals, then a line for each layer that the core redid after a fault. `layers`
// [count] are those that ran: fewer than the model's after a failure. Cycles of the core are printed as "-"
// where `clock_hz` is 0, for unknown is not 0.
void PrintProfile(Text& text, const ModelFacts& model, const LayerRecord* layers, size_t count,
                  uint32_t clock_hz);

}  // namespace app
