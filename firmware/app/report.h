// What the console prints about the image and about a run of its model.
#pragma once

#include <cstddef>
#include <cstdint>

#include "app/model_facts.h"
#include "app/text.h"
#include "port/platform.h"

namespace app {

struct ImageFacts {
  const char* version;
  const char* kernel;       // "reference", "baseline" or "fast"
  const char* accelerator;  // what runs the model besides the core, in words
  size_t arena_used_bytes;
  size_t arena_bytes;
};

// One layer of a run. Cycles are 0 where the clock's frequency is 0, and then printed as "-".
struct LayerRun {
  uint64_t accelerator_cycles;  // by the accelerator's own counter
  uint64_t cpu_cycles;          // core busy
  uint64_t wait_cycles;         // core asleep until the accelerator was done
};

// Two lines: project, version, build; and what to type first.
void PrintBanner(Text& text, const char* version, const port::Platform& platform);

// One line per fact, with the last fault at the end when there was one.
void PrintInfo(Text& text, const ImageFacts& image, const ModelFacts& model, const port::Platform& platform);

// One line per layer, then the totals. `layers` has model.layer_count entries, or fewer after a failed run.
void PrintProfile(Text& text, const ModelFacts& model, const LayerRun* layers, size_t count,
                  uint32_t clock_hz);

}  // namespace app
