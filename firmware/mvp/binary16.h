// Conversion of real constants to the accelerator's number format.
#pragma once

#include <cstdint>

namespace mvp {

inline constexpr double kLargestBinary16 = 65504.0;

// Bits of the binary16 nearest to `value`, ties to even; subnormals are kept, what is too large becomes
// infinity.
uint16_t ToBinary16(double value);

}  // namespace mvp
