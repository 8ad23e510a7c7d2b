// The application: one model in an arena, run on its input and measured layer by layer.
#include "app/application.h"

#include <new>

#include "model_verifier.h"
#include "tensorflow/lite/micro/micro_log.h"

namespace app {

Application::Application(const ApplicationParts& parts)
    : parts_(parts), kernel_context_{parts.driver, &parts.clock}, profiler_(parts.clock, parts.driver) {}

Application::~Application() {
  if (constructed_) interpreter()->~MicroInterpreter();
}

TfLiteStatus Application::Init() {
  if (constructed_) return kTfLiteError;
  const earshot::VerifierResult verified = earshot::VerifyModel(parts_.model, parts_.model_bytes);
  if (!verified.ok) {
    MicroPrintf("%s", verified.reason);
    return kTfLiteError;
  }
  const tflite::Model* model = tflite::GetModel(parts_.model);
  const uint32_t operators = model->subgraphs()->Get(0)->operators()->size();
  if (operators > LayerProfiler::kMaxLayers) {
    MicroPrintf("the model has %u operators, at most %u can be measured", static_cast<unsigned>(operators),
                static_cast<unsigned>(LayerProfiler::kMaxLayers));
    return kTfLiteError;
  }
  new (interpreter_storage_)
      tflite::MicroInterpreter(model, parts_.resolver, parts_.arena, parts_.arena_bytes, nullptr, &profiler_);
  constructed_ = true;
  if (parts_.driver != nullptr) {
    TF_LITE_ENSURE_STATUS(interpreter()->SetMicroExternalContext(&kernel_context_));
  }
  return interpreter()->AllocateTensors();
}

TfLiteStatus Application::Invoke() {
  if (!constructed_) return kTfLiteError;
  profiler_.Start();
  return interpreter()->Invoke();
}

size_t Application::inputs_size() const { return constructed_ ? interpreter()->inputs_size() : 0; }

size_t Application::outputs_size() const { return constructed_ ? interpreter()->outputs_size() : 0; }

TfLiteTensor* Application::input(size_t index) {
  return constructed_ ? interpreter()->input(index) : nullptr;
}

TfLiteTensor* Application::output(size_t index) {
  return constructed_ ? interpreter()->output(index) : nullptr;
}

size_t Application::arena_used_bytes() const {
  return constructed_ && interpreter()->initialization_status() == kTfLiteOk
             ? interpreter()->arena_used_bytes()
             : 0;
}

tflite::MicroInterpreter* Application::interpreter() {
  return std::launder(reinterpret_cast<tflite::MicroInterpreter*>(interpreter_storage_));
}

const tflite::MicroInterpreter* Application::interpreter() const {
  return std::launder(reinterpret_cast<const tflite::MicroInterpreter*>(interpreter_storage_));
}

}  // namespace app
