// Where flash and RAM of the largest xG24 lie (hardware description 1.1); a board file states what a part
// has.
#pragma once

#include <cstdint>

namespace chip {

inline constexpr uint32_t kFlashBase = 0x08000000;
inline constexpr uint32_t kFlashBytes = 0x180000;
inline constexpr uint32_t kRamBase = 0x20000000;
inline constexpr uint32_t kRamBytes = 0x40000;

constexpr bool InFlashOrRam(uint32_t address) {
  return (address >= kFlashBase && address - kFlashBase < kFlashBytes) ||
         (address >= kRamBase && address - kRamBase < kRamBytes);
}

}  // namespace chip
