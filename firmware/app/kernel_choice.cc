// Which implementation runs an operator that has several.
#include "app/kernel_choice.h"

#include "kernels/mvp/fully_connected.h"
#include "tensorflow/lite/micro/kernels/fully_connected.h"

namespace app {

KernelChoice ChooseKernels(Kernel kernel) {
  switch (kernel) {
    case Kernel::kBaseline:
      return {kernels::mvp::RegisterFullyConnectedMvp(kernels::mvp::Variant::kBaseline)};
    case Kernel::kFast:
      return {kernels::mvp::RegisterFullyConnectedMvp(kernels::mvp::Variant::kFast)};
    case Kernel::kReference:
      break;
  }
  return {tflite::Register_FULLY_CONNECTED()};
}

}  // namespace app
