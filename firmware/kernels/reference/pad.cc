// PAD: without an implementation so far, so that the interpreter refuses a model by the operator's name.
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace tflite {

TFLMRegistration Register_PAD() { return micro::RegisterOp(nullptr, nullptr, nullptr); }

}  // namespace tflite
