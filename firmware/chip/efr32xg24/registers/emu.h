// EMU, energy management unit (hardware description 6.3): why the chip was reset.
#pragma once

#include "chip/efr32xg24/register.h"

namespace chip {

struct EMU {
  static constexpr uint32_t kBase = 0x40004000;

  using CMD = Register<kBase + 0x070>;
  static constexpr uint32_t CMD_RSTCAUSECLR = 1u << 17;
  using LOCK = Register<kBase + 0x060>;
  static constexpr uint32_t LOCK_UNLOCK = 0xADE8;
  using RSTCTRL = Register<kBase + 0x090>;
  static constexpr uint32_t RSTCTRL_LOCKUPRMODE = 1u << 3;  // a core that locks up is reset
  using RSTCAUSE = Register<kBase + 0x094>;                 // collects causes until they are cleared
  static constexpr uint32_t RSTCAUSE_POR = 1u << 0;
  static constexpr uint32_t RSTCAUSE_PIN = 1u << 1;
  static constexpr uint32_t RSTCAUSE_EM4 = 1u << 2;
  static constexpr uint32_t RSTCAUSE_WDOG0 = 1u << 3;
  static constexpr uint32_t RSTCAUSE_WDOG1 = 1u << 4;
  static constexpr uint32_t RSTCAUSE_LOCKUP = 1u << 5;
  static constexpr uint32_t RSTCAUSE_SYSREQ = 1u << 6;
  static constexpr uint32_t RSTCAUSE_BODS = 0x1Fu << 7;  // DVDD, DVDDLE, DEC, AVDD, IOVDD0
};

}  // namespace chip
