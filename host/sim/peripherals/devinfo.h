// DEVINFO: what the factory writes into a chip, for a virtual one (hardware description 1.4).
#pragma once

#include <cstdint>

#include "host/sim/core/memories.h"

namespace sim {

// The upper 24 bits of the unique id of every virtual board. Its first byte, 0x02, marks an identifier as
// locally administered, so no real chip carries it.
inline constexpr uint32_t kVirtualOui = 0x02E570;

// Fills DEVINFO for `part` (DEVINFO.PART); sizes are those of `memories`. `unique_id` is EUI64; where its
// upper 24 bits are 0, kVirtualOui takes their place. Words that a simulator has no value for keep the
// header's reset value.
void FillDevinfo(Memories& memories, uint32_t part, uint64_t unique_id);

}  // namespace sim
