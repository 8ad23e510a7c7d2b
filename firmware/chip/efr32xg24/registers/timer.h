// TIMER0, a 32-bit timer on EM01GRPACLK that goes on while the core sleeps in EM1 (hardware description 6.4).
#pragma once

#include "chip/efr32xg24/register.h"

namespace chip {

struct TIMER0 {
  static constexpr uint32_t kBase = 0x40048000;

  using CFG = Register<kBase + 0x004>;
  // Count up, no prescaler, no synchronisation with other timers, stopped while a debugger halts the core.
  static constexpr uint32_t CFG_FREE_RUNNING = 0;
  using CMD = Register<kBase + 0x00C>;
  static constexpr uint32_t CMD_START = 1u << 0;
  using TOP = Register<kBase + 0x01C>;
  using CNT = Register<kBase + 0x024>;
  using EN = Register<kBase + 0x030>;
  static constexpr uint32_t EN_EN = 1u << 0;
  static constexpr uint32_t EN_DISABLING = 1u << 1;
};

}  // namespace chip
