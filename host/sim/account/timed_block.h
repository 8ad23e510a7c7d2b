// A block of instructions as the account knows it: its fixed cost and what was counted of it.
#pragma once

#include <array>
#include <cstdint>

namespace sim {

// How a block hands on to the next one; the recorder follows calls by it.
enum class BlockEnd : uint8_t {
  kFallsThrough,  // into the next address: cut at a page, before or after a system instruction
  kJump,          // B, B<cond>, CBZ, TBB, MOV PC
  kCall,          // BL, BLX
  kReturn,        // BX LR, POP {…, PC}, LDM {…, PC}, LDR PC, [SP], #n; BX to another register is a jump
};

// Data reads whose address is R[base] + (R[index] << shift) + offset, by the registers at the block's entry.
struct EntryRead {
  static constexpr uint8_t kNone = 0xFF;
  uint8_t base = 0;
  uint8_t index = kNone;
  uint8_t shift = 0;
  uint8_t count = 0;   // of 32-bit reads, saturating
  int32_t offset = 0;  // of the first of them: the others are taken to lie in the same memory
};

struct TimedBlock {
  static constexpr unsigned kMostReads = 4;

  uint32_t address = 0;
  uint32_t end = 0;          // the address after its last byte
  uint32_t cost = 0;         // cycles, its last conditional branch not taken, everything from the cache
  uint32_t taken_extra = 0;  // more cycles if that branch is taken
  uint16_t instructions = 0;
  uint16_t fetches = 0;  // 32-bit words fetched from flash, for the cache's counters
  uint8_t read_count = 0;
  bool inspect = false;  // an access in it may be misaligned in a way that word_bases does not tell
  bool stale = false;    // its bytes changed: to be timed again, its counts go on
  BlockEnd ending = BlockEnd::kFallsThrough;
  uint32_t resident_at = 0;  // the cache's evictions() when all of it was found in the cache; 0: look
  uint16_t word_bases = 0;   // a bit for each of R0..R14 that must be a multiple of 4 on entry
  uint32_t function = 0;     // the recorder's number of its function + 1; 0: not looked up
  uint64_t executions = 0;
  uint64_t cycles = 0;  // charged so far, cache misses and flash reads included
  std::array<EntryRead, kMostReads> reads{};
};

}  // namespace sim
