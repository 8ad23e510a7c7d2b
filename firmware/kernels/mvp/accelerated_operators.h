// Which operators have a kernel in this folder: the only list of them in C++.
#pragma once

#include <cstdint>

#include "tensorflow/lite/schema/schema_generated.h"
#include "tensorflow/lite/schema/schema_utils.h"

namespace kernels::mvp {

inline constexpr tflite::BuiltinOperator kAcceleratedOperators[] = {tflite::BuiltinOperator_FULLY_CONNECTED};

// Whether an operator of a verified model has one; its weights are operand kWeightsOperand.
inline bool IsAccelerated(const tflite::Model& model, const tflite::Operator& op) {
  const auto code = tflite::GetBuiltinCode(model.operator_codes()->Get(op.opcode_index()));
  for (const tflite::BuiltinOperator accelerated : kAcceleratedOperators) {
    if (code == accelerated) return true;
  }
  return false;
}

inline constexpr uint32_t kWeightsOperand = 1;

}  // namespace kernels::mvp
