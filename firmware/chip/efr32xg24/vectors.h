// The vector table: 16 entries of the architecture and 76 interrupts (hardware description 2.1).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace chip {

using Handler = void (*)();

inline constexpr size_t kCoreVectors = 16;
inline constexpr size_t kInterrupts = 76;

struct VectorTable {
  uint32_t* initial_stack;
  std::array<Handler, kCoreVectors + kInterrupts - 1> handlers;  // handlers[n - 1] is exception n
};

extern "C" const VectorTable kVectors;

}  // namespace chip
