// Reads, prepares and runs one file.
#include "host/fuzz/model/execution.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

#include "model_verifier.h"
#include "tensorflow/lite/micro/debug_log.h"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"

namespace model_fuzzing {
namespace {

using Resolver = tflite::MicroMutableOpResolver<21>;

// DebugLog is a plain function of the firmware, so what it is given must be kept in one place per program.
std::string& Log() {
  static std::string log;
  return log;
}

std::unique_ptr<Resolver> MakeResolver() {
  auto made = std::make_unique<Resolver>();
  Resolver& all = *made;
  for (const TfLiteStatus added : {all.AddAdd(),
                                   all.AddAveragePool2D(),
                                   all.AddConcatenation(),
                                   all.AddConv2D(),
                                   all.AddDequantize(),
                                   all.AddDepthwiseConv2D(),
                                   all.AddFullyConnected(),
                                   all.AddLogistic(),
                                   all.AddMaxPool2D(),
                                   all.AddMean(),
                                   all.AddMul(),
                                   all.AddPack(),
                                   all.AddPad(),
                                   all.AddQuantize(),
                                   all.AddRelu(),
                                   all.AddRelu6(),
                                   all.AddReshape(),
                                   all.AddShape(),
                                   all.AddSoftmax(),
                                   all.AddStridedSlice(),
                                   all.AddSub()}) {
    if (added != kTfLiteOk) std::abort();
  }
  return made;
}

const Resolver& AllOperators() {
  static const std::unique_ptr<Resolver> resolver = MakeResolver();
  return *resolver;
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

// Prepares and runs a model that the reader has accepted, in an arena full of `fill`.
Outcome Run(const uint8_t* model, const Settings& settings, uint8_t fill, Bytes* outputs) {
  ExactBlock arena(settings.arena_bytes);
  std::memset(arena.data(), fill, settings.arena_bytes);
  Log().clear();
  tflite::MicroInterpreter interpreter(tflite::GetModel(model), AllOperators(), arena.data(),
                                       settings.arena_bytes, nullptr, nullptr, settings.preserve_all_tensors,
                                       settings.keep_inputs);
  Outcome outcome;
  outcome.stage = Stage::kAllocation;
  if (interpreter.AllocateTensors() != kTfLiteOk) {
    outcome.message = std::exchange(Log(), {});
    if (outcome.message.empty()) outcome.violation = "AllocateTensors fails without a message";
    return outcome;
  }
  FillInputs(interpreter, settings.input_seed);
  const Bytes inputs = Contents(interpreter, true);
  outcome.stage = Stage::kInvocation;
  if (interpreter.Invoke() != kTfLiteOk) {
    outcome.violation = "Invoke fails after AllocateTensors has succeeded: " + Log();
    return outcome;
  }
  *outputs = Contents(interpreter, false);
  if (settings.keep_inputs && Contents(interpreter, true) != inputs) {
    outcome.violation = "Invoke changes an input that is to be kept";
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
  Outcome outcome = Run(block.data(), settings, 0xA5, &outputs);
  if (outcome.stage != Stage::kInvocation || !outcome.violation.empty()) return outcome;
  Bytes again;
  outcome = Run(block.data(), settings, 0x5A, &again);
  if (outcome.violation.empty() && again != outputs) {
    outcome.violation = "the outputs depend on what was in the arena before";
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
