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
using ::mvp::Program;

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

// One run of a layer: bus addresses of its operands, and what became of the layer before it.
struct Run {
  const Layer& layer;
  uint32_t input = 0;
  uint32_t output = 0;
  uint32_t scratch = 0;  // plan kFast
  TfLiteStatus before = kTfLiteOk;
};

// Starts a program as soon as the one before has ended, and with it the layer that left it running. False:
// run.before is no success, or a program of this layer failed.
bool Launch(Run& run, const Program& program, const Patches& patches) {
  if (run.layer.shared->running.node != nullptr) run.before = FinishRunningLayer(*run.layer.shared);
  return run.before == kTfLiteOk &&
         run.layer.driver->Start(program, patches, run.layer.timeout) == ::mvp::Status::kOk;
}

bool RunWhole(Run& run) {
  const Layer& layer = run.layer;
  const FullyConnectedShape& shape = layer.shape;
  for (uint32_t batch = 0; batch < shape.batches; batch += layer.batches_per_launch) {
    Patches patches;
    patches.Address(kInputArray, run.input + batch * shape.depth)
        .Address(kWeightsArray, layer.weights)
        .Address(kOutputArray, run.output + batch * shape.outputs)
        .Address(kBiasArray, layer.bias_address);
    if (!Launch(run, layer.main, patches)) return false;
  }
  return true;
}

bool RunSplit(Run& run) {
  const Layer& layer = run.layer;
  const FullyConnectedShape& shape = layer.shape;
  for (uint32_t batch = 0; batch < shape.batches; ++batch) {
    for (uint32_t i = 0; i < shape.outputs; ++i) {
      Patches patches;
      patches.Address(kInputArray, run.input + batch * shape.depth)
          .Address(kWeightsArray, layer.weights + i * shape.depth)
          .Address(kOutputArray, run.output + batch * shape.outputs + i)
          .Register(kSplitBiasRegister, layer.bias[i], 0);
      if (!Launch(run, layer.main, patches)) return false;
    }
  }
  return true;
}

bool PrescaleInParts(Run& run, uint32_t input) {
  const Layer& layer = run.layer;
  for (uint32_t i = 0; i < layer.prescale_launches; ++i) {
    const PrescaleLaunch launch = PrescaleLaunchAt(layer.fast, i);
    Patches patches;
    patches.Address(kInputArray, input + launch.first_element)
        .Address(kOutputArray, run.scratch + 2 * launch.first_element)
        .Iterations(layer.side.image(), kPrescaleLoop, launch.iterations);
    if (!Launch(run, layer.side, patches)) return false;
  }
  return true;
}

bool Prescale(Run& run, uint32_t input) {
  if (run.layer.prescale_launches > 1) return PrescaleInParts(run, input);
  // The image's loop is that of the only launch.
  Patches patches;
  patches.Address(kInputArray, input).Address(kOutputArray, run.scratch);
  return Launch(run, run.layer.side, patches);
}

bool RunRows(Run& run, uint32_t output) {
  const Layer& layer = run.layer;
  const FastGeometry& fast = layer.fast;
  for (uint32_t row = 0; row < fast.rows; row += fast.rows_per_launch) {
    const uint32_t first = row * fast.outputs_per_row();
    const uint32_t rows_left = fast.rows - row;
    Patches patches;
    patches.Address(kInputArray, run.scratch + ScratchOffset(fast))
        .Address(kWeightsArray, layer.weights + first * fast.depth)
        .Address(kOutputArray, output + first)
        .Address(kBiasArray, layer.bias_address + 2 * first);
    if (layer.multipliers != 0) patches.Address(kMultiplierArray, layer.multipliers + 2 * first);
    if (rows_left < fast.rows_per_launch) patches.Iterations(layer.main.image(), kRowsLoop, rows_left);
    if (!Launch(run, layer.main, patches)) return false;
  }
  return true;
}

bool RunFast(Run& run) {
  const FullyConnectedShape& shape = run.layer.shape;
  for (uint32_t batch = 0; batch < shape.batches; ++batch) {
    if (!Prescale(run, run.input + batch * shape.depth) ||
        !RunRows(run, run.output + batch * shape.outputs)) {
      return false;
    }
  }
  return true;
}

// Clamps the outputs: by the accelerator in pairs when there are many, the rest here.
bool Clamp(Run& run, int8_t* values) {
  const Layer& layer = run.layer;
  const uint32_t count = layer.shape.batches * layer.shape.outputs;
  uint32_t done = 0;
  while (!layer.side.empty() && count - done >= 2) {
    const uint32_t pairs = std::min((count - done) / 2, kClampPairs);
    Patches patches;
    patches.Iterations(layer.side.image(), kClampLoop, pairs)
        .Address(kInputArray, run.output + done)
        .Address(kOutputArray, run.output + done);
    if (!Launch(run, layer.side, patches)) return false;
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
bool FindAddresses(TfLiteContext* context, TfLiteNode* node, Run& run) {
  const Layer& layer = run.layer;
  if (layer.plan == Plan::kReference || !layer.driver->ready()) return false;
  run.input = layer.driver->BusAddress(tflite::micro::GetEvalInput(context, node, kInputTensor)->data.data);
  run.output =
      layer.driver->BusAddress(tflite::micro::GetEvalOutput(context, node, kOutputTensor)->data.data);
  if (run.input == 0 || run.output == 0 || ((run.input | run.output) & 1) != 0) return false;
  if (layer.plan != Plan::kFast) return true;
  const void* scratch = tflite::GetMicroContext(context)->GetScratchBuffer(layer.scratch);
  run.scratch = scratch == nullptr ? 0 : layer.driver->BusAddress(scratch);
  return run.scratch != 0 && run.scratch % 4 == 0;
}

bool StartPrograms(Run& run) {
  switch (run.layer.plan) {
    case Plan::kWhole:
      return RunWhole(run);
    case Plan::kSplit:
      return RunSplit(run);
    case Plan::kFast:
      return RunFast(run);
    case Plan::kReference:
      break;
  }
  return false;
}

// False: a program failed, and the output is undefined; or run.before is no success.
bool RunOnAccelerator(TfLiteContext* context, TfLiteNode* node, Run& run) {
  if (!StartPrograms(run)) return false;
  if (run.layer.clamps) {
    return Clamp(run, tflite::micro::GetEvalOutput(context, node, kOutputTensor)->data.int8);
  }
  return run.layer.may_be_left_running || run.layer.driver->Finish() == ::mvp::Status::kOk;
}

TfLiteStatus RunOnCore(TfLiteContext* context, TfLiteNode* node) {
  return CallReference(tflite::Register_FULLY_CONNECTED().invoke, context, node,
                       *static_cast<Layer*>(node->user_data));
}

TfLiteStatus Invoke(TfLiteContext* context, TfLiteNode* node) {
  const Layer& layer = *static_cast<const Layer*>(node->user_data);
  if (layer.shared == nullptr) return RunOnCore(context, node);
  // What needs no result of the layer before is done while that one may still run: Launch waits for it.
  Run run{layer};
  if (!FindAddresses(context, node, run)) {
    TF_LITE_ENSURE_STATUS(FinishRunningLayer(*layer.shared));
    return RunOnCore(context, node);
  }
  if (!RunOnAccelerator(context, node, run)) {
    TF_LITE_ENSURE_STATUS(run.before);
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
