// The core's registers where the engine keeps them, for hooks that read some at every block.
#pragma once

#include <unicorn/unicorn.h>

#include <cstdint>

namespace sim {

// R0..R12, as they are in any hook and between runs; valid as long as the engine. A read through the engine's
// interface takes 6 ns, as long as several instructions. The interface does not tell this place: it is found
// by values that occur nowhere else and must follow when these change. nullptr where that fails, as with
// another build of the engine or where a process may not read its own memory: then only speed is lost.
// Leaves R0..R12 0.
const uint32_t* FindLiveRegisters(uc_engine* uc);

}  // namespace sim
