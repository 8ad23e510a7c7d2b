// The few Cortex-M33 instructions that C++ has no words for. Replaceable in tests, like register_bus.h.
#pragma once

#include <cstdint>

namespace chip {

inline void DataSyncBarrier() { __asm volatile("dsb 0xF" ::: "memory"); }

inline void InstructionSyncBarrier() { __asm volatile("isb 0xF" ::: "memory"); }

// Sets PRIMASK: interrupts become pending but are not taken. Returns whether they were allowed before.
inline bool MaskInterrupts() {
  uint32_t primask = 0;
  __asm volatile("mrs %0, primask\n\tcpsid i" : "=r"(primask)::"memory");
  return (primask & 1u) == 0;
}

// Lets pending interrupts in before it returns (the barrier makes that certain).
inline void UnmaskInterrupts() { __asm volatile("cpsie i\n\tisb 0xF" ::: "memory"); }

// Sleeps in EM1 until an enabled interrupt is pending, also when PRIMASK is set (hardware description, 6.2).
inline void WaitForInterrupt() { __asm volatile("dsb 0xF\n\twfi" ::: "memory"); }

}  // namespace chip
