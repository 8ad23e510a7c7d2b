// What a platform supplies to reach the MVP accelerator: its registers, its view of memory, and waiting.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace port {

struct WaitResult {
  bool finished;         // false: the timeout passed first
  uint32_t wait_cycles;  // core cycles in which the core had nothing to do
};

// `count` words for consecutive registers from `offset` on.
struct RegisterBlock {
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

  std::array<RegisterBlock, 2> blocks;  // of 8, 16, 24, … words each
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
  virtual void Launch(const LaunchWords& launch) {
    for (const RegisterBlock& block : launch.blocks) WriteBlock(block.offset, block.words, block.count);
    for (size_t i = 0; i < launch.word_count; ++i) Write(launch.words[i].offset, launch.words[i].value);
    WriteBlock(launch.command.offset, &launch.command.value, 1);
  }

  // Turns on the clock and the interrupt line of the block. The registers are at their reset values after it.
  virtual void PowerUp() = 0;

  // Waits until STATUS.IDLE, sleeping where the platform can, at most `timeout_cycles` core cycles.
  virtual WaitResult WaitUntilIdle(uint32_t timeout_cycles) = 0;

  // The 32-bit address at which the accelerator's bus masters see `pointer`, which must lie in memory that
  // they reach (flash or RAM of the chip); 0 when it does not.
  virtual uint32_t BusAddress(const void* pointer) const = 0;

 protected:
  ~Accelerator() = default;
};

}  // namespace port
