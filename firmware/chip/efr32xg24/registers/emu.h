// EMU, energy management unit, as far as the cause of the last reset goes (hardware description 6.3).
#pragma once

#include "chip/efr32xg24/register.h"

namespace chip {

struct EMU {
  static constexpr uint32_t kBase = 0x40004000;

  using CMD = Register<kBase + 0x070>;
  static constexpr uint32_t CMD_RSTCAUSECLR = 1u << 17;

  using RSTCAUSE = Register<kBase + 0x094>;
};

}  // namespace chip
