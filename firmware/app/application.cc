// The application: one model, run on its input and measured layer by layer.
#include "app/application.h"

#include <cstring>

namespace app {

Application::Application(const port::Clock& clock, mvp::Driver* driver)
    : profiler_(clock, driver, &kernel_context_) {
  kernel_context_.driver = driver;
  kernel_context_.clock = &clock;
  kernel_context_.listener = &profiler_;
}

void Application::ClearInputs() {
  for (size_t i = 0; i < inputs_size(); ++i) std::memset(input(i)->data.raw, 0, input(i)->bytes);
}

TfLiteStatus Application::Invoke() {
  profiler_.Start();
  const TfLiteStatus status = RunOperators();
  const TfLiteStatus finished = kernels::mvp::FinishRunningLayer(kernel_context_);
  return status == kTfLiteOk ? finished : status;
}

}  // namespace app
