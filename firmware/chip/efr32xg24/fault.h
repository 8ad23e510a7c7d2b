// What is kept of a crash over the reset that follows it, so that the next start can report it.
#pragma once

#include <cstdint>

namespace chip {

enum class CrashCause : uint32_t { kFault, kStackOverflow, kAssertion, kWatchdog, kLockup };

struct FaultRecord {
  static constexpr uint32_t kStackWords = 224;  // from a wait for the accelerator to main there are some 200
  static constexpr uint32_t kMessageBytes = 96;
  static constexpr uint32_t kBuildIdBytes = 20;

  uint32_t magic;         // kFaultMagic when the rest is valid: RAM holds noise after power-up
  uint32_t count;         // crashes since the last start that reached its console
  uint32_t vector;        // exception number: 3 HardFault, 4 MemManage, …; 0: a reset that left no registers
  uint32_t exc_return;    // what LR held on entry
  uint32_t stack;         // stack pointer on entry; the frame below starts there
  uint32_t registers[8];  // R4..R11
  uint32_t frame[8];      // R0..R3, R12, LR, PC, xPSR as the core stacked them, where frame_known
  uint32_t cfsr;
  uint32_t hfsr;
  uint32_t mmfar;
  uint32_t bfar;
  CrashCause cause;
  uint32_t told;                     // not 0: a start has reached its console since
  uint32_t frame_known;              // 0: `stack` is outside RAM, or the stack had no room for the frame
  uint32_t sp;                       // before the exception
  uint32_t stack_words;              // of those below that are valid
  uint32_t stack_copy[kStackWords];  // from `sp` upwards
  uint32_t build_id_bytes;
  uint8_t build_id[kBuildIdBytes];  // of the image that crashed
  char message[kMessageBytes];      // of an assertion; else empty
};

inline constexpr uint32_t kFaultMagic = 0xFA017EC1;
inline constexpr uint32_t kFrameXpsr = 7;
inline constexpr uint32_t kFramePc = 6;
inline constexpr uint32_t kFrameLr = 5;

// The last crash since power was applied, or nullptr.
const FaultRecord* LastFault();

// What has been recorded is told: it stays readable, and the next crash counts as the first.
void ForgetFault();

// Power has just been applied: RAM holds noise.
void DropFault();

// A reset by watchdog or lock-up that left no record of its own makes one without registers.
void RecordReset(CrashCause cause);

// Records "file:line: expression" and crashes.
[[noreturn]] void FailAssertion(const char* file, int line, const char* expression);

}  // namespace chip
