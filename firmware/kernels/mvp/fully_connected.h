// FULLY_CONNECTED on the MVP accelerator, as registrations for TFLM's op resolver.
#pragma once

#include "tensorflow/lite/micro/micro_common.h"

namespace kernels::mvp {

enum class Variant {
  kBaseline,  // the vendor's program and its numerics, bit for bit
  kFast,      // input rescaled once per layer, one instruction per pair of products, blocked accumulation
};

// int8 layers [batch, depth] x [outputs, depth] run as MVP programs built in Prepare. Layers that do not fit
// (other types, per-channel scales under kBaseline, more than 1024 outputs or batches, no accelerator …) run
// the reference kernel; the driver's launch counter tells which. A layer whose program faults or times out is
// redone by the reference kernel.
TFLMRegistration RegisterFullyConnectedMvp(Variant variant);

}  // namespace kernels::mvp
