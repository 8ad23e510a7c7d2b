// ADD on the core, four elements at a time, as a registration for TFLM's op resolver.
#pragma once

#include "tensorflow/lite/micro/micro_common.h"

namespace kernels::fast {

// Takes what the reference kernel takes, with the same results. In fours where both inputs have the output's
// shape; as the reference kernel does where one repeats or is too small to count, or the factor from the sum
// is 1/4 or more.
TFLMRegistration RegisterAdd();

}  // namespace kernels::fast
