// DEVINFO, what the factory wrote about this very chip (hardware description 1.4).
#pragma once

#include "chip/efr32xg24/register.h"

namespace chip {

struct DEVINFO {
  static constexpr uint32_t kBase = 0x0FE08000;

  // DEVICENUM[15:0] = (letter - 'A') * 1000 + digits of the order code; FAMILYNUM[21:16]; FAMILY[29:24].
  using PART = CoreRegister<kBase + 0x004>;
  static constexpr uint32_t PART_DEVICENUM_MASK = 0xFFFF;
  static constexpr uint32_t PART_FAMILYNUM_SHIFT = 16;
  static constexpr uint32_t PART_FAMILYNUM_MASK = 0x3F;
  static constexpr uint32_t PART_FAMILY_SHIFT = 24;
  static constexpr uint32_t PART_FAMILY_MASK = 0x3F;
  static constexpr uint32_t PART_FAMILY_MG = 1;
  static constexpr uint32_t PART_FAMILY_BG = 2;

  // The chip's number, low and high half.
  using EUI64L = CoreRegister<kBase + 0x048>;
  using EUI64H = CoreRegister<kBase + 0x04C>;

  // Trim of HFRCO0 for the 80 MHz band: entry 16 of 18.
  using HFRCODPLLCAL16 = CoreRegister<kBase + 0x098>;
};

}  // namespace chip
