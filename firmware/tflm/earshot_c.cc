// The runtime from plain C: interpreter and list of operators in the caller's arena.
#include "earshot_c.h"

#include <cstring>
#include <new>

#include "arena.h"
#include "earshot_c_registration.h"
#include "model_verifier.h"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_log.h"

namespace earshot {
namespace {

static_assert(static_cast<int>(kEarshotFloat32) == static_cast<int>(kTfLiteFloat32));
static_assert(static_cast<int>(kEarshotInt32) == static_cast<int>(kTfLiteInt32));
static_assert(static_cast<int>(kEarshotInt8) == static_cast<int>(kTfLiteInt8));

// A resolver over a list whose length is known only when the program runs.
class ListedOperators final : public tflite::MicroOpResolver {
 public:
  ListedOperators(const EarshotRegistration* first, size_t count) : first_(first), count_(count) {}

  const TFLMRegistration* FindOp(tflite::BuiltinOperator op) const override {
    const EarshotRegistration* found = Find(op);
    return found == nullptr ? nullptr : &found->kernel;
  }
  const TFLMRegistration* FindOp(const char*) const override { return nullptr; }
  tflite::TfLiteBridgeBuiltinParseFunction GetOpDataParser(tflite::BuiltinOperator op) const override {
    const EarshotRegistration* found = Find(op);
    return found == nullptr ? nullptr : found->parser;
  }

 private:
  const EarshotRegistration* Find(tflite::BuiltinOperator op) const {
    for (size_t i = 0; i < count_; ++i) {
      if (first_[i].kernel.builtin_code == op) return &first_[i];
    }
    return nullptr;
  }

  const EarshotRegistration* first_;
  size_t count_;
};

EarshotTensor Describe(const TfLiteTensor* tensor) {
  if (tensor == nullptr) return {nullptr, 0, kEarshotNoType, 0, nullptr, 0.0f, 0};
  return {tensor->data.data,        tensor->bytes,      static_cast<EarshotType>(tensor->type),
          tensor->dims->size,       tensor->dims->data, tensor->params.scale,
          tensor->params.zero_point};
}

}  // namespace
}  // namespace earshot

struct EarshotInterpreter {
  EarshotInterpreter(const void* model, const EarshotRegistration* registrations, size_t count,
                     uint8_t* memory, size_t bytes, size_t before)
      : operators(registrations, count),
        interpreter(tflite::GetModel(model), operators, memory, bytes),
        bytes_before(before) {}

  earshot::ListedOperators operators;
  tflite::MicroInterpreter interpreter;
  size_t bytes_before;  // of the aligned arena: this, and the list of operators
};

namespace earshot {
namespace {

bool IsListedTwice(const EarshotRegistration* registrations, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    for (size_t k = 0; k < i; ++k) {
      if (registrations[i].kernel.builtin_code != registrations[k].kernel.builtin_code) continue;
      const auto code = static_cast<tflite::BuiltinOperator>(registrations[i].kernel.builtin_code);
      MicroPrintf("operator %s is listed twice", tflite::EnumNameBuiltinOperator(code));
      return true;
    }
  }
  return false;
}

// Where in `bytes` from `memory` on, which is aligned, the interpreter begins and the list behind it ends.
// 0: they do not fit.
size_t BytesBeforeTensors(size_t operator_count, size_t bytes) {
  constexpr size_t kFirst = AlignUp(sizeof(EarshotInterpreter), kArenaAlignment);
  if (bytes < kFirst || operator_count > (bytes - kFirst) / sizeof(EarshotRegistration)) return 0;
  const size_t needed = AlignUp(kFirst + operator_count * sizeof(EarshotRegistration), kArenaAlignment);
  return needed <= bytes ? needed : 0;
}

}  // namespace
}  // namespace earshot

EarshotInterpreter* EarshotCreate(const void* model, size_t model_bytes, const EarshotOperator* operators,
                                  size_t operator_count, void* arena, size_t arena_bytes) {
  const earshot::VerifierResult verified = earshot::VerifyModel(model, model_bytes);
  if (!verified.ok) {
    MicroPrintf("%s", verified.reason);
    return nullptr;
  }
  const size_t lost = (0 - reinterpret_cast<uintptr_t>(arena)) % earshot::kArenaAlignment;
  const size_t bytes = arena_bytes < lost ? 0 : arena_bytes - lost;
  uint8_t* memory = static_cast<uint8_t*>(arena) + lost;
  const size_t before = earshot::BytesBeforeTensors(operator_count, bytes);
  if (before == 0) {
    MicroPrintf("the arena is too small: %u bytes do not hold the interpreter and its operators",
                static_cast<unsigned>(bytes));
    return nullptr;
  }
  void* list = memory + earshot::AlignUp(sizeof(EarshotInterpreter), earshot::kArenaAlignment);
  auto* registrations = static_cast<EarshotRegistration*>(list);
  for (size_t i = 0; i < operator_count; ++i) operators[i](new (&registrations[i]) EarshotRegistration{});
  if (earshot::IsListedTwice(registrations, operator_count)) return nullptr;
  auto* created = new (memory)
      EarshotInterpreter(model, registrations, operator_count, memory + before, bytes - before, before);
  if (created->interpreter.AllocateTensors() != kTfLiteOk) {
    created->~EarshotInterpreter();
    return nullptr;
  }
  for (size_t i = 0; i < EarshotInputCount(created); ++i) {
    const EarshotTensor input = EarshotInput(created, i);
    std::memset(input.data, 0, input.bytes);
  }
  return created;
}

void EarshotDestroy(EarshotInterpreter* interpreter) {
  if (interpreter != nullptr) interpreter->~EarshotInterpreter();
}

size_t EarshotInputCount(const EarshotInterpreter* interpreter) {
  return interpreter->interpreter.inputs_size();
}

size_t EarshotOutputCount(const EarshotInterpreter* interpreter) {
  return interpreter->interpreter.outputs_size();
}

EarshotTensor EarshotInput(EarshotInterpreter* interpreter, size_t index) {
  return earshot::Describe(interpreter->interpreter.input(index));
}

EarshotTensor EarshotOutput(EarshotInterpreter* interpreter, size_t index) {
  return earshot::Describe(interpreter->interpreter.output(index));
}

EarshotStatus EarshotInvoke(EarshotInterpreter* interpreter) {
  return interpreter->interpreter.Invoke() == kTfLiteOk ? kEarshotOk : kEarshotError;
}

size_t EarshotArenaUsedBytes(const EarshotInterpreter* interpreter) {
  return interpreter->bytes_before + interpreter->interpreter.arena_used_bytes();
}
