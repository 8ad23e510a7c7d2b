// The reference kernels; fully_connected.h declares one more.
#pragma once

#include "tensorflow/lite/micro/micro_common.h"

namespace tflite {

// int8 throughout, but where a comment says otherwise. What each takes is in its file in kernels/reference.
TFLMRegistration Register_ADD();
TFLMRegistration Register_AVERAGE_POOL_2D();
TFLMRegistration Register_CONCATENATION();  // float32, int32, int8
TFLMRegistration Register_CONV_2D();
TFLMRegistration Register_DEPTHWISE_CONV_2D();
TFLMRegistration Register_DEQUANTIZE();  // int8 to float32
TFLMRegistration Register_LOGISTIC();
TFLMRegistration Register_MAX_POOL_2D();
TFLMRegistration Register_MEAN();
TFLMRegistration Register_MUL();
TFLMRegistration Register_PACK();  // float32, int32, int8
TFLMRegistration Register_PAD();
TFLMRegistration Register_QUANTIZE();  // float32 to int8, int8 to int8
TFLMRegistration Register_RELU();
TFLMRegistration Register_RELU6();
TFLMRegistration Register_RESHAPE();  // any type
TFLMRegistration Register_SHAPE();    // any type to int32
TFLMRegistration Register_SOFTMAX();
TFLMRegistration Register_STRIDED_SLICE();  // float32, int32, int8
TFLMRegistration Register_SUB();

}  // namespace tflite
