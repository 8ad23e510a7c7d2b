// A model of a test in an interpreter, with all reference kernels unless the test brings others.
#pragma once

#include <memory>
#include <vector>

#include "model_spec.h"
#include "model_verifier.h"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"

namespace model_building {

using Resolver = tflite::MicroMutableOpResolver<21>;

// Adds every operator there is.
void AddAllOperators(Resolver& resolver);

class LoadedModel {
 public:
  // Verifies and prepares the model; ok() tells whether both succeeded, and where not the reason is in
  // reason() or in TakeLog().
  explicit LoadedModel(const std::vector<uint8_t>& model, size_t arena_bytes = 65536,
                       bool preserve_all = false, tflite::MicroProfilerInterface* profiler = nullptr,
                       void (*add_operators)(Resolver&) = AddAllOperators, bool keep_inputs = true);
  explicit LoadedModel(const ModelSpec& spec) : LoadedModel(BuildModel(spec)) {}

  bool ok() const { return ok_; }
  const char* reason() const { return verified_.reason; }
  tflite::MicroInterpreter& interpreter() { return *interpreter_; }

  // Puts `values` in input `index`, which must be as large.
  template <typename T>
  void SetInput(const std::vector<T>& values, size_t index = 0) {
    std::memcpy(interpreter_->input(index)->data.data, values.data(), values.size() * sizeof(T));
  }

  // Runs the model and returns output 0; empty when it failed.
  template <typename T>
  std::vector<T> Run() {
    if (interpreter_->Invoke() != kTfLiteOk) return {};
    const TfLiteTensor& output = *interpreter_->output(0);
    const T* values = static_cast<const T*>(output.data.data);
    return std::vector<T>(values, values + output.bytes / sizeof(T));
  }

 private:
  PlacedModel model_;
  PlacedModel arena_;
  Resolver resolver_;
  earshot::VerifierResult verified_;
  std::unique_ptr<tflite::MicroInterpreter> interpreter_;
  bool ok_ = false;
};

}  // namespace model_building
