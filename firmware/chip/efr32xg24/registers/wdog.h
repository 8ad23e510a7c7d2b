// WDOG0, the watchdog (docs/wdog.md).
#pragma once

#include "chip/efr32xg24/register.h"

namespace chip {

struct WDOG0 {
  static constexpr uint32_t kBase = 0x4B004000;
  static constexpr uint32_t kIrq = 42;

  using EN = Register<kBase + 0x004>;
  static constexpr uint32_t EN_EN = 1u << 0;
  static constexpr uint32_t EN_DISABLING = 1u << 1;
  using CFG = Register<kBase + 0x008>;  // without EM1RUN it stands still while the core sleeps
  static constexpr uint32_t CFG_PERSEL_SHIFT = 16;
  static constexpr uint32_t CFG_WARNSEL_75_PERCENT = 3u << 24;
  using CMD = Register<kBase + 0x00C>;
  static constexpr uint32_t CMD_CLEAR = 1u << 0;
  using IF = Register<kBase + 0x018>;
  using IEN = Register<kBase + 0x01C>;
  static constexpr uint32_t IF_WARN = 1u << 1;
  using LOCK = Register<kBase + 0x020>;
  static constexpr uint32_t LOCK_UNLOCK = 0xABE8;
  using SYNCBUSY = Register<kBase + 0x024>;
  static constexpr uint32_t SYNCBUSY_CMD = 1u << 0;
};

}  // namespace chip
