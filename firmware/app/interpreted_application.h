// The application with a model from a file: checked, prepared and laid out when it starts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "app/application.h"
#include "app/weight_placement.h"
#include "graph_observer.h"
#include "kernels/mvp/weight_copies.h"
#include "tensorflow/lite/micro/micro_interpreter.h"

namespace app {

// What an InterpretedApplication is made of. Everything must outlive it.
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
  earshot::GraphObserver* observer = nullptr;
};

class InterpretedApplication final : public Application {
 public:
  explicit InterpretedApplication(const ApplicationParts& parts);

  // Fails when the model is damaged, needs an operator that the resolver lacks, or does not fit the arena.
  TfLiteStatus Init() override;

  size_t inputs_size() const override;
  size_t outputs_size() const override;
  TfLiteTensor* input(size_t index = 0) override;
  TfLiteTensor* output(size_t index = 0) override;
  size_t arena_used_bytes() const override;
  size_t weights_ram_used_bytes() const override { return placed_.bytes; }
  size_t weights_copied() const override { return copies_.size(); }

  // What the smallest weights take that may be copied; 0: there are none.
  size_t smallest_weights_bytes() const { return placed_.smallest_bytes; }

  // After a successful Init.
  const kernels::mvp::WeightCopies& copies() const { return copies_; }

 private:
  TfLiteStatus RunOperators() override;
  void PrepareAcceleration(const tflite::Model& model);
  void PlaceRecords(const tflite::Model& model);

  ApplicationParts parts_;
  size_t record_bytes_ = 0;  // of the arena
  kernels::mvp::WeightCopies copies_;
  PlacedWeights placed_{};
  // The interpreter reads the model as soon as it exists, hence only after the check.
  std::optional<tflite::MicroInterpreter> interpreter_;
};

}  // namespace app
