// How the interpreter finds the kernel of an operator.
#pragma once

#include "arena.h"
#include "tensorflow/lite/micro/micro_common.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace tflite {

// Reads an operator's options from the model: checks them, then sets *builtin_data to a TfLite…Params in
// `arena`. Fails, saying why through MicroPrintf, when they cannot be used or the arena is full.
using TfLiteBridgeBuiltinParseFunction = TfLiteStatus (*)(const Operator& op, earshot::Arena& arena,
                                                          void** builtin_data);

class MicroOpResolver {
 public:
  // nullptr when there is none.
  virtual const TFLMRegistration* FindOp(BuiltinOperator op) const = 0;
  virtual const TFLMRegistration* FindOp(const char* custom_name) const = 0;

  // What reads the options of `op`; nullptr when it has none that a kernel reads, or is not there.
  virtual TfLiteBridgeBuiltinParseFunction GetOpDataParser(BuiltinOperator op) const = 0;

 protected:
  ~MicroOpResolver() = default;
};

}  // namespace tflite
