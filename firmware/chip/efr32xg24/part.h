// Which chip this is, from its factory page.
#pragma once

#include <cstdint>

#include "chip/efr32xg24/registers/devinfo.h"

namespace chip {

// True for order codes B2xx and B310 of EFR32MG24 and EFR32BG24: the others have no MVP (hardware description
// 1.1). `part` is DEVINFO.PART.
constexpr bool PartHasMvp(uint32_t part) {
  const uint32_t family = part >> DEVINFO::PART_FAMILY_SHIFT & DEVINFO::PART_FAMILY_MASK;
  const uint32_t family_number = part >> DEVINFO::PART_FAMILYNUM_SHIFT & DEVINFO::PART_FAMILYNUM_MASK;
  const uint32_t device = part & DEVINFO::PART_DEVICENUM_MASK;
  const bool xg24 =
      (family == DEVINFO::PART_FAMILY_MG || family == DEVINFO::PART_FAMILY_BG) && family_number == 24;
  return xg24 && ((device >= 1200 && device < 1300) || device == 1310);
}

}  // namespace chip
