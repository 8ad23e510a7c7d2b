// The reference fully connected kernel.
#pragma once

#include "tensorflow/lite/micro/micro_common.h"

namespace tflite {

// int8 in and out, int8 weights with zero point 0 and one scale per tensor or per output, int32 bias or none.
TFLMRegistration Register_FULLY_CONNECTED();

}  // namespace tflite
