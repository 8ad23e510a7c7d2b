// A model of a test in an interpreter, with all reference kernels unless the test brings others.
#include "loaded_model.h"

namespace model_building {

void AddAllOperators(Resolver& resolver) {
  const bool added = resolver.AddAdd() == kTfLiteOk && resolver.AddAveragePool2D() == kTfLiteOk &&
                     resolver.AddConcatenation() == kTfLiteOk && resolver.AddConv2D() == kTfLiteOk &&
                     resolver.AddDepthwiseConv2D() == kTfLiteOk && resolver.AddDequantize() == kTfLiteOk &&
                     resolver.AddFullyConnected() == kTfLiteOk && resolver.AddLogistic() == kTfLiteOk &&
                     resolver.AddMaxPool2D() == kTfLiteOk && resolver.AddMean() == kTfLiteOk &&
                     resolver.AddMul() == kTfLiteOk && resolver.AddPack() == kTfLiteOk &&
                     resolver.AddPad() == kTfLiteOk && resolver.AddQuantize() == kTfLiteOk &&
                     resolver.AddRelu() == kTfLiteOk && resolver.AddRelu6() == kTfLiteOk &&
                     resolver.AddReshape() == kTfLiteOk && resolver.AddShape() == kTfLiteOk &&
                     resolver.AddSoftmax() == kTfLiteOk && resolver.AddStridedSlice() == kTfLiteOk &&
                     resolver.AddSub() == kTfLiteOk;
  if (!added) std::abort();
}

LoadedModel::LoadedModel(const std::vector<uint8_t>& model, size_t arena_bytes, bool preserve_all,
                         tflite::MicroProfilerInterface* profiler, void (*add_operators)(Resolver&),
                         bool keep_inputs)
    : model_(model),
      arena_(std::vector<uint8_t>(arena_bytes, 0xA5)),
      verified_(earshot::VerifyModel(model_.data(), model_.size())) {
  if (!verified_.ok) return;
  add_operators(resolver_);
  interpreter_ = std::make_unique<tflite::MicroInterpreter>(
      tflite::GetModel(model_.data()), resolver_, const_cast<uint8_t*>(arena_.data()), arena_.size(), nullptr,
      profiler, preserve_all, keep_inputs);
  ok_ = interpreter_->AllocateTensors() == kTfLiteOk;
}

}  // namespace model_building
