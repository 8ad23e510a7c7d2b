// Which implementation runs an operator that has several.
#include "app/kernel_choice.h"

#include "kernels/fast/dequantize.h"
#include "kernels/fast/fully_connected.h"
#include "kernels/fast/quantize.h"
#include "kernels/mvp/fully_connected.h"
#include "tensorflow/lite/micro/kernels/fully_connected.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace app {
namespace {

KernelChoice WithFastConversions(const TFLMRegistration& fully_connected) {
  return {fully_connected, kernels::fast::RegisterQuantize(), kernels::fast::RegisterDequantize()};
}

}  // namespace

KernelChoice ChooseKernels(Kernel kernel, bool accelerated) {
  if (kernel == Kernel::kReference) {
    return {tflite::Register_FULLY_CONNECTED_INT8(), tflite::Register_QUANTIZE(),
            tflite::Register_DEQUANTIZE()};
  }
  if (!accelerated) {
    return WithFastConversions(kernel == Kernel::kFast ? kernels::fast::RegisterFullyConnected()
                                                       : tflite::Register_FULLY_CONNECTED_INT8());
  }
  return WithFastConversions(kernels::mvp::RegisterFullyConnectedMvp(
      kernel == Kernel::kFast ? kernels::mvp::Variant::kFast : kernels::mvp::Variant::kBaseline));
}

const char* DescribeKernels(Kernel kernel, const char* name, bool accelerated) {
  if (accelerated || kernel == Kernel::kReference) return name;
  return kernel == Kernel::kFast ? "fast on the core" : "reference with fast conversions";
}

}  // namespace app
