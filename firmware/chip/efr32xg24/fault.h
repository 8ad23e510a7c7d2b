// What is kept of a fault over the reset that follows it, so that the next start can report it.
#pragma once

#include <cstdint>

namespace chip {

struct FaultRecord {
  uint32_t magic;         // kFaultMagic when the rest is valid: RAM holds noise after power-up
  uint32_t count;         // faults since the last one that was reported
  uint32_t vector;        // exception number: 3 HardFault, 4 MemManage, 5 BusFault, 6 UsageFault, …
  uint32_t exc_return;    // what LR held on entry
  uint32_t stack;         // stack pointer on entry; the frame below starts there
  uint32_t registers[8];  // R4..R11
  uint32_t frame[8];      // R0..R3, R12, LR, PC, xPSR as the core stacked them; 0 when `stack` is outside RAM
  uint32_t cfsr;
  uint32_t hfsr;
  uint32_t mmfar;
  uint32_t bfar;
};

inline constexpr uint32_t kFaultMagic = 0xFA017EC0;
inline constexpr uint32_t kFramePc = 6;
inline constexpr uint32_t kFrameLr = 5;

// The fault before the last reset, or nullptr. ForgetFault makes room for the next one.
const FaultRecord* LastFault();
void ForgetFault();

}  // namespace chip
