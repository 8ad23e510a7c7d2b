// Conversion of real constants to the accelerator's number format.
#pragma once

#include <cstdint>
#include <cstring>

namespace mvp {

inline constexpr double kLargestBinary16 = 65504.0;

// Bits of the binary16 nearest to `value`, ties to even; subnormals are kept, what is too large becomes
// infinity.
uint16_t ToBinary16(double value);

// 2^exponent, -1022..1023. Unlike std::ldexp it needs no errno, and with it the C library's 1 KiB of state.
inline double PowerOfTwo(int exponent) {
  const uint64_t bits = static_cast<uint64_t>(exponent + 1023) << 52;
  double value = 0;
  static_assert(sizeof(value) == sizeof(bits));
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace mvp
