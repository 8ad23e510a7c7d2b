// The application: one model in an arena, run on its input and measured layer by layer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "app/layer_profiler.h"
#include "app/weight_placement.h"
#include "kernels/mvp/context.h"
#include "kernels/mvp/weight_copies.h"
#include "port/clock.h"
#include "tensorflow/lite/micro/micro_interpreter.h"

namespace app {

// What an Application is made of. Everything must outlive it.
struct ApplicationParts {
  const uint8_t* model;  // a .tflite file, 16-byte aligned; checked by Init, not trusted
  size_t model_bytes;
  const tflite::MicroOpResolver& resolver;
  uint8_t* arena;  // 16-byte aligned; the layers' records take its first bytes
  size_t arena_bytes;
  port::Clock& clock;
  mvp::Driver* driver;  // nullptr without an accelerator; the rest below then serves nothing

  // The block of prepared layers (kernels/mvp/prepared_layer.h), in memory that the accelerator reads. One
  // that does not belong to the model is reported, and the layers are prepared in the arena.
  const void* prepared = nullptr;
  size_t prepared_bytes = 0;

  // Which layers run on the accelerator, for the choice of weights to copy where there is no block of
  // prepared layers; a block that is known to be sound. nullptr: all that can.
  const kernels::mvp::PreparedHeader* placement = nullptr;

  // For copies of weights, 16-byte aligned, in RAM.
  uint8_t* weights_ram = nullptr;
  size_t weights_ram_bytes = 0;

  kernels::mvp::PartsRecorder* recorder = nullptr;
};

class Application {
 public:
  explicit Application(const ApplicationParts& parts);
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  // Checks the model and prepares it. Fails, with one line or more through MicroPrintf, when the model is
  // damaged, needs an operator that the resolver lacks, or does not fit the arena. To be called once; nothing
  // else works before. The input is zeros then.
  TfLiteStatus Init();

  // Makes all inputs zeros.
  void ClearInputs();

  // Runs the model on the present input, which it leaves as it is. Nothing runs any more when it returns.
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

  // Bytes of weights_ram that hold copies, of how many tensors, and what the smallest that may be copied
  // takes (0: there are none).
  size_t weights_ram_used_bytes() const { return placed_.bytes; }
  size_t smallest_weights_bytes() const { return placed_.smallest_bytes; }
  size_t weights_copied() const { return copies_.size(); }

 private:
  void PrepareAcceleration(const tflite::Model& model);
  void PlaceRecords(const tflite::Model& model);

  ApplicationParts parts_;
  size_t record_bytes_ = 0;  // of the arena
  kernels::mvp::WeightCopies copies_;
  PlacedWeights placed_{};
  kernels::mvp::Context kernel_context_;
  LayerProfiler profiler_;
  // The interpreter reads the model as soon as it exists, hence only after the check.
  std::optional<tflite::MicroInterpreter> interpreter_;
};

}  // namespace app
