// The end of layers that returned while their last program ran.
#include "kernels/mvp/context.h"

#include "mvp/driver.h"

namespace kernels::mvp {

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
