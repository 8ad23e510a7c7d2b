// The reference fully connected kernels.
#pragma once

#include "tensorflow/lite/micro/micro_common.h"

namespace tflite {

// int8 in and out, int8 weights with zero point 0 and one scale per tensor or per output, int32 bias or none.
// An image has only this one when its model has no float32 layer.
TFLMRegistration Register_FULLY_CONNECTED_INT8();

// The same, or float32 throughout.
TFLMRegistration Register_FULLY_CONNECTED();

}  // namespace tflite
