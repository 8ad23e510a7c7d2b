// The application with a model from a file: checked, prepared and laid out when it starts.
#include "app/interpreted_application.h"

#include <algorithm>
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

InterpretedApplication::InterpretedApplication(const ApplicationParts& parts)
    : Application(parts.clock, parts.driver), parts_(parts) {
  kernel_context().copies = &copies_;
  kernel_context().weights_ram = parts.weights_ram;
  kernel_context().recorder = parts.recorder;
}

TfLiteStatus InterpretedApplication::Init() {
  if (interpreter_.has_value()) return kTfLiteError;
  const earshot::VerifierResult verified = earshot::VerifyModel(parts_.model, parts_.model_bytes);
  if (!verified.ok) {
    MicroPrintf("%s", verified.reason);
    return kTfLiteError;
  }
  const tflite::Model* model = tflite::GetModel(parts_.model);
  PlaceRecords(*model);
  interpreter_.emplace(model, parts_.resolver, parts_.arena + record_bytes_,
                       parts_.arena_bytes - record_bytes_, nullptr, &profiler());
  kernel_context().model = model;
  kernel_context().external.weight_orders = earshot::ReadWeightLayout(*model);
  if (parts_.driver != nullptr) PrepareAcceleration(*model);
  TF_LITE_ENSURE_STATUS(interpreter_->SetMicroExternalContext(&kernel_context()));
  earshot::Observe(*interpreter_, parts_.observer, 0);
  TF_LITE_ENSURE_STATUS(interpreter_->AllocateTensors());
  ClearInputs();
  return kTfLiteOk;
}

// Without space for them nothing is recorded, and the interpreter finds the arena too small.
void InterpretedApplication::PlaceRecords(const tflite::Model& model) {
  const size_t count = model.subgraphs()->Get(0)->operators()->size();
  const size_t bytes =
      (count * sizeof(LayerRecord) + kArenaAlignment - 1) / kArenaAlignment * kArenaAlignment;
  record_bytes_ = std::min(bytes, parts_.arena_bytes);
  if (record_bytes_ < bytes) return;
  void* memory = parts_.arena;
  auto* records = static_cast<LayerRecord*>(memory);
  for (size_t i = 0; i < count; ++i) new (&records[i]) LayerRecord{};
  profiler().UseRecords(records, count);
}

void InterpretedApplication::PrepareAcceleration(const tflite::Model& model) {
  if (parts_.prepared != nullptr) {
    const char* reason = "";
    kernel_context().prepared = kernels::mvp::CheckPrepared(parts_.prepared, parts_.prepared_bytes,
                                                            parts_.model, parts_.model_bytes, &reason);
    if (kernel_context().prepared == nullptr) MicroPrintf("%s: prepared again in RAM", reason);
  }
  const kernels::mvp::PreparedHeader* placement =
      kernel_context().prepared != nullptr ? kernel_context().prepared : parts_.placement;
  placed_ = PlaceWeights(model, placement, parts_.weights_ram, parts_.weights_ram_bytes, copies_);
}

TfLiteStatus InterpretedApplication::RunOperators() {
  return interpreter_.has_value() ? interpreter_->Invoke() : kTfLiteError;
}

size_t InterpretedApplication::inputs_size() const {
  return interpreter_.has_value() ? interpreter_->inputs_size() : 0;
}

size_t InterpretedApplication::outputs_size() const {
  return interpreter_.has_value() ? interpreter_->outputs_size() : 0;
}

TfLiteTensor* InterpretedApplication::input(size_t index) {
  return interpreter_.has_value() ? interpreter_->input(index) : nullptr;
}

TfLiteTensor* InterpretedApplication::output(size_t index) {
  return interpreter_.has_value() ? interpreter_->output(index) : nullptr;
}

size_t InterpretedApplication::arena_used_bytes() const {
  return interpreter_.has_value() && interpreter_->initialization_status() == kTfLiteOk
             ? record_bytes_ + interpreter_->arena_used_bytes()
             : 0;
}

}  // namespace app
