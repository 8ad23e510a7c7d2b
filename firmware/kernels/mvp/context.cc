// Finding the context, and the end of layers that returned while their last program ran.
#include "kernels/mvp/context.h"

#include "mvp/driver.h"
#include "port/clock.h"

namespace kernels::mvp {

Context* FindContext(tflite::MicroContext* micro) {
  void* external = FindExternalContext(micro);
  return static_cast<Context*>(external);
}

[[gnu::hot]] TfLiteStatus FinishRunningLayer(Context& context) {
  if (context.running.node == nullptr) return kTfLiteOk;
  const TfLiteStatus status = EndRunningLayer(context);
  TellCompletion(context);
  return status;
}

[[gnu::hot]] TfLiteStatus EndRunningLayer(Context& context) {
  const TfLiteNode* const node = context.running.node;
  context.running.node = nullptr;
  TfLiteStatus status = kTfLiteOk;
  if (context.driver->Finish() != ::mvp::Status::kOk) {
    status = context.running.redo(context.running.lite, node);
  }
  if (context.clock != nullptr) context.ended = context.clock->Cycles();
  return status;
}

}  // namespace kernels::mvp
