// One model in the firmware's application on this machine.
#include "host/sim/host_build/session.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "host/sim/host_build/debug_log.h"
#include "host/sim/host_build/failure.h"
#include "host/sim/host_build/prepared_block.h"
#include "kernels/mvp/accelerated_operators.h"
#include "kernels/mvp/fully_connected.h"
#include "model_verifier.h"
#include "tensorflow/lite/micro/kernels/fully_connected.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace host_build {
namespace {

// Large enough for whatever the verifier lets pass, in practice.
constexpr size_t kProbeArenaBytes = size_t{1} << 26;

// The chip's RAM, what of it is set aside, and what --weights ram takes at most.
constexpr size_t kRamBytes = 262144;
constexpr size_t kStackBytes = 8192;
constexpr size_t kVariableBytes = 14336;
constexpr size_t kMostWeightsBytes = 229376;

[[noreturn]] void FailWithMessage(const std::string& otherwise) {
  const std::string message = TakeMessages();
  throw Failure(message.empty() ? otherwise : message);
}

const kernels::mvp::PreparedHeader* HeaderOf(const std::vector<uint32_t>& block) {
  const void* words = block.empty() ? nullptr : block.data();
  return static_cast<const kernels::mvp::PreparedHeader*>(words);
}

void Require(TfLiteStatus status, const char* what) {
  if (status != kTfLiteOk) FailWithMessage(what);
}

// Whether an operator that the accelerator knows takes float32, which the kernels of an image for int8 models
// leave out. False for a model that is not sound: the application refuses it.
bool HasFloatLayer(const AlignedBytes& model) {
  if (!earshot::VerifyModel(model.data(), model.size()).ok) return false;
  const tflite::Model& root = *tflite::GetModel(model.data());
  const tflite::SubGraph& graph = *root.subgraphs()->Get(0);
  for (uint32_t i = 0; i < graph.operators()->size(); ++i) {
    const tflite::Operator& op = *graph.operators()->Get(i);
    if (!kernels::mvp::IsAccelerated(root, op)) continue;
    const int32_t input = op.inputs() == nullptr || op.inputs()->size() == 0 ? -1 : op.inputs()->Get(0);
    if (input < 0) continue;
    const tflite::Tensor& tensor = *graph.tensors()->Get(static_cast<uint32_t>(input));
    if (tensor.type() == tflite::TensorType_FLOAT32) return true;
  }
  return false;
}

}  // namespace

Session::Resolver& Session::AddOperators(Resolver& resolver, app::Kernel kernel, const AlignedBytes& model) {
  const char* failed = "an operator cannot be registered";
  const app::KernelChoice kernels = app::ChooseKernels(kernel);
  const bool has_float = HasFloatLayer(model);
  const TFLMRegistration any_type = tflite::Register_FULLY_CONNECTED();
  Require(resolver.AddFullyConnected(has_float ? any_type : kernels.fully_connected), failed);
  Require(resolver.AddQuantize(kernels.quantize), failed);
  Require(resolver.AddDequantize(kernels.dequantize), failed);
  Require(resolver.AddAdd(kernels.add()), failed);
  Require(resolver.AddAveragePool2D(), failed);
  Require(resolver.AddConcatenation(), failed);
  Require(resolver.AddConv2D(kernels.conv_2d()), failed);
  Require(resolver.AddDepthwiseConv2D(kernels.depthwise_conv_2d()), failed);
  Require(resolver.AddLogistic(), failed);
  Require(resolver.AddMaxPool2D(), failed);
  Require(resolver.AddMean(), failed);
  Require(resolver.AddMul(), failed);
  Require(resolver.AddPack(), failed);
  Require(resolver.AddPad(), failed);
  Require(resolver.AddRelu(), failed);
  Require(resolver.AddRelu6(), failed);
  Require(resolver.AddReshape(), failed);
  Require(resolver.AddShape(), failed);
  Require(resolver.AddSoftmax(), failed);
  Require(resolver.AddStridedSlice(), failed);
  Require(resolver.AddSub(), failed);
  return resolver;
}

Session::Session(const Options& options, const AlignedBytes& model, size_t weights_budget,
                 const std::vector<uint32_t>& placement)
    : accelerated_(options.kernel != app::Kernel::kReference && !HasFloatLayer(model)),
      arena_(options.arena_bytes),
      images_(options.images.empty() ? AlignedBytes(0) : ReadFile(options.images)),
      weights_ram_(weights_budget),
      port_(options.cycle_model),
      driver_(port_),
      application_({model.data(), model.size(), AddOperators(resolver_, options.kernel, model), arena_.data(),
                    arena_.size(), clock_, &driver_, images_.size() == 0 ? nullptr : images_.data(),
                    images_.size(), HeaderOf(placement), weights_ram_.data(), weights_ram_.size(), &parts_,
                    &nodes_}) {
  if (options.model_in_ram) {
    port_.MapRam(const_cast<uint8_t*>(model.data()), model.size());
  } else {
    port_.MapFlash(model.data(), model.size());
  }
  port_.MapRam(arena_.data(), arena_.size());
  if (images_.size() > 0) port_.MapFlash(images_.data(), images_.size());
  if (weights_ram_.size() > 0) port_.MapRam(weights_ram_.data(), weights_ram_.size());
  if (driver_.Init() != mvp::Status::kOk) throw Failure("the accelerator's model does not start");
  TakeMessages();
  Require(application_.Init(), "the model cannot be prepared");
  notes_ = TakeMessages();
  if (images_.size() > 0 && notes_.find("prepared again") != std::string::npos) {
    throw Failure(options.images + ": " + notes_);
  }
}

size_t Session::input_bytes() {
  size_t bytes = 0;
  for (size_t i = 0; i < application_.inputs_size(); ++i) bytes += application_.input(i)->bytes;
  return bytes;
}

size_t Session::output_bytes() {
  size_t bytes = 0;
  for (size_t i = 0; i < application_.outputs_size(); ++i) bytes += application_.output(i)->bytes;
  return bytes;
}

void Session::Run(const uint8_t* input, uint8_t* output) {
  for (size_t i = 0; i < application_.inputs_size(); ++i) {
    const TfLiteTensor& tensor = *application_.input(i);
    std::memcpy(tensor.data.data, input, tensor.bytes);
    input += tensor.bytes;
  }
  Require(application_.Invoke(), "the model failed");
  for (size_t i = 0; i < application_.outputs_size(); ++i) {
    const TfLiteTensor& tensor = *application_.output(i);
    std::memcpy(output, tensor.data.data, tensor.bytes);
    output += tensor.bytes;
  }
}

namespace {

std::unique_ptr<Session> OpenWithArena(const Options& options, const AlignedBytes& model, size_t budget = 0,
                                       const std::vector<uint32_t>& placement = {}) {
  try {
    return std::make_unique<Session>(options, model, budget, placement);
  } catch (const Failure& failure) {
    if (std::string(failure.what()).find("arena is too small") == std::string::npos) throw;
  }
  Options probe = options;
  probe.arena_bytes = kProbeArenaBytes;
  Session large(probe, model);
  throw Failure("the arena needs " + std::to_string(large.application().arena_used_bytes()) + " bytes, " +
                std::to_string(options.arena_bytes) + " are given: raise --arena");
}

// What an image for the chip has in flash, where it has its layers prepared.
size_t PreparedBytes(const PartsCollector& parts) {
  size_t bytes = 0;
  for (const std::vector<PartsCollector::Part>& layer : parts.layers()) {
    for (const PartsCollector::Part& part : layer) bytes += 4 * part.words.size();
  }
  return bytes;
}

// The arena that a chip needs, at most: this machine's pointers are longer.
size_t ArenaOnChip(Session& session, const Options& options) {
  const size_t used = session.application().arena_used_bytes();
  return options.images.empty() ? used - PreparedBytes(session.parts()) : used;
}

// Bytes of RAM beside arena, stack and variables, in multiples of 64.
size_t LeftoverRam(size_t arena_bytes) {
  const size_t taken = arena_bytes + kStackBytes + kVariableBytes;
  return taken < kRamBytes ? (kRamBytes - taken) / 64 * 64 : 0;
}

void RequireACopy(const app::InterpretedApplication& application, size_t budget, size_t arena_bytes) {
  if (application.weights_copied() > 0 || application.smallest_weights_bytes() == 0) return;
  throw Failure("--weights ram: the weights of the smallest layer take " +
                std::to_string(application.smallest_weights_bytes()) + " B, and " + std::to_string(budget) +
                " B of RAM are left: " + std::to_string(kRamBytes) + " B less " +
                std::to_string(arena_bytes) + " B of arena, " + std::to_string(kStackBytes) +
                " B of stack and " + std::to_string(kVariableBytes) +
                " B of variables: give --weights auto or flash");
}

}  // namespace

std::unique_ptr<Session> OpenSession(const Options& options, const AlignedBytes& model) {
  std::unique_ptr<Session> flash = OpenWithArena(options, model);
  if (options.weights == Weights::kFlash) return flash;
  // Which layers the accelerator takes is known now.
  const auto variant = options.kernel == app::Kernel::kBaseline ? kernels::mvp::Variant::kBaseline
                                                                : kernels::mvp::Variant::kFast;
  const std::vector<uint32_t> placement =
      PreparedBlock(flash->parts(), variant, model.data(), model.size(), options.on_core);
  const size_t arena_bytes = ArenaOnChip(*flash, options);
  size_t budget = LeftoverRam(arena_bytes);
  if (options.weights == Weights::kRam) budget = std::min(budget, kMostWeightsBytes);
  budget = options.weights_budget.value_or(budget);
  flash.reset();
  std::unique_ptr<Session> session = OpenWithArena(options, model, budget, placement);
  if (options.weights == Weights::kRam && !options.weights_budget.has_value()) {
    RequireACopy(session->application(), budget, arena_bytes);
  }
  return session;
}

}  // namespace host_build
