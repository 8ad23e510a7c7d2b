// Factors from sums to int8 outputs, in the form that four_sums.h of either kind takes.
#pragma once

#include <cstdint>
#include <cstring>

namespace kernels::fast {

// A factor multiplier * 2^(shift - 31) as two, so that scaling is two products rounded to their upper words:
// 2^32 + doubled is twice the multiplier, which is 2^30 or more; power is 2^(32 + shift).
struct Factor {
  int32_t doubled;
  int32_t power;
};

inline constexpr int32_t kGreatestShift = -2;  // the least is -31

inline Factor FactorOf(int32_t multiplier, uint32_t shift) {
  return {static_cast<int32_t>(2 * static_cast<uint32_t>(multiplier)),
          static_cast<int32_t>(uint32_t{1} << (shift & 31))};  // shift + 32, as shift is below 0
}

struct FourFactors {
  Factor a, b, c, d;
};

[[gnu::always_inline]] inline FourFactors FactorsOf(const int32_t* multipliers, const int8_t* shifts) {
  uint32_t packed;
  std::memcpy(&packed, shifts, sizeof(packed));
  return {FactorOf(multipliers[0], packed), FactorOf(multipliers[1], packed >> 8),
          FactorOf(multipliers[2], packed >> 16), FactorOf(multipliers[3], packed >> 24)};
}

}  // namespace kernels::fast
