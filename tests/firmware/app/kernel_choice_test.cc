// The choice of kernels: one registration per choice, and none the same.
#include "app/kernel_choice.h"

#include <gtest/gtest.h>

#include "kernels/fast/add.h"
#include "kernels/fast/conv_2d.h"
#include "kernels/fast/depthwise_conv_2d.h"
#include "kernels/fast/dequantize.h"
#include "kernels/fast/fully_connected.h"
#include "kernels/fast/quantize.h"
#include "tensorflow/lite/micro/kernels/fully_connected.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace {

TEST(KernelChoice, ReferenceIsTheReferenceKernel) {
  const app::KernelChoice chosen = app::ChooseKernels(app::Kernel::kReference);
  EXPECT_EQ(chosen.fully_connected.invoke, tflite::Register_FULLY_CONNECTED_INT8().invoke);
  EXPECT_EQ(chosen.quantize.invoke, tflite::Register_QUANTIZE().invoke);
  EXPECT_EQ(chosen.dequantize.invoke, tflite::Register_DEQUANTIZE().invoke);
}

TEST(KernelChoice, TheAcceleratorsAreOthers) {
  for (const app::Kernel kernel : {app::Kernel::kBaseline, app::Kernel::kFast}) {
    const TFLMRegistration chosen = app::ChooseKernels(kernel).fully_connected;
    ASSERT_NE(chosen.invoke, nullptr);
    EXPECT_NE(chosen.invoke, tflite::Register_FULLY_CONNECTED_INT8().invoke);
  }
}

TEST(KernelChoice, TheFastConversionsComeWithTheAccelerators) {
  for (const app::Kernel kernel : {app::Kernel::kBaseline, app::Kernel::kFast}) {
    const app::KernelChoice chosen = app::ChooseKernels(kernel);
    EXPECT_EQ(chosen.quantize.invoke, kernels::fast::RegisterQuantize().invoke);
    EXPECT_EQ(chosen.dequantize.invoke, kernels::fast::RegisterDequantize().invoke);
  }
}

TEST(KernelChoice, ConvolutionsAndSumsAreFastUnderFast) {
  for (const app::Kernel kernel : {app::Kernel::kReference, app::Kernel::kBaseline, app::Kernel::kFast}) {
    for (const bool accelerated : {false, true}) {
      const app::KernelChoice chosen = app::ChooseKernels(kernel, accelerated);
      const bool fast = kernel == app::Kernel::kFast;
      EXPECT_EQ(chosen.add().invoke,
                fast ? kernels::fast::RegisterAdd().invoke : tflite::Register_ADD().invoke);
      EXPECT_EQ(chosen.conv_2d().invoke,
                fast ? kernels::fast::RegisterConv2D().invoke : tflite::Register_CONV_2D().invoke);
      EXPECT_EQ(chosen.depthwise_conv_2d().invoke, fast ? kernels::fast::RegisterDepthwiseConv2D().invoke
                                                        : tflite::Register_DEPTHWISE_CONV_2D().invoke);
    }
  }
}

TEST(KernelChoice, WithoutAnAcceleratorTheCoreRunsTheLayers) {
  for (const app::Kernel kernel : {app::Kernel::kBaseline, app::Kernel::kFast}) {
    const app::KernelChoice chosen = app::ChooseKernels(kernel, false);
    const TFLMRegistration expected = kernel == app::Kernel::kFast ? kernels::fast::RegisterFullyConnected()
                                                                   : tflite::Register_FULLY_CONNECTED_INT8();
    EXPECT_EQ(chosen.fully_connected.invoke, expected.invoke);
    EXPECT_EQ(chosen.quantize.invoke, kernels::fast::RegisterQuantize().invoke);
    EXPECT_EQ(chosen.dequantize.invoke, kernels::fast::RegisterDequantize().invoke);
    EXPECT_STREQ(app::DescribeKernels(kernel, "name", true), "name");
  }
  EXPECT_STREQ(app::DescribeKernels(app::Kernel::kFast, "fast", false), "fast on the core");
  EXPECT_STREQ(app::DescribeKernels(app::Kernel::kBaseline, "baseline", false),
               "reference with fast conversions");
  const app::KernelChoice reference = app::ChooseKernels(app::Kernel::kReference, false);
  EXPECT_EQ(reference.quantize.invoke, tflite::Register_QUANTIZE().invoke);
  EXPECT_STREQ(app::DescribeKernels(app::Kernel::kReference, "reference", false), "reference");
}

}  // namespace
