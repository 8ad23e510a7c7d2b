// DPLL0, which locks HFRCO0 to a multiple of a reference (hardware description 3.5).
#pragma once

#include "chip/efr32xg24/register.h"

namespace chip {

struct DPLL0 {
  static constexpr uint32_t kBase = 0x4001C000;

  using EN = Register<kBase + 0x004>;
  static constexpr uint32_t EN_EN = 1u << 0;
  static constexpr uint32_t EN_DISABLING = 1u << 1;

  using CFG = Register<kBase + 0x008>;
  static constexpr uint32_t CFG_MODE_PLL = 1u << 0;
  static constexpr uint32_t CFG_AUTORECOVER = 1u << 2;

  // f = f_ref * (N + 1) / (M + 1), with N above 300.
  using CFG1 = Register<kBase + 0x00C>;
  static constexpr uint32_t CFG1_N_SHIFT = 16;

  using IF = Register<kBase + 0x010>;
  static constexpr uint32_t IF_LOCK = 1u << 0;
  static constexpr uint32_t IF_LOCKFAILLOW = 1u << 1;
  static constexpr uint32_t IF_LOCKFAILHIGH = 1u << 2;
};

}  // namespace chip
