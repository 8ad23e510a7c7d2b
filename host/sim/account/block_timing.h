// What a block of instructions costs by itself, found from its bytes.
#pragma once

#include <cstdint>

#include "host/sim/account/timed_block.h"
#include "host/sim/core/memories.h"

namespace sim {

struct AccountParameters;

// Fills everything of `block` but its counts. Bytes outside of the memories count as one 16-bit instruction
// of one cycle each.
void TimeBlock(Memories& memories, const AccountParameters& parameters, uint32_t address, uint32_t size,
               TimedBlock& block);

}  // namespace sim
