// FULLY_CONNECTED on the MVP accelerator, as registrations for TFLM's op resolver.
#pragma once

#include "tensorflow/lite/micro/micro_common.h"

namespace kernels::mvp {

enum class Variant {
  kBaseline,  // the vendor's program and its numerics, bit for bit
  kFast,      // input rescaled once per layer, two products per instruction, blocked accumulation
};

// int8 layers [batch, depth] x [outputs, depth] run as MVP programs built in Prepare; kFast takes any shape
// up to MaxFastDepth, one scale or one per output, and weights in either order (kernels/weight_order.h).
// Layers that do not fit (other types, multipliers or biases too large for binary16; under kBaseline scales
// per output, more than 1024 outputs, interleaved weights) run on the core, and Prepare says which and why
// through MicroPrintf. Without an accelerator all do. The driver's launch counter tells which kernel ran. A
// layer whose program faults or times out is redone on the core: under kFast by kernels/fast, in the scratch
// buffer of the programs where there is one; under kBaseline by the reference kernel.
TFLMRegistration RegisterFullyConnectedMvp(Variant variant);

}  // namespace kernels::mvp
