// HFXO0, high-frequency crystal oscillator (hardware description 3.4).
#pragma once

#include "chip/efr32xg24/register.h"

namespace chip {

struct HFXO0 {
  static constexpr uint32_t kBase = 0x4A004000;

  using XTALCFG = Register<kBase + 0x010>;
  // Reset value with TIMEOUTSTEADY one step longer (code 12, 833 us): a crystal never measured before.
  static constexpr uint32_t XTALCFG_FIRST_START = 0x0BC00820;

  using XTALCTRL = Register<kBase + 0x018>;
  static constexpr uint32_t XTALCTRL_COREBIASANA_DEFAULT = 0x3C;
  static constexpr uint32_t XTALCTRL_CTUNEXIANA_SHIFT = 8;
  static constexpr uint32_t XTALCTRL_CTUNEXOANA_SHIFT = 16;
  static constexpr uint32_t XTALCTRL_CTUNEFIXANA_SHIFT = 24;

  using CFG = Register<kBase + 0x020>;
  // MODE 0 (crystal); FORCELFTIMEOUT stays at its reset value 1.
  static constexpr uint32_t CFG_XTAL = 0x10000000;

  using CTRL = Register<kBase + 0x028>;
  static constexpr uint32_t CTRL_FORCECTUNEMAX = 1u << 6;
  static constexpr uint32_t CTRL_FORCEEN = 1u << 16;
  static constexpr uint32_t CTRL_DISONDEMAND = 1u << 24;
  static constexpr uint32_t CTRL_DISONDEMANDPRS = 1u << 25;
  static constexpr uint32_t CTRL_DISONDEMANDBUFOUT = 1u << 26;

  using STATUS = Register<kBase + 0x058>;
  static constexpr uint32_t STATUS_RDY = 1u << 0;
  static constexpr uint32_t STATUS_COREBIASOPTRDY = 1u << 1;
  static constexpr uint32_t STATUS_ENS = 1u << 16;
  static constexpr uint32_t STATUS_SYNCBUSY = 1u << 30;

  using LOCK = Register<kBase + 0x080>;
  static constexpr uint32_t LOCK_UNLOCK = 0x580E;
};

}  // namespace chip
