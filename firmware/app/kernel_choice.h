// Which implementation runs an operator that has several.
#pragma once

#include "tensorflow/lite/micro/micro_common.h"

namespace app {

enum class Kernel {
  kReference,  // plain C++ on the core, bit-exact to TFLM
  kBaseline,   // MVP program structured like the vendor's; fast conversions at the model's ends
  kFast,       // our MVP program; the same conversions, and fast kernels on the core where it cannot run
};

// Registrations for the operators with more than one implementation; all others use the reference.
struct KernelChoice {
  TFLMRegistration fully_connected;
  TFLMRegistration quantize;
  TFLMRegistration dequantize;
  Kernel kernel;
  // Functions, so that an image without these operators does not link their kernels.
  TFLMRegistration add() const;
  TFLMRegistration conv_2d() const;
  TFLMRegistration depthwise_conv_2d() const;
};

// `accelerated`: whether there is an accelerator. Without one fully connected layers run the core's fast
// kernel under kFast, and the reference under kBaseline, whose arena has no room for a scratch buffer; the
// conversions stay what they are. Convolutions and sums run on the core in the same way with or without one.
KernelChoice ChooseKernels(Kernel kernel, bool accelerated = true);

// What runs fully connected layers under that choice, in words, where `name` is what `kernel` is called. The
// first word is the name of a kernel: host.link knows the image's kernel by it.
const char* DescribeKernels(Kernel kernel, const char* name, bool accelerated);

}  // namespace app
