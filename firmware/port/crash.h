// What is known of a crash after the reset that ended it, in terms of the Armv8-M architecture.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace port {

enum class CrashKind : uint32_t {
  kFault,          // an exception of the core, or an interrupt that nobody handles
  kStackOverflow,  // the stack pointer would have passed the stack limit register
  kAssertion,      // the program found its own state wrong
  kWatchdog,       // the main loop made no progress
  kLockup,         // a fault while a fault was handled
};

struct Crash {
  static constexpr size_t kRegisters = 16;  // R0..R12, SP, LR, PC

  CrashKind kind;
  uint32_t in_a_row;  // crashes since the last start that reached the console
  // False when the core took no interrupts any more, and was reset: then all but kind and in_a_row is
  // unknown.
  bool registers_known;
  // False when there was no room on the stack to save R0..R3, R12, LR, PC and xPSR, which are then 0.
  bool frame_known;
  uint32_t exception;                          // its number, 0 where registers are unknown
  uint32_t exc_return;                         // LR on entry
  std::array<uint32_t, kRegisters> registers;  // before the exception
  uint32_t xpsr;
  uint32_t cfsr;
  uint32_t hfsr;
  uint32_t mmfar;  // has a meaning when CFSR says so, as has bfar
  uint32_t bfar;
  const uint32_t* stack;  // [stack_words], from SP upwards; as they were
  size_t stack_words;
  const uint8_t* build_id;  // [build_id_bytes], of the image that crashed
  size_t build_id_bytes;
  const char* message;  // of an assertion; else ""
};

}  // namespace port
