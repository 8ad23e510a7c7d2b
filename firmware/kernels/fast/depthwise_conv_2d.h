// DEPTHWISE_CONV_2D on the core, four channels at a time, as a registration for TFLM's op resolver.
#pragma once

#include "tensorflow/lite/micro/micro_common.h"

namespace kernels::fast {

// Takes what the reference kernel takes, with the same results. In fours with a depth multiplier of 1; as the
// reference kernel does with another one, with fewer than four channels, or where a factor is 1/4 or more.
TFLMRegistration RegisterDepthwiseConv2D();

}  // namespace kernels::fast
