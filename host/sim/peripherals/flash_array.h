// The flash cells: what programming, erasing and interrupting either leaves in them.
#pragma once

#include <cstdint>

#include "host/sim/core/faults.h"
#include "host/sim/core/memories.h"

namespace sim {

// Bits go from 1 to 0 by programming and back to 1 by erasing a whole page. An operation that is cut short
// has reached a share of the bits that it was to change; which ones follows from `seed` and the address
// alone.
class FlashArray {
 public:
  FlashArray(Memories& memories, const InjectedFaults& faults) : memories_(memories), faults_(faults) {}

  // Main flash or user data.
  bool Contains(uint32_t address) const { return PageBytes(address) != 0; }
  bool InUserData(uint32_t address) const;
  // 8 KiB in main flash, 1 KiB in user data, 0 elsewhere.
  uint32_t PageBytes(uint32_t address) const;
  uint32_t PageStart(uint32_t address) const;

  // A word, at a word's address inside.
  void Program(uint32_t address, uint32_t word);
  void ErasePage(uint32_t address);
  void EraseMain();

  // The same, stopped after `done` of 256 parts of their time.
  void ProgramPartly(uint32_t address, uint32_t word, uint32_t done, uint64_t seed);
  void ErasePagePartly(uint32_t address, uint32_t done, uint64_t seed);

 private:
  void Set(uint32_t address, uint8_t value);

  Memories& memories_;
  const InjectedFaults& faults_;
};

}  // namespace sim
