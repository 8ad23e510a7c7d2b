// Finding the context, and the end of layers that returned while their last program ran.
#include "kernels/mvp/context.h"

#include "mvp/driver.h"

namespace kernels::mvp {

Context* FindContext(tflite::MicroContext* micro) {
  void* external = FindExternalContext(micro);
  return static_cast<Context*>(external);
}

TfLiteStatus FinishRunningLayer(Context& context) {
  if (context.running.node == nullptr) return kTfLiteOk;
  const RunningLayer layer = context.running;
  context.running = {};
  TfLiteStatus status = kTfLiteOk;
  if (context.driver->Finish() != ::mvp::Status::kOk) status = layer.redo(layer.lite, layer.node);
  if (context.listener != nullptr) context.listener->OnCompletion();
  return status;
}

}  // namespace kernels::mvp
