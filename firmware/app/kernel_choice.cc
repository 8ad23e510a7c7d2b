// Which implementation runs an operator that has several.
#include "app/kernel_choice.h"

#include "kernels/fast/add.h"
#include "kernels/fast/conv_2d.h"
#include "kernels/fast/depthwise_conv_2d.h"
#include "kernels/fast/dequantize.h"
#include "kernels/fast/fully_connected.h"
#include "kernels/fast/quantize.h"
#include "kernels/mvp/fully_connected.h"
#include "tensorflow/lite/micro/kernels/fully_connected.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"

namespace app {
namespace {

KernelChoice WithFastConversions(const TFLMRegistration& fully_connected, Kernel kernel) {
  return {fully_connected, kernels::fast::RegisterQuantize(), kernels::fast::RegisterDequantize(), kernel};
}

}  // namespace

TFLMRegistration KernelChoice::add() const {
  return kernel == Kernel::kFast ? kernels::fast::RegisterAdd() : tflite::Register_ADD();
}

TFLMRegistration KernelChoice::conv_2d() const {
  return kernel == Kernel::kFast ? kernels::fast::RegisterConv2D() : tflite::Register_CONV_2D();
}

TFLMRegistration KernelChoice::depthwise_conv_2d() const {
  return kernel == Kernel::kFast ? kernels::fast::RegisterDepthwiseConv2D()
                                 : tflite::Register_DEPTHWISE_CONV_2D();
}

KernelChoice ChooseKernels(Kernel kernel, bool accelerated) {
  if (kernel == Kernel::kReference) {
    return {tflite::Register_FULLY_CONNECTED_INT8(), tflite::Register_QUANTIZE(),
            tflite::Register_DEQUANTIZE(), kernel};
  }
  if (!accelerated) {
    return WithFastConversions(kernel == Kernel::kFast ? kernels::fast::RegisterFullyConnected()
                                                       : tflite::Register_FULLY_CONNECTED_INT8(),
                               kernel);
  }
  const auto variant =
      kernel == Kernel::kFast ? kernels::mvp::Variant::kFast : kernels::mvp::Variant::kBaseline;
  return WithFastConversions(kernels::mvp::RegisterFullyConnectedMvp(variant), kernel);
}

const char* DescribeKernels(Kernel kernel, const char* name, bool accelerated) {
  if (accelerated || kernel == Kernel::kReference) return name;
  return kernel == Kernel::kFast ? "fast on the core" : "reference with fast conversions";
}

}  // namespace app
