// The application: one model in an arena, run on its input and measured layer by layer.
#include "app/application.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "kernels/mvp/prepared_model.h"
#include "model_verifier.h"
#include "tensorflow/lite/micro/micro_log.h"
#include "weight_layout.h"

namespace app {
namespace {

constexpr size_t kArenaAlignment = 16;
static_assert(alignof(LayerRecord) <= kArenaAlignment);

}  // namespace

Application::Application(const ApplicationParts& parts)
    : parts_(parts), profiler_(parts.clock, parts.driver, &kernel_context_) {
  kernel_context_.driver = parts.driver;
  kernel_context_.clock = &parts.clock;
  kernel_context_.copies = &copies_;
  kernel_context_.recorder = parts.recorder;
  kernel_context_.listener = &profiler_;
}

TfLiteStatus Application::Init() {
  if (interpreter_.has_value()) return kTfLiteError;
  const earshot::VerifierResult verified = earshot::VerifyModel(parts_.model, parts_.model_bytes);
  if (!verified.ok) {
    MicroPrintf("%s", verified.reason);
    return kTfLiteError;
  }
  const tflite::Model* model = tflite::GetModel(parts_.model);
  PlaceRecords(*model);
  interpreter_.emplace(model, parts_.resolver, parts_.arena + record_bytes_,
                       parts_.arena_bytes - record_bytes_, nullptr, &profiler_);
  kernel_context_.model = model;
  kernel_context_.external.weight_orders = earshot::ReadWeightLayout(*model);
  if (parts_.driver != nullptr) PrepareAcceleration(*model);
  TF_LITE_ENSURE_STATUS(interpreter_->SetMicroExternalContext(&kernel_context_));
  TF_LITE_ENSURE_STATUS(interpreter_->AllocateTensors());
  kernels::mvp::LocateOperands(kernel_context_);
  ClearInputs();
  return kTfLiteOk;
}

// Without space for them nothing is recorded, and the interpreter finds the arena too small.
void Application::PlaceRecords(const tflite::Model& model) {
  const size_t count = model.subgraphs()->Get(0)->operators()->size();
  const size_t bytes =
      (count * sizeof(LayerRecord) + kArenaAlignment - 1) / kArenaAlignment * kArenaAlignment;
  record_bytes_ = std::min(bytes, parts_.arena_bytes);
  if (record_bytes_ < bytes) return;
  void* memory = parts_.arena;
  auto* records = static_cast<LayerRecord*>(memory);
  for (size_t i = 0; i < count; ++i) new (&records[i]) LayerRecord{};
  profiler_.UseRecords(records, count);
}

void Application::PrepareAcceleration(const tflite::Model& model) {
  if (parts_.prepared != nullptr) {
    const char* reason = "";
    kernel_context_.prepared = kernels::mvp::CheckPrepared(parts_.prepared, parts_.prepared_bytes,
                                                           parts_.model, parts_.model_bytes, &reason);
    if (kernel_context_.prepared == nullptr) MicroPrintf("%s: prepared again in RAM", reason);
  }
  const kernels::mvp::PreparedHeader* placement =
      kernel_context_.prepared != nullptr ? kernel_context_.prepared : parts_.placement;
  placed_ = PlaceWeights(model, placement, parts_.weights_ram, parts_.weights_ram_bytes, copies_);
}

void Application::ClearInputs() {
  for (size_t i = 0; i < inputs_size(); ++i) std::memset(input(i)->data.raw, 0, input(i)->bytes);
}

TfLiteStatus Application::Invoke() {
  if (!interpreter_.has_value()) return kTfLiteError;
  profiler_.Start();
  const TfLiteStatus status = interpreter_->Invoke();
  const TfLiteStatus finished = kernels::mvp::FinishRunningLayer(kernel_context_);
  return status == kTfLiteOk ? finished : status;
}

size_t Application::inputs_size() const { return interpreter_.has_value() ? interpreter_->inputs_size() : 0; }

size_t Application::outputs_size() const {
  return interpreter_.has_value() ? interpreter_->outputs_size() : 0;
}

TfLiteTensor* Application::input(size_t index) {
  return interpreter_.has_value() ? interpreter_->input(index) : nullptr;
}

TfLiteTensor* Application::output(size_t index) {
  return interpreter_.has_value() ? interpreter_->output(index) : nullptr;
}

size_t Application::arena_used_bytes() const {
  return interpreter_.has_value() && interpreter_->initialization_status() == kTfLiteOk
             ? record_bytes_ + interpreter_->arena_used_bytes()
             : 0;
}

}  // namespace app
