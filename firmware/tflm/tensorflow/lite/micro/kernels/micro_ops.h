// The reference kernels; fully_connected.h declares one more.
#pragma once

#include "tensorflow/lite/micro/micro_common.h"

namespace tflite {

TFLMRegistration Register_DEQUANTIZE();     // int8 to float32
TFLMRegistration Register_PACK();           // float32, int32, int8
TFLMRegistration Register_QUANTIZE();       // float32 to int8, int8 to int8
TFLMRegistration Register_RESHAPE();        // any type
TFLMRegistration Register_SHAPE();          // any type to int32
TFLMRegistration Register_STRIDED_SLICE();  // float32, int32, int8

}  // namespace tflite
