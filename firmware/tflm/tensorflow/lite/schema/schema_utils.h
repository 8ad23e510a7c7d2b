// An operator's code, wherever the file has it.
#pragma once

#include "tensorflow/lite/schema/schema_generated.h"

namespace tflite {

// The larger of the old 8-bit and the newer 32-bit field. Upstream's OperatorCode::builtin_code reads the
// newer only.
inline BuiltinOperator GetBuiltinCode(const OperatorCode* op_code) { return op_code->builtin_code(); }

}  // namespace tflite
