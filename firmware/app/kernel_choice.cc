// Which implementation runs an operator that has several.
#include "app/kernel_choice.h"

#include "kernels/fast/dequantize.h"
#include "kernels/fast/quantize.h"
#include "kernels/mvp/fully_connected.h"
#include "tensorflow/lite/micro/kernels/fully_connected.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace app {
namespace {

KernelChoice Accelerated(kernels::mvp::Variant variant) {
  return {kernels::mvp::RegisterFullyConnectedMvp(variant), kernels::fast::RegisterQuantize(),
          kernels::fast::RegisterDequantize()};
}

}  // namespace

KernelChoice ChooseKernels(Kernel kernel) {
  switch (kernel) {
    case Kernel::kBaseline:
      return Accelerated(kernels::mvp::Variant::kBaseline);
    case Kernel::kFast:
      return Accelerated(kernels::mvp::Variant::kFast);
    case Kernel::kReference:
      break;
  }
  return {tflite::Register_FULLY_CONNECTED(), tflite::Register_QUANTIZE(), tflite::Register_DEQUANTIZE()};
}

}  // namespace app
