// The identification registers by which a debugger finds the units of the private bus, and the ROM table.
#pragma once

#include <cstdint>

namespace sim {

inline constexpr uint32_t kRomTableBase = 0xE00FF000;

// Words of the ROM table, and those from offset 0xFBC on of ITM, DWT, FPB and SCS: false for other addresses.
bool ReadCoresightId(uint32_t address, uint32_t& value);

}  // namespace sim
