// The core's kernel of FULLY_CONNECTED that firmware/kernels/mvp falls back on, from an installed TFLM.
#include "kernels/reference/invoke.h"
#include "tensorflow/lite/micro/kernels/fully_connected.h"

namespace kernels::reference {

TfLiteStatus InvokeFullyConnectedInt8(TfLiteContext* context, TfLiteNode* node) {
  return tflite::Register_FULLY_CONNECTED_INT8().invoke(context, node);
}

}  // namespace kernels::reference
