// How registers are reached on the chip: one volatile word at its address. The folder of this file is an
// include directory of its own, so that a test can put a recorded bus in its place.
#pragma once

#include <cstdint>

namespace chip::bus {

inline uint32_t Load(uint32_t address) { return *reinterpret_cast<const volatile uint32_t*>(address); }

inline void Store(uint32_t address, uint32_t value) {
  *reinterpret_cast<volatile uint32_t*>(address) = value;
}

// Words that StoreBlocks moves at a time.
inline constexpr uint32_t kBlockWords = 6;

// Writes `count` words, a multiple of kBlockWords and not 0, to consecutive registers in ascending order. By
// LDM and STM a word takes 3.5 cycles from flash by the virtual board's account, where a loop over words
// takes
// 10. An interrupt may make the core begin an STM anew: no register among them may mind being written twice.
inline void StoreBlocks(uint32_t address, const uint32_t* words, uint32_t count) {
  __asm volatile(
      "0:\n\t"
      "ldmia %[words]!, {r2, r3, r4, r5, r6, r12}\n\t"
      "stmia %[address]!, {r2, r3, r4, r5, r6, r12}\n\t"
      "subs %[count], %[count], #6\n\t"
      "bne 0b"
      : [address] "+r"(address), [words] "+r"(words), [count] "+r"(count)
      :
      : "r2", "r3", "r4", "r5", "r6", "r12", "cc", "memory");
}

}  // namespace chip::bus
