// Random numbers that are the same on every machine, so that a seed and a number tell an execution.
#pragma once

#include <cstddef>
#include <cstdint>

namespace model_fuzzing {

// splitmix64: S. Vigna's generator of that name, with one word of state, as each execution starts a new one.
class RandomSource {
 public:
  RandomSource(uint64_t seed, uint64_t execution) : state_(seed) { state_ = Next() + execution; }

  uint64_t Next() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  // From 0 to `end` - 1; 0 where `end` is 0. The bias is below 1e-9 for the sizes here.
  size_t Below(size_t end) { return end == 0 ? 0 : static_cast<size_t>(Next() % end); }

  // True once in `rounds`.
  bool OneIn(size_t rounds) { return Below(rounds) == 0; }

 private:
  uint64_t state_;
};

}  // namespace model_fuzzing
