// The choice of kernels: one registration per choice, and none the same.
#include "app/kernel_choice.h"

#include <gtest/gtest.h>

#include "tensorflow/lite/micro/kernels/fully_connected.h"

namespace {

TEST(KernelChoice, ReferenceIsTheReferenceKernel) {
  const TFLMRegistration chosen = app::ChooseKernels(app::Kernel::kReference).fully_connected;
  EXPECT_EQ(chosen.invoke, tflite::Register_FULLY_CONNECTED().invoke);
}

TEST(KernelChoice, TheAcceleratorsAreOthers) {
  for (const app::Kernel kernel : {app::Kernel::kBaseline, app::Kernel::kFast}) {
    const TFLMRegistration chosen = app::ChooseKernels(kernel).fully_connected;
    ASSERT_NE(chosen.invoke, nullptr);
    EXPECT_NE(chosen.invoke, tflite::Register_FULLY_CONNECTED().invoke);
  }
}

}  // namespace
