// What a platform supplies to reach the MVP accelerator: its registers, its view of memory, and waiting.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mvp/registers.h"

namespace port {

struct WaitResult {
  bool finished;         // false: the timeout passed first
  uint32_t wait_cycles;  // core cycles in which the core had nothing to do
};

struct ProgramEnd {
  WaitResult wait;
  uint32_t flags;   // IF; 0 after a timeout
  uint32_t cycles;  // PERF0CNT; 0 after a timeout
};

// `count` words for consecutive registers from `offset` on.
struct RegisterBlock {
  // In a launch, `count` is a multiple of this: it suits the programs best of what a core moves at once.
  static constexpr uint32_t kMultiple = 6;

  uint32_t offset;
  const uint32_t* words;
  uint32_t count;
};

struct RegisterWord {
  uint32_t offset;
  uint32_t value;
};

// All that starts a program: blocks, then single words in place of some of theirs, then the command.
struct LaunchWords {
  static constexpr size_t kMaxWords = 8;

  std::array<RegisterBlock, 2> blocks;
  RegisterWord command;
  size_t word_count;
  std::array<RegisterWord, kMaxWords> words;  // [word_count]
};

class Accelerator {
 public:
  // False on parts without an MVP, and where nothing bounds a wait for it; then nothing else may be called.
  virtual bool Present() const = 0;

  // Plain register window; `offset` as in the register map (0x000..0x204), a multiple of 4.
  virtual uint32_t Read(uint32_t offset) = 0;
  virtual void Write(uint32_t offset, uint32_t value) = 0;

  // Writes `count` words to consecutive registers in ascending order, and the first of them only when all
  // that the core has stored is in memory, where the accelerator's bus masters see it.
  virtual void WriteBlock(uint32_t offset, const uint32_t* words, size_t count) = 0;

  // Writes a launch in its order, and the command only when all that the core has stored is in memory. One
  // call, because what it takes passes between two programs: platforms that count cycles have their own.
  [[gnu::noinline]] virtual void Launch(const LaunchWords& launch) {
    for (const RegisterBlock& block : launch.blocks) WriteBlock(block.offset, block.words, block.count);
    for (size_t i = 0; i < launch.word_count; ++i) Write(launch.words[i].offset, launch.words[i].value);
    WriteBlock(launch.command.offset, &launch.command.value, 1);
  }

  // Turns on the clock and the interrupt line of the block. The registers are at their reset values after it.
  virtual void PowerUp() = 0;

  // Waits until STATUS.IDLE, sleeping where the platform can, at most `timeout_cycles` core cycles.
  virtual WaitResult WaitUntilIdle(uint32_t timeout_cycles) = 0;

  // The same, and what the program has left in IF and PERF0CNT: one call, as with Launch.
  [[gnu::noinline]] virtual ProgramEnd WaitForEnd(uint32_t timeout_cycles) {
    const WaitResult wait = WaitUntilIdle(timeout_cycles);
    if (!wait.finished) return {wait, 0, 0};
    return {wait, Read(mvp::reg::IF), Read(mvp::reg::PERF0CNT)};
  }

  // The 32-bit address at which the accelerator's bus masters see `pointer`, which must lie in memory that
  // they reach (flash or RAM of the chip); 0 when it does not.
  virtual uint32_t BusAddress(const void* pointer) const = 0;

 protected:
  ~Accelerator() = default;
};

}  // namespace port
