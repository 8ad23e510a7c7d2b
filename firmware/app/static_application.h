// The application with a model that was prepared where the image was built.
#pragma once

#include <cstddef>
#include <cstdint>

#include "app/application.h"
#include "kernels/mvp/prepared_layer.h"
#include "static_interpreter.h"

namespace app {

// Weights that the accelerator reads from RAM.
struct WeightCopy {
  const uint8_t* original;
  uint32_t bytes;
  uint32_t offset;  // in StaticParts::weights_ram
};

// What host.generate writes of a model. Everything is constant.
struct StaticModel {
  const earshot::StaticGraph& graph;
  uint32_t arena_bytes;                          // that the graph's tensors and scratch buffers take
  const kernels::mvp::PreparedHeader* prepared;  // that its layers were made with; nullptr: there is none
  const WeightCopy* copies;                      // [copy_count]
  uint32_t copy_count;
  const char* const* notes;  // [note_count], of layers that an accelerator is there for, but does not run
  uint32_t note_count;
};

// What a StaticApplication is made of. Everything must outlive it.
struct StaticParts {
  const StaticModel& model;
  LayerRecord* records;  // [model.graph.operation_count]
  port::Clock& clock;
  mvp::Driver* driver;  // nullptr without an accelerator
  uint8_t* weights_ram = nullptr;
  size_t weights_ram_bytes = 0;
};

class StaticApplication final : public Application {
 public:
  explicit StaticApplication(const StaticParts& parts);

  // Copies weights to RAM, and tells the notes. Fails only when it is called twice.
  TfLiteStatus Init() override;

  size_t inputs_size() const override { return interpreter_.inputs_size(); }
  size_t outputs_size() const override { return interpreter_.outputs_size(); }
  TfLiteTensor* input(size_t index = 0) override { return interpreter_.input(index); }
  TfLiteTensor* output(size_t index = 0) override { return interpreter_.output(index); }
  size_t arena_used_bytes() const override { return parts_.model.arena_bytes; }
  size_t weights_ram_used_bytes() const override;
  size_t weights_copied() const override;

 private:
  TfLiteStatus RunOperators() override { return interpreter_.Invoke(); }

  StaticParts parts_;
  earshot::StaticInterpreter interpreter_;
};

}  // namespace app
