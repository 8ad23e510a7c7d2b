// The application: one model, run on its input and measured layer by layer.
#pragma once

#include <cstddef>
#include <cstdint>

#include "app/layer_profiler.h"
#include "kernels/mvp/context.h"
#include "port/clock.h"
#include "tensorflow/lite/c/common.h"

namespace app {

// How a model is prepared is the derived classes' affair: InterpretedApplication, StaticApplication.
class Application {
 public:
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  // Prepares the model. Fails, with one line or more through MicroPrintf, where it cannot. To be called once;
  // nothing else works before. The input is zeros then.
  virtual TfLiteStatus Init() = 0;

  // Makes all inputs zeros.
  void ClearInputs();

  // Runs the model on the present input, which it leaves as it is. Nothing runs any more when it returns.
  TfLiteStatus Invoke();

  virtual size_t inputs_size() const = 0;
  virtual size_t outputs_size() const = 0;
  // nullptr past the end, or where Init has failed.
  virtual TfLiteTensor* input(size_t index = 0) = 0;
  virtual TfLiteTensor* output(size_t index = 0) = 0;

  // Per layer, in execution order, of the last Invoke: layers()[0 … layer_count()-1].
  const LayerRecord* layers() const { return profiler_.layers(); }
  size_t layer_count() const { return profiler_.size(); }

  // The smallest arena that Init succeeds with; 0 where it has failed.
  virtual size_t arena_used_bytes() const = 0;

  // Bytes of RAM that hold copies of weights, and of how many tensors.
  virtual size_t weights_ram_used_bytes() const = 0;
  virtual size_t weights_copied() const = 0;

 protected:
  // `driver`: nullptr without an accelerator.
  Application(const port::Clock& clock, mvp::Driver* driver);
  ~Application() = default;

  // Runs all operators; the last may still run when it returns.
  virtual TfLiteStatus RunOperators() = 0;

  kernels::mvp::Context& kernel_context() { return kernel_context_; }
  LayerProfiler& profiler() { return profiler_; }

 private:
  kernels::mvp::Context kernel_context_;
  LayerProfiler profiler_;
};

}  // namespace app
