// What an operator that a C program names stands for.
#pragma once

#include "tensorflow/lite/micro/micro_op_resolver.h"

struct EarshotRegistration {
  TFLMRegistration kernel;
  tflite::TfLiteBridgeBuiltinParseFunction parser;
};
