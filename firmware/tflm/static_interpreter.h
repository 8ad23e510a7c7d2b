// Runs a static graph: MicroInterpreter without what that does before the first Invoke.
#pragma once

#include <cstddef>
#include <cstdint>

#include "static_graph.h"
#include "tensorflow/lite/c/common.h"
#include "tensorflow/lite/micro/micro_context.h"
#include "tensorflow/lite/micro/micro_profiler_interface.h"

namespace earshot {

// What kernels reach it through. There is nothing left to prepare: all that is for prepare fails.
class StaticContext final : public tflite::MicroContext {
 public:
  explicit StaticContext(const StaticGraph& graph);
  StaticContext(const StaticContext&) = delete;
  StaticContext& operator=(const StaticContext&) = delete;

  void* AllocatePersistentBuffer(size_t) override { return nullptr; }
  TfLiteStatus RequestScratchBufferInArena(size_t, int*) override { return kTfLiteError; }
  void* GetScratchBuffer(int buffer_index) override;
  TfLiteTensor* AllocateTempTfLiteTensor(int) override { return nullptr; }
  void DeallocateTempTfLiteTensor(TfLiteTensor*) override {}
  uint8_t* AllocateTempBuffer(size_t, size_t) override { return nullptr; }
  void DeallocateTempBuffer(uint8_t*) override {}
  TfLiteEvalTensor* GetEvalTensor(int tensor_index) override;
  TfLiteStatus set_external_context(void* payload) override;
  void* external_context() override { return external_context_; }

  TfLiteContext* c_context() { return &c_context_; }

 private:
  const StaticGraph& graph_;
  TfLiteContext c_context_ = {};
  void* external_context_ = nullptr;
};

// The members that MicroInterpreter has as well do the same.
class StaticInterpreter {
 public:
  explicit StaticInterpreter(const StaticGraph& graph, tflite::MicroProfilerInterface* profiler = nullptr)
      : graph_(graph), profiler_(profiler), context_(graph) {}

  TfLiteStatus SetMicroExternalContext(void* payload) { return context_.set_external_context(payload); }
  TfLiteStatus Invoke();

  size_t inputs_size() const { return graph_.input_count; }
  size_t outputs_size() const { return graph_.output_count; }
  // nullptr past the end. Only what `data` leads to may be written: the rest lies in flash.
  TfLiteTensor* input(size_t index) { return At(graph_.inputs, graph_.input_count, index); }
  TfLiteTensor* output(size_t index) { return At(graph_.outputs, graph_.output_count, index); }

 private:
  static TfLiteTensor* At(const TfLiteTensor* tensors, size_t count, size_t index) {
    return index < count ? const_cast<TfLiteTensor*>(&tensors[index]) : nullptr;
  }

  const StaticGraph& graph_;
  tflite::MicroProfilerInterface* profiler_;
  StaticContext context_;
};

}  // namespace earshot
