// Look-up and replacement in the instruction cache.
#include "host/sim/account/instruction_cache.h"

#include <algorithm>

namespace sim {

uint32_t InstructionCache::Touch(uint32_t from, uint32_t to) {
  uint32_t missing = 0;
  for (uint32_t block = from / kBlockBytes; block <= (to - 1) / kBlockBytes; ++block) {
    if (!enabled()) {
      ++missing;
      continue;
    }
    constexpr uint32_t kBlocksPerLine = kLineBytes / kBlockBytes;
    Line& line = Place(block / kBlocksPerLine);
    const uint32_t bit = 1U << block % kBlocksPerLine;
    missing += (line.present & bit) == 0;
    line.present |= bit;
  }
  return missing;
}

InstructionCache::Line& InstructionCache::Place(uint32_t number) {
  auto& ways = lines_[number % kSets];
  for (Line& line : ways) {
    if (line.present != 0 && line.number == number) return line;
  }
  uint8_t& next = next_way_[number % kSets];
  Line& line = ways[next];
  next = (next + 1) % kWays;
  if (line.present != 0) Evicted();
  line = {number, 0};
  return line;
}

void InstructionCache::Flush() {
  lines_ = {};
  next_way_ = {};
  Evicted();
}

void InstructionCache::Enable(bool on) {
  enabled_ = on ? 1 : 0;
  Evicted();
}

}  // namespace sim
