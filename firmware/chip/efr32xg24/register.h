// One hardware register as a type: its address is part of the type, so a wrong register is a compile error.
#pragma once

#include <cstdint>

#include "register_bus.h"

namespace chip {

// A register of a core block (SCB, NVIC, SysTick) or of read-only memory: one address.
template <uint32_t kAddress>
struct CoreRegister {
  static constexpr uint32_t kAt = kAddress;

  static uint32_t Read() { return bus::Load(kAddress); }
  static void Write(uint32_t value) { bus::Store(kAddress, value); }
};

// A register of a Series 2 peripheral, which has write-only aliases that change single bits (section 1.3).
template <uint32_t kAddress>
struct Register : CoreRegister<kAddress> {
  static constexpr uint32_t kSet = kAddress + 0x1000;
  static constexpr uint32_t kClear = kAddress + 0x2000;

  static void Set(uint32_t bits) { bus::Store(kSet, bits); }
  static void Clear(uint32_t bits) { bus::Store(kClear, bits); }
};

// Polls until (Read() & mask) == value; false after kPollLimit reads: some 0.1 s at 20 MHz and a quarter of
// it at 78 MHz, far above the longest waits (crystal start at 20 MHz, about 1.3 ms; a serial frame, 0.1 ms).
inline constexpr uint32_t kPollLimit = 200'000;

template <typename Source>
[[nodiscard]] bool PollUntil(uint32_t mask, uint32_t value) {
  for (uint32_t i = 0; i < kPollLimit; ++i) {
    if ((Source::Read() & mask) == value) return true;
  }
  return false;
}

}  // namespace chip
