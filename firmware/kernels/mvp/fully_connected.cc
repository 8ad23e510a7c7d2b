// FULLY_CONNECTED on the MVP accelerator: plans in Prepare, launches in Invoke, reference kernel as fallback.
#include "kernels/mvp/fully_connected.h"

#include <algorithm>
#include <cstdint>
#include <new>

#include "kernels/mvp/context.h"
#include "kernels/mvp/fully_connected_layer.h"
#include "mvp/driver.h"
#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/fully_connected.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace kernels::mvp {
namespace {

using ::mvp::Driver;
using ::mvp::ProgramImage;
using ::mvp::SetAddress;

constexpr int kInputTensor = 0, kWeightsTensor = 1, kBiasTensor = 2, kOutputTensor = 0;

Driver* DriverOf(tflite::MicroContext* micro) {
  const Context* context = static_cast<const Context*>(micro->external_context());
  if (context == nullptr || context->driver == nullptr || !context->driver->ready()) return nullptr;
  return context->driver;
}

// Calls a function of the reference kernel with the user_data that it expects.
TfLiteStatus CallReference(TfLiteStatus (*function)(TfLiteContext*, TfLiteNode*), TfLiteContext* context,
                           TfLiteNode* node, Layer& layer) {
  node->user_data = layer.reference_data;
  const TfLiteStatus status = function(context, node);
  node->user_data = &layer;
  return status;
}

void* Init(TfLiteContext* context, const char* buffer, size_t length) {
  void* memory = tflite::GetMicroContext(context)->AllocatePersistentBuffer(sizeof(Layer));
  if (memory == nullptr) return nullptr;
  Layer* layer = new (memory) Layer;
  const TFLMRegistration reference = tflite::Register_FULLY_CONNECTED();
  if (reference.init != nullptr) layer->reference_data = reference.init(context, buffer, length);
  return layer;
}

template <Variant variant>
TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  TF_LITE_ENSURE(context, node->user_data != nullptr);
  Layer& layer = *static_cast<Layer*>(node->user_data);
  // First, because it refuses what no kernel can run.
  const TfLiteStatus reference =
      CallReference(tflite::Register_FULLY_CONNECTED().prepare, context, node, layer);
  tflite::MicroContext* micro = tflite::GetMicroContext(context);
  layer.driver = DriverOf(micro);
  if (reference != kTfLiteOk || layer.driver == nullptr) return reference;

  Operands operands;
  operands.input = micro->AllocateTempInputTensor(node, kInputTensor);
  operands.weights = micro->AllocateTempInputTensor(node, kWeightsTensor);
  operands.bias =
      tflite::NumInputs(node) > kBiasTensor ? micro->AllocateTempInputTensor(node, kBiasTensor) : nullptr;
  operands.output = micro->AllocateTempOutputTensor(node, kOutputTensor);
  TF_LITE_ENSURE(context,
                 operands.input != nullptr && operands.weights != nullptr && operands.output != nullptr);
  const TfLiteStatus status = PlanLayer(context, node, variant, operands, layer);
  micro->DeallocateTempTfLiteTensor(operands.output);
  if (operands.bias != nullptr) micro->DeallocateTempTfLiteTensor(operands.bias);
  micro->DeallocateTempTfLiteTensor(operands.weights);
  micro->DeallocateTempTfLiteTensor(operands.input);
  return status;
}

bool Launch(const Layer& layer, const ProgramImage& image) {
  return layer.driver->Run(image, layer.timeout) == ::mvp::Status::kOk;
}

bool RunWhole(Layer& layer, uint32_t input, uint32_t output) {
  const FullyConnectedShape& shape = layer.shape;
  for (uint32_t batch = 0; batch < shape.batches; batch += layer.batches_per_launch) {
    SetAddress(*layer.main, kInputArray, input + batch * shape.depth);
    SetAddress(*layer.main, kOutputArray, output + batch * shape.outputs);
    if (!Launch(layer, *layer.main)) return false;
  }
  return true;
}

bool RunSplit(Layer& layer, uint32_t input, uint32_t output) {
  const FullyConnectedShape& shape = layer.shape;
  for (uint32_t batch = 0; batch < shape.batches; ++batch) {
    SetAddress(*layer.main, kInputArray, input + batch * shape.depth);
    for (uint32_t i = 0; i < shape.outputs; ++i) {
      SetAddress(*layer.main, kWeightsArray, layer.weights + i * shape.depth);
      SetAddress(*layer.main, kOutputArray, output + batch * shape.outputs + i);
      ::mvp::SetRegister(*layer.main, kSplitBiasRegister, layer.bias[i], 0);
      if (!Launch(layer, *layer.main)) return false;
    }
  }
  return true;
}

bool RunFast(Layer& layer, uint32_t input, uint32_t scratch, uint32_t output) {
  const FullyConnectedShape& shape = layer.shape;
  SetAddress(*layer.side, kOutputArray, scratch);
  SetAddress(*layer.main, kInputArray, scratch);
  for (uint32_t batch = 0; batch < shape.batches; ++batch) {
    SetAddress(*layer.side, kInputArray, input + batch * shape.depth);
    SetAddress(*layer.main, kOutputArray, output + batch * shape.outputs);
    if (!Launch(layer, *layer.side) || !Launch(layer, *layer.main)) return false;
  }
  return true;
}

// Clamps the outputs: by the accelerator in pairs when there are many, the rest here.
bool Clamp(Layer& layer, uint32_t address, int8_t* values) {
  const uint32_t count = layer.shape.batches * layer.shape.outputs;
  uint32_t done = 0;
  while (layer.side != nullptr && count - done >= 2) {
    const uint32_t pairs = std::min((count - done) / 2, kClampPairs);
    ::mvp::SetIterations(*layer.side, kClampLoop, pairs);
    SetAddress(*layer.side, kInputArray, address + done);
    SetAddress(*layer.side, kOutputArray, address + done);
    if (!Launch(layer, *layer.side)) return false;
    done += 2 * pairs;
  }
  const int32_t low = layer.quantization.activation_min, high = layer.quantization.activation_max;
  for (uint32_t i = done; i < count; ++i) {
    values[i] = static_cast<int8_t>(std::clamp<int32_t>(values[i], low, high));
  }
  return true;
}

// False when the layer has to be done by the reference kernel: memory out of the accelerator's reach, or a
// fault.
bool RunOnAccelerator(TfLiteContext* context, TfLiteNode* node, Layer& layer) {
  if (layer.plan == Plan::kReference || !layer.driver->ready()) return false;
  const TfLiteEvalTensor* input = tflite::micro::GetEvalInput(context, node, kInputTensor);
  TfLiteEvalTensor* output = tflite::micro::GetEvalOutput(context, node, kOutputTensor);
  const uint32_t input_address = layer.driver->BusAddress(input->data.data);
  const uint32_t output_address = layer.driver->BusAddress(output->data.data);
  // Pairs need even addresses.
  if (input_address == 0 || output_address == 0 || ((input_address | output_address) & 1) != 0) return false;
  switch (layer.plan) {
    case Plan::kWhole:
      if (!RunWhole(layer, input_address, output_address)) return false;
      break;
    case Plan::kSplit:
      if (!RunSplit(layer, input_address, output_address)) return false;
      break;
    default: {
      void* scratch = tflite::GetMicroContext(context)->GetScratchBuffer(layer.scratch);
      const uint32_t address = scratch == nullptr ? 0 : layer.driver->BusAddress(scratch);
      if (address == 0 || address % 4 != 0 || !RunFast(layer, input_address, address, output_address))
        return false;
    }
  }
  return !layer.clamps || Clamp(layer, output_address, output->data.int8);
}

TfLiteStatus Invoke(TfLiteContext* context, TfLiteNode* node) {
  Layer& layer = *static_cast<Layer*>(node->user_data);
  if (RunOnAccelerator(context, node, layer)) return kTfLiteOk;
  return CallReference(tflite::Register_FULLY_CONNECTED().invoke, context, node, layer);
}

}  // namespace

TFLMRegistration RegisterFullyConnectedMvp(Variant variant) {
  return tflite::micro::RegisterOp(
      Init, variant == Variant::kFast ? Prepare<Variant::kFast> : Prepare<Variant::kBaseline>, Invoke);
}

}  // namespace kernels::mvp
