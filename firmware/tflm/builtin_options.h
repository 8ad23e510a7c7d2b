// From an operator's options in the model to the structure that its kernel reads.
#pragma once

#include "arena.h"
#include "tensorflow/lite/c/common.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace earshot {

// Sets *builtin_data to a TfLite…Params in `arena`, or to nullptr for operators without options. Fails when
// the arena is full or an option has a value that no kernel here knows; says so through MicroPrintf.
TfLiteStatus ParseBuiltinOptions(const tflite::Operator& op, tflite::BuiltinOperator code, Arena& arena,
                                 void** builtin_data);

}  // namespace earshot
