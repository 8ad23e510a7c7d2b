// FULLY_CONNECTED on the MVP accelerator: plans in Prepare, launches in Invoke, reference kernel as fallback.
#include "kernels/mvp/fully_connected.h"

#include <algorithm>
#include <cstdint>
#include <new>

#include "kernels/mvp/context.h"
#include "kernels/mvp/fully_connected_layer.h"
#include "kernels/mvp/layer_report.h"
#include "mvp/driver.h"
#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/fully_connected.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace kernels::mvp {
namespace {

using ::mvp::Patches;
using ::mvp::ProgramImage;

constexpr int kInputTensor = 0, kWeightsTensor = 1, kBiasTensor = 2, kOutputTensor = 0;

// Null where nothing can be launched.
Context* SharedContext(tflite::MicroContext* micro) {
  Context* context = FindContext(micro);
  if (context == nullptr || context->driver == nullptr || !context->driver->ready()) return nullptr;
  return context;
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
  layer.shared = SharedContext(micro);
  if (reference != kTfLiteOk || layer.shared == nullptr) return reference;
  layer.driver = layer.shared->driver;

  Operands operands;
  operands.input = micro->AllocateTempInputTensor(node, kInputTensor);
  operands.weights = micro->AllocateTempInputTensor(node, kWeightsTensor);
  operands.bias =
      tflite::NumInputs(node) > kBiasTensor ? micro->AllocateTempInputTensor(node, kBiasTensor) : nullptr;
  operands.output = micro->AllocateTempOutputTensor(node, kOutputTensor);
  TF_LITE_ENSURE(context,
                 operands.input != nullptr && operands.weights != nullptr && operands.output != nullptr);
  operands.weight_order = WeightOrderOf(micro, node->inputs->data[kWeightsTensor]);
  LayerParts parts(micro, *layer.shared, variant, node->outputs->data[kOutputTensor]);
  const TfLiteStatus status = PlanLayer(context, node, variant, operands, parts, layer);
  if (layer.misfit.what != nullptr) {
    ReportMisfit(layer.misfit, layer.shared->model, operands.weights, node->outputs->data[kOutputTensor]);
  }
  layer.may_be_left_running = layer.plan != Plan::kReference && parts.MayBeLeftRunning();
  micro->DeallocateTempTfLiteTensor(operands.output);
  if (operands.bias != nullptr) micro->DeallocateTempTfLiteTensor(operands.bias);
  micro->DeallocateTempTfLiteTensor(operands.weights);
  micro->DeallocateTempTfLiteTensor(operands.input);
  return status;
}

// Starts a program as soon as the one before it has ended. False: that one failed.
bool Launch(const Layer& layer, const ProgramImage& image, const Patches& patches) {
  return layer.driver->Start(image, patches, layer.timeout) == ::mvp::Status::kOk;
}

// Bus addresses of a layer's operands in one run.
struct Addresses {
  uint32_t input;
  uint32_t output;
  uint32_t scratch;  // plan kFast
};

bool RunWhole(const Layer& layer, const Addresses& at) {
  const FullyConnectedShape& shape = layer.shape;
  for (uint32_t batch = 0; batch < shape.batches; batch += layer.batches_per_launch) {
    Patches patches;
    patches.Address(kInputArray, at.input + batch * shape.depth)
        .Address(kWeightsArray, layer.weights)
        .Address(kOutputArray, at.output + batch * shape.outputs)
        .Address(kBiasArray, layer.bias_address);
    if (!Launch(layer, *layer.main, patches)) return false;
  }
  return true;
}

bool RunSplit(const Layer& layer, const Addresses& at) {
  const FullyConnectedShape& shape = layer.shape;
  for (uint32_t batch = 0; batch < shape.batches; ++batch) {
    for (uint32_t i = 0; i < shape.outputs; ++i) {
      Patches patches;
      patches.Address(kInputArray, at.input + batch * shape.depth)
          .Address(kWeightsArray, layer.weights + i * shape.depth)
          .Address(kOutputArray, at.output + batch * shape.outputs + i)
          .Register(kSplitBiasRegister, layer.bias[i], 0);
      if (!Launch(layer, *layer.main, patches)) return false;
    }
  }
  return true;
}

bool Prescale(const Layer& layer, uint32_t input, uint32_t scratch) {
  for (uint32_t i = 0; i < PrescaleLaunches(layer.fast); ++i) {
    const PrescaleLaunch launch = PrescaleLaunchAt(layer.fast, i);
    Patches patches;
    patches.Address(kInputArray, input + launch.first_element)
        .Address(kOutputArray, scratch + 2 * launch.first_element)
        .Iterations(*layer.side, kPrescaleLoop, launch.iterations);
    if (!Launch(layer, *layer.side, patches)) return false;
  }
  return true;
}

bool RunRows(const Layer& layer, uint32_t prescaled, uint32_t output) {
  const FastGeometry& fast = layer.fast;
  for (uint32_t row = 0; row < fast.rows; row += fast.rows_per_launch) {
    const uint32_t first = row * fast.outputs_per_row();
    Patches patches;
    patches.Address(kInputArray, prescaled)
        .Address(kWeightsArray, layer.weights + first * fast.depth)
        .Address(kOutputArray, output + first)
        .Address(kBiasArray, layer.bias_address + 2 * first)
        .Address(kMultiplierArray, layer.multipliers == 0 ? 0 : layer.multipliers + 2 * first)
        .Iterations(*layer.main, kRowsLoop, std::min(fast.rows - row, fast.rows_per_launch));
    if (!Launch(layer, *layer.main, patches)) return false;
  }
  return true;
}

bool RunFast(const Layer& layer, const Addresses& at) {
  const FullyConnectedShape& shape = layer.shape;
  for (uint32_t batch = 0; batch < shape.batches; ++batch) {
    if (!Prescale(layer, at.input + batch * shape.depth, at.scratch) ||
        !RunRows(layer, at.scratch + ScratchOffset(layer.fast), at.output + batch * shape.outputs)) {
      return false;
    }
  }
  return true;
}

// Clamps the outputs: by the accelerator in pairs when there are many, the rest here.
bool Clamp(const Layer& layer, uint32_t address, int8_t* values) {
  const uint32_t count = layer.shape.batches * layer.shape.outputs;
  uint32_t done = 0;
  while (layer.side != nullptr && count - done >= 2) {
    const uint32_t pairs = std::min((count - done) / 2, kClampPairs);
    Patches patches;
    patches.Iterations(*layer.side, kClampLoop, pairs)
        .Address(kInputArray, address + done)
        .Address(kOutputArray, address + done);
    if (!Launch(layer, *layer.side, patches)) return false;
    done += 2 * pairs;
  }
  if (layer.driver->Finish() != ::mvp::Status::kOk) return false;
  const int32_t low = layer.quantization.activation_min, high = layer.quantization.activation_max;
  for (uint32_t i = done; i < count; ++i) {
    values[i] = static_cast<int8_t>(std::clamp<int32_t>(values[i], low, high));
  }
  return true;
}

// False when the layer has to be done by the reference kernel: memory is out of the accelerator's reach, or
// not aligned for pairs.
bool FindAddresses(TfLiteContext* context, TfLiteNode* node, const Layer& layer, Addresses* at) {
  if (layer.plan == Plan::kReference || !layer.driver->ready()) return false;
  at->input = layer.driver->BusAddress(tflite::micro::GetEvalInput(context, node, kInputTensor)->data.data);
  at->output =
      layer.driver->BusAddress(tflite::micro::GetEvalOutput(context, node, kOutputTensor)->data.data);
  if (at->input == 0 || at->output == 0 || ((at->input | at->output) & 1) != 0) return false;
  if (layer.plan != Plan::kFast) return true;
  const void* scratch = tflite::GetMicroContext(context)->GetScratchBuffer(layer.scratch);
  at->scratch = scratch == nullptr ? 0 : layer.driver->BusAddress(scratch);
  return at->scratch != 0 && at->scratch % 4 == 0;
}

bool StartPrograms(const Layer& layer, const Addresses& at) {
  switch (layer.plan) {
    case Plan::kWhole:
      return RunWhole(layer, at);
    case Plan::kSplit:
      return RunSplit(layer, at);
    case Plan::kFast:
      return RunFast(layer, at);
    case Plan::kReference:
      break;
  }
  return false;
}

// False: a program failed, and the output is undefined.
bool RunOnAccelerator(TfLiteContext* context, TfLiteNode* node, const Layer& layer, const Addresses& at) {
  if (!StartPrograms(layer, at)) return false;
  if (layer.clamps) {
    return Clamp(layer, at.output, tflite::micro::GetEvalOutput(context, node, kOutputTensor)->data.int8);
  }
  return layer.may_be_left_running || layer.driver->Finish() == ::mvp::Status::kOk;
}

TfLiteStatus RunOnCore(TfLiteContext* context, TfLiteNode* node) {
  return CallReference(tflite::Register_FULLY_CONNECTED().invoke, context, node,
                       *static_cast<Layer*>(node->user_data));
}

TfLiteStatus Invoke(TfLiteContext* context, TfLiteNode* node) {
  const Layer& layer = *static_cast<const Layer*>(node->user_data);
  if (layer.shared == nullptr) return RunOnCore(context, node);
  // What needs no result of the layer before is done while that one may still run.
  Addresses at{};
  const bool found = FindAddresses(context, node, layer, &at);
  TF_LITE_ENSURE_STATUS(FinishRunningLayer(*layer.shared));
  if (!found || !layer.driver->ready() || !RunOnAccelerator(context, node, layer, at)) {
    return RunOnCore(context, node);
  }
  if (layer.driver->running()) layer.shared->running = {context, node, RunOnCore};
  return kTfLiteOk;
}

}  // namespace

TFLMRegistration RegisterFullyConnectedMvp(Variant variant) {
  return tflite::micro::RegisterOp(
      Init, variant == Variant::kFast ? Prepare<Variant::kFast> : Prepare<Variant::kBaseline>, Invoke);
}

}  // namespace kernels::mvp
