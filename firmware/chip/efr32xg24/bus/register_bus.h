// How registers are reached on the chip: one volatile word at its address. The folder of this file is an
// include directory of its own, so that a test can put a recorded bus in its place.
#pragma once

#include <cstdint>

namespace chip::bus {

inline uint32_t Load(uint32_t address) { return *reinterpret_cast<const volatile uint32_t*>(address); }

inline void Store(uint32_t address, uint32_t value) {
  *reinterpret_cast<volatile uint32_t*>(address) = value;
}

}  // namespace chip::bus
