// One model in the firmware's application on this machine.
#include "host/sim/host_build/session.h"

#include <cstring>
#include <string>

#include "host/sim/host_build/debug_log.h"
#include "host/sim/host_build/failure.h"

namespace host_build {
namespace {

// Large enough for whatever the verifier lets pass, in practice.
constexpr size_t kProbeArenaBytes = size_t{1} << 26;

// The chip's RAM, and what of it is set aside for stack and variables.
constexpr size_t kRamBytes = 262144;
constexpr size_t kReservedRamBytes = 16384;

[[noreturn]] void FailWithMessage(const std::string& otherwise) {
  const std::string message = TakeMessages();
  throw Failure(message.empty() ? otherwise : message);
}

void Require(TfLiteStatus status, const char* what) {
  if (status != kTfLiteOk) FailWithMessage(what);
}

}  // namespace

Session::Resolver& Session::AddOperators(Resolver& resolver, app::Kernel kernel) {
  const char* failed = "an operator cannot be registered";
  const app::KernelChoice kernels = app::ChooseKernels(kernel);
  Require(resolver.AddFullyConnected(kernels.fully_connected), failed);
  Require(resolver.AddQuantize(kernels.quantize), failed);
  Require(resolver.AddDequantize(kernels.dequantize), failed);
  Require(resolver.AddReshape(), failed);
  Require(resolver.AddShape(), failed);
  Require(resolver.AddStridedSlice(), failed);
  Require(resolver.AddPack(), failed);
  return resolver;
}

Session::Session(const Options& options, const AlignedBytes& model)
    : arena_(options.arena_bytes),
      images_(options.images.empty() ? AlignedBytes(0) : ReadFile(options.images)),
      weights_ram_(options.weights == Weights::kFlash ? 0 : options.weights_budget),
      port_(options.cycle_model),
      driver_(port_),
      application_({model.data(), model.size(), AddOperators(resolver_, options.kernel), arena_.data(),
                    arena_.size(), clock_, &driver_, images_.size() == 0 ? nullptr : images_.data(),
                    images_.size(), weights_ram_.data(), weights_ram_.size(), &parts_}) {
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

// What the chip has left when arena, stack and variables have their RAM.
size_t LeftoverRam(const Options& options, const AlignedBytes& model) {
  Options flash = options;
  flash.weights = Weights::kFlash;
  const size_t taken = OpenSession(flash, model)->application().arena_used_bytes() + kReservedRamBytes;
  return taken < kRamBytes ? (kRamBytes - taken) / 64 * 64 : 0;
}

std::unique_ptr<Session> OpenSession(const Options& options, const AlignedBytes& model) {
  if (options.weights == Weights::kAuto) {
    Options budgeted = options;
    budgeted.weights = Weights::kRam;
    budgeted.weights_budget = LeftoverRam(options, model);
    return OpenSession(budgeted, model);
  }
  try {
    return std::make_unique<Session>(options, model);
  } catch (const Failure& failure) {
    if (std::string(failure.what()).find("arena is too small") == std::string::npos) throw;
  }
  Options probe = options;
  probe.arena_bytes = kProbeArenaBytes;
  Session large(probe, model);
  throw Failure("the arena needs " + std::to_string(large.application().arena_used_bytes()) + " bytes, " +
                std::to_string(options.arena_bytes) + " are given: raise --arena");
}

}  // namespace host_build
