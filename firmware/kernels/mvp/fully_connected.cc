// FULLY_CONNECTED on the MVP accelerator: plans in Prepare, launches in Invoke, the core's kernel as
// fallback.
#include "kernels/mvp/fully_connected.h"

#include <algorithm>
#include <cstdint>
#include <new>

#include "kernels/fast/fully_connected.h"
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

using ::mvp::Launch;

constexpr int kInputTensor = 0, kWeightsTensor = 1, kBiasTensor = 2, kOutputTensor = 0;

void Locate(TfLiteContext* context, TfLiteNode* node);

// Null where nothing can be launched.
Context* SharedContext(tflite::MicroContext* micro) {
  Context* context = FindContext(micro);
  if (context == nullptr || context->driver == nullptr || !context->driver->ready()) return nullptr;
  return context;
}

// What runs the layers that the accelerator does not. Under kBaseline the plain kernel, which needs no
// scratch buffer, as the programs of that variant do not.
template <Variant variant>
TFLMRegistration CoreKernel() {
  if constexpr (variant == Variant::kFast) return fast::RegisterFullyConnected();
  return tflite::Register_FULLY_CONNECTED_INT8();
}

// Calls a function of the core's kernel with the user_data that it expects.
TfLiteStatus CallCoreKernel(TfLiteStatus (*function)(TfLiteContext*, TfLiteNode*), TfLiteContext* context,
                            TfLiteNode* node, Layer& layer) {
  node->user_data = layer.core_data;
  const TfLiteStatus status = function(context, node);
  layer.core_data = node->user_data;  // which preparing sets
  node->user_data = &layer;
  return status;
}

template <Variant variant>
void* Init(TfLiteContext* context, const char* buffer, size_t length) {
  void* memory = tflite::GetMicroContext(context)->AllocatePersistentBuffer(sizeof(Layer));
  if (memory == nullptr) return nullptr;
  Layer* layer = new (memory) Layer;
  layer->core_data = CoreKernel<variant>().init(context, buffer, length);
  layer->fast_on_core = variant == Variant::kFast;
  return layer;
}

// The core's kernel uses the scratch buffer of the layer's programs if there is one: never do both run.
TfLiteStatus ShareScratch(TfLiteContext* context, const Layer& layer) {
  if (!layer.fast_on_core) return kTfLiteOk;
  auto* core = static_cast<fast::FullyConnectedData*>(layer.core_data);
  return layer.scratch < 0 ? fast::RequestScratch(context, core)
                           : fast::LendScratch(context, layer.scratch, core);
}

template <Variant variant>
TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  TF_LITE_ENSURE(context, node->user_data != nullptr);
  Layer& layer = *static_cast<Layer*>(node->user_data);
  // First, because it refuses what no kernel can run.
  const auto prepare =
      variant == Variant::kFast ? fast::PrepareWithoutScratch : CoreKernel<variant>().prepare;
  TF_LITE_ENSURE_STATUS(CallCoreKernel(prepare, context, node, layer));
  tflite::MicroContext* micro = tflite::GetMicroContext(context);
  layer.shared = SharedContext(micro);
  if (layer.shared == nullptr) return ShareScratch(context, layer);
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
  layer.placed = {node, Locate, layer.shared->placed};
  layer.shared->placed = &layer.placed;
  layer.shared->lite = context;
  layer.may_be_left_running = layer.plan != Plan::kReference && parts.MayBeLeftRunning();
  micro->DeallocateTempTfLiteTensor(operands.output);
  if (operands.bias != nullptr) micro->DeallocateTempTfLiteTensor(operands.bias);
  micro->DeallocateTempTfLiteTensor(operands.weights);
  micro->DeallocateTempTfLiteTensor(operands.input);
  return status == kTfLiteOk ? ShareScratch(context, layer) : status;
}

// One run of a layer, and what became of the layer before it.
struct Run {
  const Layer& layer;
  TfLiteStatus before = kTfLiteOk;
};

// Starts a program as soon as the one before has ended, and with it the layer that left it running. False:
// run.before is no success, or a program of this layer failed. Inlined by order, for 18 cycles per program.
[[gnu::always_inline]] inline bool Start(Run& run, const Launch& launch) {
  Context& shared = *run.layer.shared;
  const bool completes = shared.running.node != nullptr;
  if (completes) run.before = EndRunningLayer(shared);
  const bool started =
      run.before == kTfLiteOk && run.layer.driver->Start(launch, run.layer.timeout) == ::mvp::Status::kOk;
  // Told only now, as the accelerator is busy again: 445 cycles less in ten layers.
  if (completes) TellCompletion(shared);
  return started;
}

bool RunWhole(Run& run) {
  const Layer& layer = run.layer;
  const FullyConnectedShape& shape = layer.shape;
  for (uint32_t batch = 0; batch < shape.batches; batch += layer.batches_per_launch) {
    Launch launch(layer.main);
    launch.Address(kInputArray, layer.at.input + batch * shape.depth)
        .Address(kWeightsArray, layer.weights)
        .Address(kOutputArray, layer.at.output + batch * shape.outputs)
        .Address(kBiasArray, layer.bias_address);
    if (!Start(run, launch)) return false;
  }
  return true;
}

bool RunSplit(Run& run) {
  const Layer& layer = run.layer;
  const FullyConnectedShape& shape = layer.shape;
  for (uint32_t batch = 0; batch < shape.batches; ++batch) {
    for (uint32_t i = 0; i < shape.outputs; ++i) {
      Launch launch(layer.main);
      launch.Address(kInputArray, layer.at.input + batch * shape.depth)
          .Address(kWeightsArray, layer.weights + i * shape.depth)
          .Address(kOutputArray, layer.at.output + batch * shape.outputs + i)
          .Register(kSplitBiasRegister, layer.bias[i], 0);
      if (!Start(run, launch)) return false;
    }
  }
  return true;
}

bool PrescaleInParts(Run& run, uint32_t input) {
  const Layer& layer = run.layer;
  for (uint32_t i = 0; i < layer.prescale_launches; ++i) {
    const PrescaleLaunch part = PrescaleLaunchAt(layer.fast, i);
    Launch launch(layer.side);
    launch.Address(kInputArray, input + part.first_element)
        .Address(kOutputArray, layer.at.scratch + 2 * part.first_element)
        .Iterations(layer.side, kPrescaleLoop, part.iterations);
    if (!Start(run, launch)) return false;
  }
  return true;
}

bool Prescale(Run& run, uint32_t input) {
  const Layer& layer = run.layer;
  if (layer.prescale_launches > 1) return PrescaleInParts(run, input);
  // The image's loop is that of the only launch.
  Launch launch(layer.side);
  launch.Address(kInputArray, input).Address(kOutputArray, layer.at.scratch);
  return Start(run, launch);
}

// What the launch from row `row` on needs. Inlined by order, for 37 cycles per layer: then the words' places
// are constants.
[[gnu::always_inline]] inline void AddRows(const Layer& layer, uint32_t row, uint32_t output,
                                           Launch& launch) {
  const FastGeometry& fast = layer.fast;
  const uint32_t first = row * fast.outputs_per_row();
  const uint32_t rows_left = fast.rows - row;
  launch.Address(kInputArray, layer.at.scratch + layer.scratch_offset)
      .Address(kWeightsArray, layer.weights + first * fast.depth)
      .Address(kOutputArray, output + first)
      .Address(kBiasArray, layer.bias_address + 2 * first);
  if (layer.multipliers != 0) launch.Address(kMultiplierArray, layer.multipliers + 2 * first);
  if (rows_left < fast.rows_per_launch) launch.Iterations(layer.main, kRowsLoop, rows_left);
}

// Inlined by order, for 18 cycles per layer.
[[gnu::always_inline]] inline bool RunFast(Run& run) {
  const Layer& layer = run.layer;
  const FastGeometry& fast = layer.fast;
  for (uint32_t batch = 0; batch < layer.shape.batches; ++batch) {
    const uint32_t output = layer.at.output + batch * layer.shape.outputs;
    // Before the prescale starts, which often ends sooner than this takes: 303 cycles less in ten layers.
    Launch rows(layer.main);
    AddRows(layer, 0, output, rows);
    if (!Prescale(run, layer.at.input + batch * layer.shape.depth) || !Start(run, rows)) return false;
    for (uint32_t row = fast.rows_per_launch; row < fast.rows; row += fast.rows_per_launch) {
      Launch more(layer.main);
      AddRows(layer, row, output, more);
      if (!Start(run, more)) return false;
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
    Launch launch(layer.side);
    launch.Iterations(layer.side, kClampLoop, pairs)
        .Address(kInputArray, layer.at.output + done)
        .Address(kOutputArray, layer.at.output + done);
    if (!Start(run, launch)) return false;
    done += 2 * pairs;
  }
  if (layer.driver->Finish() != ::mvp::Status::kOk) return false;
  const int32_t low = layer.quantization.activation_min, high = layer.quantization.activation_max;
  for (uint32_t i = done; i < count; ++i) {
    values[i] = static_cast<int8_t>(std::clamp<int32_t>(values[i], low, high));
  }
  return true;
}

// False when the layer has to be done on the core: memory is out of the accelerator's reach, or
// not aligned for pairs.
bool FindAddresses(TfLiteContext* context, TfLiteNode* node, Layer& layer) {
  const void* input = tflite::micro::GetEvalInput(context, node, kInputTensor)->data.data;
  const void* output = tflite::micro::GetEvalOutput(context, node, kOutputTensor)->data.data;
  Addresses at{layer.driver->BusAddress(input), layer.driver->BusAddress(output), 0};
  if (at.input == 0 || at.output == 0 || ((at.input | at.output) & 1) != 0) return false;
  if (layer.plan == Plan::kFast) {
    const void* scratch = tflite::GetMicroContext(context)->GetScratchBuffer(layer.scratch);
    at.scratch = scratch == nullptr ? 0 : layer.driver->BusAddress(scratch);
    if (at.scratch == 0 || at.scratch % 4 != 0) return false;
  }
  layer.at = at;
  return true;
}

// Tensors stay where AllocateTensors has put them: looked for once, which saves 184 cycles in all later runs.
bool CanRun(TfLiteContext* context, TfLiteNode* node, Layer& layer) {
  if (layer.plan == Plan::kReference || !layer.driver->ready()) return false;
  return layer.at.input != 0 || FindAddresses(context, node, layer);
}

bool StartPrograms(Run& run) {
  // Comparisons, as a switch becomes a jump table, which is read from flash.
  const Plan plan = run.layer.plan;
  if (plan == Plan::kFast) return RunFast(run);
  if (plan == Plan::kWhole) return RunWhole(run);
  return plan == Plan::kSplit && RunSplit(run);
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
  Layer& layer = *static_cast<Layer*>(node->user_data);
  const auto kernel = layer.fast_on_core ? CoreKernel<Variant::kFast> : CoreKernel<Variant::kBaseline>;
  return CallCoreKernel(kernel().invoke, context, node, layer);
}

// For LocateOperands, before the first run.
void Locate(TfLiteContext* context, TfLiteNode* node) {
  static_cast<void>(CanRun(context, node, *static_cast<Layer*>(node->user_data)));
}

[[gnu::hot]] TfLiteStatus Invoke(TfLiteContext* context, TfLiteNode* node) {
  Layer& layer = *static_cast<Layer*>(node->user_data);
  if (layer.shared == nullptr) return RunOnCore(context, node);
  // What needs no result of the layer before is done while that one may still run: Start waits for it.
  Run run{layer};
  if (!CanRun(context, node, layer)) {
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
  if (variant == Variant::kFast) {
    return tflite::micro::RegisterOp(Init<Variant::kFast>, Prepare<Variant::kFast>, Invoke);
  }
  return tflite::micro::RegisterOp(Init<Variant::kBaseline>, Prepare<Variant::kBaseline>, Invoke);
}

}  // namespace kernels::mvp
