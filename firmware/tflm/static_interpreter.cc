// Runs a static graph.
#include "static_interpreter.h"

#include "tensorflow/lite/micro/micro_log.h"

namespace earshot {
namespace {

StaticContext* ContextOf(const TfLiteContext* context) {
  return static_cast<StaticContext*>(static_cast<tflite::MicroContext*>(context->impl_));
}

void ReportError(TfLiteContext*, const char* format, ...) {
  va_list args;
  va_start(args, format);
  VMicroPrintf(format, args);
  va_end(args);
}

TfLiteTensor* GetTensor(const TfLiteContext*, int) { return nullptr; }

[[gnu::hot]] TfLiteEvalTensor* GetEvalTensor(const TfLiteContext* context, int tensor_idx) {
  return ContextOf(context)->StaticContext::GetEvalTensor(tensor_idx);
}

void* AllocatePersistentBuffer(TfLiteContext*, size_t) { return nullptr; }

TfLiteStatus RequestScratchBufferInArena(TfLiteContext*, size_t, int*) { return kTfLiteError; }

void* GetScratchBuffer(TfLiteContext* context, int buffer_idx) {
  return ContextOf(context)->StaticContext::GetScratchBuffer(buffer_idx);
}

}  // namespace

StaticContext::StaticContext(const StaticGraph& graph) : graph_(graph) {
  c_context_.impl_ = static_cast<tflite::MicroContext*>(this);
  c_context_.ReportError = ReportError;
  c_context_.GetTensor = earshot::GetTensor;
  c_context_.GetEvalTensor = earshot::GetEvalTensor;
  c_context_.AllocatePersistentBuffer = earshot::AllocatePersistentBuffer;
  c_context_.RequestScratchBufferInArena = earshot::RequestScratchBufferInArena;
  c_context_.GetScratchBuffer = earshot::GetScratchBuffer;
}

[[gnu::hot]] void* StaticContext::GetScratchBuffer(int buffer_index) {
  const auto index = static_cast<uint32_t>(buffer_index);
  return index < graph_.scratch_count ? graph_.scratch[index] : nullptr;
}

[[gnu::hot]] TfLiteEvalTensor* StaticContext::GetEvalTensor(int tensor_index) {
  const auto index = static_cast<uint32_t>(tensor_index);
  return index < graph_.tensor_count ? const_cast<TfLiteEvalTensor*>(&graph_.tensors[index]) : nullptr;
}

TfLiteStatus StaticContext::set_external_context(void* payload) {
  if (payload == nullptr || external_context_ != nullptr) return kTfLiteError;
  external_context_ = payload;
  return kTfLiteOk;
}

[[gnu::hot]] TfLiteStatus StaticInterpreter::Invoke() {
  TfLiteContext* const context = context_.c_context();
  tflite::MicroProfilerInterface* const profiler = profiler_;
  const StaticOperation* const end = graph_.operations + graph_.operation_count;
  for (const StaticOperation* operation = graph_.operations; operation != end; ++operation) {
    const uint32_t event = profiler == nullptr ? 0 : profiler->BeginEvent(operation->name);
    const TfLiteStatus status = operation->invoke(context, const_cast<TfLiteNode*>(&operation->node));
    if (profiler != nullptr) profiler->EndEvent(event);
    if (status != kTfLiteOk) {
      MicroPrintf("operator %s (#%u) failed", operation->name,
                  static_cast<unsigned>(operation - graph_.operations));
      return status;
    }
  }
  return kTfLiteOk;
}

}  // namespace earshot
