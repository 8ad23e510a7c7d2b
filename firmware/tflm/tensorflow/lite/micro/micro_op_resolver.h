// How the interpreter finds the kernel of an operator.
#pragma once

#include "tensorflow/lite/micro/micro_common.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace tflite {

class MicroOpResolver {
 public:
  // nullptr when there is none.
  virtual const TFLMRegistration* FindOp(BuiltinOperator op) const = 0;
  virtual const TFLMRegistration* FindOp(const char* custom_name) const = 0;

 protected:
  ~MicroOpResolver() = default;
};

}  // namespace tflite
