// SplitMix64 (Steele, Lea, Flood 2014): numbers that look random and repeat with their seed.
#pragma once

#include <cstdint>

namespace sim {

inline constexpr uint64_t kSplitMixStep = 0x9E3779B97F4A7C15u;  // from one state to the next

// The number that belongs to `state`; every bit of it depends on every bit of the state.
constexpr uint64_t SplitMix(uint64_t state) {
  uint64_t z = state + kSplitMixStep;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return z ^ z >> 31;
}

}  // namespace sim
