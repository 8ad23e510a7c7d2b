// Reads, prepares and runs one file.
#include "host/fuzz/model/execution.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

#include "host/sim/host_build/mvp_port.h"
#include "kernels/mvp/context.h"
#include "kernels/mvp/fully_connected.h"
#include "model_verifier.h"
#include "mvp/driver.h"
#include "tensorflow/lite/micro/debug_log.h"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "weight_layout.h"

namespace model_fuzzing {
namespace {

// DebugLog is a plain function of the firmware, so what it is given must be kept in one place per program.
std::string& Log() {
  static std::string log;
  return log;
}

// Memory of exactly `size` bytes at a multiple of 16.
class ExactBlock {
 public:
  explicit ExactBlock(size_t size) {
    void* memory = nullptr;
    if (posix_memalign(&memory, 16, size) != 0) std::abort();
    bytes_.reset(static_cast<uint8_t*>(memory));
  }
  uint8_t* data() { return bytes_.get(); }

 private:
  struct Free {
    void operator()(uint8_t* bytes) const { std::free(bytes); }
  };
  std::unique_ptr<uint8_t, Free> bytes_;
};

Bytes Contents(tflite::MicroInterpreter& interpreter, bool inputs) {
  Bytes all;
  const size_t count = inputs ? interpreter.inputs_size() : interpreter.outputs_size();
  for (size_t i = 0; i < count; ++i) {
    const TfLiteTensor& tensor = inputs ? *interpreter.input(i) : *interpreter.output(i);
    all.insert(all.end(), tensor.data.uint8, tensor.data.uint8 + tensor.bytes);
  }
  return all;
}

void FillInputs(tflite::MicroInterpreter& interpreter, uint64_t seed) {
  RandomSource random(seed, 0);
  for (size_t i = 0; i < interpreter.inputs_size(); ++i) {
    const TfLiteTensor& tensor = *interpreter.input(i);
    for (size_t j = 0; j < tensor.bytes; ++j) tensor.data.uint8[j] = static_cast<uint8_t>(random.Next());
  }
}

// What a kernel finds besides its node: the order of weights and, for some kernels, the modelled accelerator,
// which reaches the model and the arena and nothing else.
class Surroundings {
 public:
  Surroundings(const Bytes& model, const uint8_t* block, ExactBlock& arena, size_t arena_bytes,
               Kernels kernels)
      : port_("device-flash"), driver_(port_) {
    context_.model = tflite::GetModel(block);
    context_.external.weight_orders = earshot::ReadWeightLayout(*context_.model);
    if (!UsesAccelerator(kernels)) return;
    port_.MapFlash(block, model.size());
    port_.MapRam(arena.data(), arena_bytes);
    if (driver_.Init() != mvp::Status::kOk) std::abort();
    context_.driver = &driver_;
  }

  kernels::mvp::Context& context() { return context_; }
  uint32_t faults() const { return driver_.faults(); }
  uint32_t programs() const { return driver_.launches(); }

 private:
  host_build::MvpPort port_;
  mvp::Driver driver_;
  kernels::mvp::Context context_;
};

// Runs a prepared model, and judges it.
void Invoke(tflite::MicroInterpreter& interpreter, const Settings& settings, Surroundings& around,
            Outcome* outcome, Bytes* outputs) {
  FillInputs(interpreter, settings.input_seed);
  const Bytes inputs = Contents(interpreter, true);
  outcome->stage = Stage::kInvocation;
  const TfLiteStatus status = interpreter.Invoke();
  if (status != kTfLiteOk || kernels::mvp::FinishRunningLayer(around.context()) != kTfLiteOk) {
    outcome->violation = "Invoke fails after AllocateTensors has succeeded: " + Log();
    return;
  }
  outcome->programs = around.programs();
  *outputs = Contents(interpreter, false);
  if (settings.keep_inputs && Contents(interpreter, true) != inputs) {
    outcome->violation = "Invoke changes an input that is to be kept";
  } else if (around.faults() > 0) {
    outcome->violation = "the accelerator faults";
  }
}

// Prepares and runs a model that the reader has accepted, in an arena full of `fill`.
Outcome Run(const Bytes& model, const uint8_t* block, const Settings& settings, Kernels kernels, uint8_t fill,
            Bytes* outputs) {
  ExactBlock arena(settings.arena_bytes);
  std::memset(arena.data(), fill, settings.arena_bytes);
  Surroundings around(model, block, arena, settings.arena_bytes, kernels);
  Log().clear();
  tflite::MicroInterpreter interpreter(tflite::GetModel(block), OperatorsOf(kernels), arena.data(),
                                       settings.arena_bytes, nullptr, nullptr, settings.preserve_all_tensors,
                                       settings.keep_inputs);
  Outcome outcome;
  outcome.stage = Stage::kAllocation;
  if (interpreter.SetMicroExternalContext(&around.context()) != kTfLiteOk) std::abort();
  if (interpreter.AllocateTensors() != kTfLiteOk) {
    outcome.message = std::exchange(Log(), {});
    if (outcome.message.empty()) outcome.violation = "AllocateTensors fails without a message";
    return outcome;
  }
  Invoke(interpreter, settings, around, &outcome, outputs);
  return outcome;
}

// The same file once more, with the kernels of the settings and another content of the arena. Those of the
// accelerator round in their own way: they are compared with themselves.
Outcome RunAgain(const Bytes& model, const uint8_t* block, const Settings& settings, const Bytes& expected) {
  Bytes outputs;
  const auto other = static_cast<uint8_t>(~settings.fill);
  Outcome outcome = Run(model, block, settings, settings.kernels, other, &outputs);
  if (outcome.stage != Stage::kInvocation || !outcome.violation.empty()) return outcome;
  Bytes again = expected;
  if (UsesAccelerator(settings.kernels)) {
    outcome = Run(model, block, settings, settings.kernels, settings.fill, &again);
    if (!outcome.violation.empty()) return outcome;
  }
  if (again != outputs) {
    outcome.violation = settings.kernels == Kernels::kFast
                            ? "the outputs are not those of the reference kernels"
                            : "the outputs depend on what was in the arena before";
  }
  return outcome;
}

}  // namespace

Outcome Execute(const Bytes& model, const Settings& settings) {
  ExactBlock block(model.size());
  if (!model.empty()) std::memcpy(block.data(), model.data(), model.size());
  const earshot::VerifierResult verified = earshot::VerifyModel(block.data(), model.size());
  if (!verified.ok) {
    Outcome outcome;
    outcome.message.assign(verified.reason, strnlen(verified.reason, sizeof(verified.reason)));
    if (outcome.message.empty()) outcome.violation = "the reader refuses without a message";
    if (outcome.message.size() == sizeof(verified.reason)) outcome.violation = "a message does not end";
    return outcome;
  }
  Bytes outputs;
  Outcome outcome = Run(model, block.data(), settings, Kernels::kReference, settings.fill, &outputs);
  if (outcome.stage != Stage::kInvocation || !outcome.violation.empty()) return outcome;
  const Outcome again = RunAgain(model, block.data(), settings, outputs);
  outcome.ran_again = again.stage == Stage::kInvocation;
  outcome.programs = again.programs;
  if (!again.violation.empty()) {
    outcome.violation = NameOf(settings.kernels) + (" kernels: " + again.violation);
  }
  if (outcome.violation.empty() && std::memcmp(block.data(), model.data(), model.size()) != 0) {
    outcome.violation = "the model is changed";
  }
  return outcome;
}

}  // namespace model_fuzzing

extern "C" void DebugLog(const char* format, va_list args) {
  char text[512];
  if (std::vsnprintf(text, sizeof(text), format, args) > 0) model_fuzzing::Log() += text;
}
