// The application: one model in an arena, run on its input and measured layer by layer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "app/layer_profiler.h"
#include "kernels/mvp/context.h"
#include "port/clock.h"
#include "tensorflow/lite/micro/micro_interpreter.h"

namespace app {

// What an Application is made of. Everything must outlive it.
struct ApplicationParts {
  const uint8_t* model;  // a .tflite file, 16-byte aligned; checked by Init, not trusted
  size_t model_bytes;
  const tflite::MicroOpResolver& resolver;
  uint8_t* arena;
  size_t arena_bytes;
  port::Clock& clock;
  mvp::Driver* driver;  // nullptr without an accelerator
};

class Application {
 public:
  explicit Application(const ApplicationParts& parts);
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  // Checks the model and prepares it. Fails, with one line or more through MicroPrintf, when the model is
  // damaged, needs an operator that the resolver lacks, has more than LayerProfiler::kMaxLayers operators, or
  // does not fit the arena. To be called once; nothing else works before.
  TfLiteStatus Init();

  // Runs the model on the present input, which it leaves as it is.
  TfLiteStatus Invoke();

  size_t inputs_size() const;
  size_t outputs_size() const;
  // nullptr past the end or without a successful Init.
  TfLiteTensor* input(size_t index = 0);
  TfLiteTensor* output(size_t index = 0);

  // Per layer, in execution order, of the last Invoke: layers()[0 … layer_count()-1].
  const LayerRecord* layers() const { return profiler_.layers(); }
  size_t layer_count() const { return profiler_.size(); }

  // The smallest arena that Init succeeds with; 0 without a successful Init.
  size_t arena_used_bytes() const;

 private:
  ApplicationParts parts_;
  kernels::mvp::Context kernel_context_;
  LayerProfiler profiler_;
  // The interpreter reads the model as soon as it exists, hence only after the check.
  std::optional<tflite::MicroInterpreter> interpreter_;
};

}  // namespace app
