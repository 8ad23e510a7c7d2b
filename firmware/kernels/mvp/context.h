// What kernels that use the accelerator find behind MicroContext::external_context().
#pragma once

#include <cstdint>
#include <type_traits>

#include "kernels/external_context.h"
#include "kernels/mvp/prepared_layer.h"
#include "kernels/mvp/weight_copies.h"
#include "tensorflow/lite/c/common.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace mvp {
class Driver;
}
namespace port {
class Clock;
}
namespace tflite {
struct Model;
}

namespace kernels::mvp {

// Takes note of what a layer's Prepare builds; the host build makes the section .mvp_images with it.
class PartsRecorder {
 public:
  // `layer` counts the layers with a kernel of this folder in execution order; `contents` is `count` words of
  // an image or values of a table.
  virtual void Add(uint32_t layer, PartRole role, const void* contents, uint32_t count) = 0;

 protected:
  ~PartsRecorder() = default;
};

// Is told of each layer that had left its last program running.
class CompletionListener {
 public:
  // Such a layer was complete when the context's clock showed `cycles` (0 without one). Since then at most
  // one program has been started, and none has ended.
  virtual void OnCompletion(uint32_t cycles) = 0;

 protected:
  ~CompletionListener() = default;
};

// A layer that returned while its last program runs.
struct RunningLayer {
  TfLiteContext* lite = nullptr;
  const TfLiteNode* node = nullptr;  // null: no layer is running, and the others mean nothing
  TfLiteStatus (*redo)(TfLiteContext* lite, const TfLiteNode* node) = nullptr;  // on the core, after a fault
};

// Set with SetMicroExternalContext, before a MicroInterpreter's AllocateTensors, for one interpreter only.
// Kernels run on the CPU when no context or an application's own is set, when `driver` is null, or when the
// driver is not ready. Whatever else is null is done without.
struct Context {
  ExternalContext external{};  // read by the reference kernels, too; first, as its tag says whose this is
  ::mvp::Driver* driver = nullptr;
  const port::Clock* clock = nullptr;
  const PreparedHeader* prepared = nullptr;  // checked by CheckPrepared
  const tflite::Model* model = nullptr;      // that `prepared` belongs to
  const WeightCopies* copies = nullptr;      // for Prepare; all of them lie in `weights_ram`
  const uint8_t* weights_ram = nullptr;
  PartsRecorder* recorder = nullptr;
  CompletionListener* listener = nullptr;

  // The kernels' own.
  uint32_t layers_prepared = 0;
  RunningLayer running{};
  uint32_t ended = 0;  // the clock when the last running layer was complete
};

static_assert(std::is_standard_layout_v<Context>, "its first member must be at its address");

// nullptr where the external context is none or an application's own.
Context* FindContext(tflite::MicroContext* micro);

// Waits for the layer that is still running, if any, and redoes it on the core when its program failed. To be
// called before anything but the next layer of the chain touches the model's tensors.
TfLiteStatus FinishRunningLayer(Context& context);

// The two halves of that for who starts a program in between; only while a layer is running.
TfLiteStatus EndRunningLayer(Context& context);
inline void TellCompletion(Context& context) {
  if (context.listener != nullptr) context.listener->OnCompletion(context.ended);
}

}  // namespace kernels::mvp
