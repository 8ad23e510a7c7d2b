// The fixed cost of a block, instruction by instruction.
#include "host/sim/account/block_timing.h"

#include <algorithm>

namespace sim {

void TimeBlock(Memories& memories, const AccountParameters& parameters, uint32_t address, uint32_t size,
               TimedBlock& block) {
  (void)memories;
  (void)parameters;
  block.address = address;
  block.end = address + size;
  block.instructions = static_cast<uint16_t>(std::max<uint32_t>(1, size / 2));
  block.cost = block.instructions;
  block.fetches = static_cast<uint16_t>(std::max<uint32_t>(1, size / 4));
}

}  // namespace sim
