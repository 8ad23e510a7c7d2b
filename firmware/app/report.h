// What the console prints about the image and about a run of its model.
#pragma once

#include <cstddef>
#include <cstdint>

#include "app/layer_profiler.h"
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
  size_t weights_ram_bytes = 0;  // copies of weights, of `weights_copied` layers
  size_t weights_copied = 0;
};

// Project, version and build; the last fault when there was one; and what to type first.
void PrintBanner(Text& text, const char* version, const port::Platform& platform);

// One line per fact, with the last fault at the end when there was one.
void PrintInfo(Text& text, const ImageFacts& image, const ModelFacts& model, const port::Platform& platform);

// One line per layer, then the totals. `layers` [count] are those that ran: fewer than the model's after a
// failure. Cycles of the core are printed as "-" where `clock_hz` is 0, for unknown is not 0.
void PrintProfile(Text& text, const ModelFacts& model, const LayerRecord* layers, size_t count,
                  uint32_t clock_hz);

}  // namespace app
