// CONV_2D on the core, four output channels at a time, as a registration for TFLM's op resolver.
#pragma once

#include "tensorflow/lite/micro/micro_common.h"

namespace kernels::fast {

// Takes what the reference kernel takes, with the same results. In fours, with a scratch buffer of 2 bytes
// for each weight of an output channel, and 1 more unless the filter is a single pixel; as the reference
// kernel does where there are groups or fewer than four output channels, or a factor is 1/4 or more.
TFLMRegistration RegisterConv2D();

}  // namespace kernels::fast
