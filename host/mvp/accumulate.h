// Sums of many products at once, exactly as the ALU's multiply-accumulates would build them one by one.
#pragma once

#include <cstdint>

#include "host/mvp/alu.h"
#include "host/mvp/program.h"

namespace mvp_model {

// Contiguous elements in memory: pairs, or scalars of which the imaginary lane is +0.
struct Factors {
  const uint8_t* bytes;
  BaseType type;
  bool pairs;
};

// Both return false, and leave `sum` as it is, when any step would raise an event (NaN, overflow, underflow)
// or is not covered: the caller then goes the slow way.

// `count` times MACR2A: sum = sum + x * y in each lane.
[[nodiscard]] bool AccumulateLanes(const Factors& x, const Factors& y, uint32_t count, Lanes& sum);

// `count` times MACC where one of both factors is scalar.
[[nodiscard]] bool AccumulateScaled(const Factors& x, const Factors& y, uint32_t count, Lanes& sum);

}  // namespace mvp_model
