// FULLY_CONNECTED on the MVP accelerator: launches what Prepare has planned, the core's kernel as fallback.
#include <algorithm>
#include <cstdint>

#include "kernels/fast/invoke.h"
#include "kernels/mvp/context.h"
#include "kernels/mvp/fast_programs.h"
#include "kernels/mvp/fully_connected.h"
#include "kernels/mvp/fully_connected_layer.h"
#include "kernels/mvp/invoke.h"
#include "kernels/mvp/prescale_program.h"
#include "kernels/reference/invoke.h"
#include "mvp/driver.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace kernels::mvp {
namespace {

using ::mvp::Launch;

constexpr int kInputTensor = 0, kWeightsTensor = 1, kOutputTensor = 0;

// One run of a layer, and what became of the layer before it.
struct Run {
  const Layer& layer;
  Context& shared;
  ::mvp::Driver& driver;
  Addresses at{};
  ::mvp::Program main{};
  ::mvp::Program side{};
  TfLiteStatus before = kTfLiteOk;
};

const void* PartAt(const Context& shared, const Layer& layer, PartOffset offset) {
  const bool in_block = (offset & kInBlock) != 0;
  const void* from = in_block ? static_cast<const void*>(shared.prepared) : &layer;
  return static_cast<const uint8_t*>(from) + (offset & ~kInBlock);
}

const ::mvp::ProgramImage* ImageAt(const Run& run, const ImagePart& part) {
  if (part.offset == 0) return nullptr;
  return static_cast<const ::mvp::ProgramImage*>(PartAt(run.shared, run.layer, part.offset));
}

[[gnu::always_inline]] inline ::mvp::Program ProgramOf(const ::mvp::ProgramImage* image,
                                                       const ImagePart& part) {
  if (image == nullptr) return {};
  return {*image, part.leading_words, part.instruction_words};
}

// Starts a program as soon as the one before has ended, and with it the layer that left it running. False:
// run.before is no success, or a program of this layer failed. Inlined by order, for 18 cycles per program.
[[gnu::always_inline]] inline bool Start(Run& run, const Launch& launch) {
  Context& shared = run.shared;
  const bool completes = shared.running.node != nullptr;
  if (completes) run.before = EndRunningLayer(shared);
  const bool started =
      run.before == kTfLiteOk && run.driver.Start(launch, run.layer.timeout) == ::mvp::Status::kOk;
  // Told only now, as the accelerator is busy again: 445 cycles less in ten layers.
  if (completes) TellCompletion(shared);
  return started;
}

bool RunWhole(Run& run) {
  const Layer& layer = run.layer;
  const FullyConnectedShape& shape = layer.shape;
  for (uint32_t batch = 0; batch < shape.batches; batch += layer.batches_per_launch) {
    Launch launch(run.main);
    launch.Address(kInputArray, run.at.input + batch * shape.depth)
        .Address(kWeightsArray, run.at.weights)
        .Address(kOutputArray, run.at.output + batch * shape.outputs)
        .Address(kBiasArray, run.at.bias);
    if (!Start(run, launch)) return false;
  }
  return true;
}

bool RunSplit(Run& run) {
  const Layer& layer = run.layer;
  const auto* bias = static_cast<const uint16_t*>(PartAt(run.shared, layer, layer.bias));
  const FullyConnectedShape& shape = layer.shape;
  for (uint32_t batch = 0; batch < shape.batches; ++batch) {
    for (uint32_t i = 0; i < shape.outputs; ++i) {
      Launch launch(run.main);
      launch.Address(kInputArray, run.at.input + batch * shape.depth)
          .Address(kWeightsArray, run.at.weights + i * shape.depth)
          .Address(kOutputArray, run.at.output + batch * shape.outputs + i)
          .Register(kSplitBiasRegister, bias[i], 0);
      if (!Start(run, launch)) return false;
    }
  }
  return true;
}

bool PrescaleInParts(Run& run, uint32_t input) {
  const Layer& layer = run.layer;
  for (uint32_t i = 0; i < layer.prescale_launches; ++i) {
    const PrescaleLaunch part = PrescaleLaunchAt(layer.fast, i);
    Launch launch(run.side);
    launch.Address(kInputArray, input + part.first_element)
        .Address(kOutputArray, run.at.scratch + 2 * part.first_element)
        .Iterations(run.side, kPrescaleLoop, part.iterations);
    if (!Start(run, launch)) return false;
  }
  return true;
}

bool Prescale(Run& run, uint32_t input) {
  const Layer& layer = run.layer;
  if (layer.prescale_launches > 1) return PrescaleInParts(run, input);
  // The image's loop is that of the only launch.
  Launch launch(run.side);
  launch.Address(kInputArray, input).Address(kOutputArray, run.at.scratch);
  return Start(run, launch);
}

// What the launch from row `row` on needs. Inlined by order, for 37 cycles per layer: then the words' places
// are constants.
[[gnu::always_inline]] inline void AddRows(const Run& run, uint32_t row, uint32_t output, Launch& launch) {
  const Layer& layer = run.layer;
  const FastGeometry& fast = layer.fast;
  const uint32_t first = row * fast.outputs_per_row();
  const uint32_t rows_left = fast.rows - row;
  launch.Address(kInputArray, run.at.scratch + layer.scratch_offset)
      .Address(kWeightsArray, run.at.weights + first * fast.depth)
      .Address(kOutputArray, output + first)
      .Address(kBiasArray, run.at.bias + 2 * first);
  if (run.at.multipliers != 0) launch.Address(kMultiplierArray, run.at.multipliers + 2 * first);
  if (rows_left < fast.rows_per_launch) launch.Iterations(run.main, kRowsLoop, rows_left);
}

// Inlined by order, for 18 cycles per layer.
[[gnu::always_inline]] inline bool RunFast(Run& run) {
  const Layer& layer = run.layer;
  const FastGeometry& fast = layer.fast;
  for (uint32_t batch = 0; batch < layer.shape.batches; ++batch) {
    const uint32_t output = run.at.output + batch * layer.shape.outputs;
    // Before the prescale starts, which often ends sooner than this takes: 303 cycles less in ten layers.
    Launch rows(run.main);
    AddRows(run, 0, output, rows);
    if (!Prescale(run, run.at.input + batch * layer.shape.depth) || !Start(run, rows)) return false;
    for (uint32_t row = fast.rows_per_launch; row < fast.rows; row += fast.rows_per_launch) {
      Launch more(run.main);
      AddRows(run, row, output, more);
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
  while (!run.side.empty() && count - done >= 2) {
    const uint32_t pairs = std::min((count - done) / 2, kClampPairs);
    Launch launch(run.side);
    launch.Iterations(run.side, kClampLoop, pairs)
        .Address(kInputArray, run.at.output + done)
        .Address(kOutputArray, run.at.output + done);
    if (!Start(run, launch)) return false;
    done += 2 * pairs;
  }
  if (run.driver.Finish() != ::mvp::Status::kOk) return false;
  const int32_t low = layer.activation_min, high = layer.activation_max;
  for (uint32_t i = done; i < count; ++i) {
    values[i] = static_cast<int8_t>(std::clamp<int32_t>(values[i], low, high));
  }
  return true;
}

uint32_t WeightsAddress(TfLiteContext* context, TfLiteNode* node, const Run& run) {
  if (run.layer.weights_copy >= 0) {
    return run.driver.BusAddress(run.shared.weights_ram + run.layer.weights_copy);
  }
  return run.driver.BusAddress(tflite::micro::GetEvalInput(context, node, kWeightsTensor)->data.data);
}

// False when the layer has to be done on the core: memory is out of the accelerator's reach, or not aligned
// for pairs.
[[gnu::noinline]] bool FindAddresses(TfLiteContext* context, TfLiteNode* node, Run& run) {
  const Layer& layer = run.layer;
  const ::mvp::Driver& driver = run.driver;
  Addresses& at = run.at;
  at.input = driver.BusAddress(tflite::micro::GetEvalInput(context, node, kInputTensor)->data.data);
  at.output = driver.BusAddress(tflite::micro::GetEvalOutput(context, node, kOutputTensor)->data.data);
  if (at.input == 0 || at.output == 0 || ((at.input | at.output) & 1) != 0) return false;
  at.weights = WeightsAddress(context, node, run);
  at.bias = driver.BusAddress(PartAt(run.shared, layer, layer.bias));
  if (layer.multipliers != 0) {
    at.multipliers = driver.BusAddress(PartAt(run.shared, layer, layer.multipliers));
  }
  at.main = ImageAt(run, layer.main);
  at.side = ImageAt(run, layer.side);
  if (layer.plan != Plan::kFast) return true;
  const void* scratch = tflite::GetMicroContext(context)->GetScratchBuffer(layer.scratch);
  at.scratch = scratch == nullptr ? 0 : driver.BusAddress(scratch);
  return at.scratch != 0 && at.scratch % 4 == 0;
}

[[gnu::always_inline]] inline bool TakeAddresses(TfLiteContext* context, TfLiteNode* node, Run& run) {
  if (node->custom_initial_data == nullptr) return FindAddresses(context, node, run);
  run.at = *static_cast<const Addresses*>(node->custom_initial_data);
  return true;
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
  run.main = ProgramOf(run.at.main, run.layer.main);
  run.side = ProgramOf(run.at.side, run.layer.side);
  if (!StartPrograms(run)) return false;
  if (run.layer.clamps) {
    return Clamp(run, tflite::micro::GetEvalOutput(context, node, kOutputTensor)->data.int8);
  }
  return run.layer.may_be_left_running || run.driver.Finish() == ::mvp::Status::kOk;
}

template <Variant variant>
TfLiteStatus RunOnCore(TfLiteContext* context, const TfLiteNode* node) {
  const Layer& layer = *static_cast<const Layer*>(node->user_data);
  TfLiteNode core = *node;
  core.user_data = static_cast<uint8_t*>(node->user_data) + layer.core_data;
  if constexpr (variant == Variant::kFast) return fast::InvokeFullyConnected(context, &core);
  return reference::InvokeFullyConnectedInt8(context, &core);
}

template <Variant variant>
[[gnu::always_inline]] inline TfLiteStatus Invoke(TfLiteContext* context, TfLiteNode* node) {
  const Layer& layer = *static_cast<const Layer*>(node->user_data);
  Context* shared = FindContext(tflite::GetMicroContext(context));
  if (shared == nullptr || shared->driver == nullptr) return RunOnCore<variant>(context, node);
  // What needs no result of the layer before is done while that one may still run: Start waits for it.
  Run run{layer, *shared, *shared->driver};
  if (layer.plan == Plan::kReference || !run.driver.ready() || !TakeAddresses(context, node, run)) {
    TF_LITE_ENSURE_STATUS(FinishRunningLayer(*shared));
    return RunOnCore<variant>(context, node);
  }
  if (!RunOnAccelerator(context, node, run)) {
    TF_LITE_ENSURE_STATUS(run.before);
    return RunOnCore<variant>(context, node);
  }
  if (run.driver.running()) shared->running = {context, node, RunOnCore<variant>};
  return kTfLiteOk;
}

}  // namespace

TfLiteStatus InvokeFullyConnectedBaseline(TfLiteContext* context, TfLiteNode* node) {
  return Invoke<Variant::kBaseline>(context, node);
}

[[gnu::hot]] TfLiteStatus InvokeFullyConnectedFast(TfLiteContext* context, TfLiteNode* node) {
  return Invoke<Variant::kFast>(context, node);
}

}  // namespace kernels::mvp
