// CMU, clock management unit (hardware description 2.3, 3.3): clock gates, system clock, group clocks.
#pragma once

#include "chip/efr32xg24/register.h"

namespace chip {

struct CMU {
  static constexpr uint32_t kBase = 0x40008000;

  using WDOGLOCK = Register<kBase + 0x014>;  // guards the watchdogs' clock selection
  static constexpr uint32_t WDOGLOCK_UNLOCK = 0x93F7;

  // One gate per block; touching a block whose gate is closed is a bus fault.
  using CLKEN0 = Register<kBase + 0x064>;
  static constexpr uint32_t CLKEN0_TIMER0 = 1u << 4;
  static constexpr uint32_t CLKEN0_WDOG0 = 1u << 13;
  static constexpr uint32_t CLKEN0_DPLL0 = 1u << 17;
  static constexpr uint32_t CLKEN0_HFRCO0 = 1u << 18;
  static constexpr uint32_t CLKEN0_HFXO0 = 1u << 20;
  static constexpr uint32_t CLKEN0_GPIO = 1u << 26;

  using CLKEN1 = Register<kBase + 0x068>;
  static constexpr uint32_t CLKEN1_MSC = 1u << 16;
  static constexpr uint32_t CLKEN1_EUSART0 = 1u << 22;
  static constexpr uint32_t CLKEN1_MVP = 1u << 30;

  using SYSCLKCTRL = Register<kBase + 0x070>;
  static constexpr uint32_t SYSCLKCTRL_CLKSEL_MASK = 0x7;
  static constexpr uint32_t SYSCLKCTRL_CLKSEL_FSRCO = 1;
  static constexpr uint32_t SYSCLKCTRL_CLKSEL_HFRCODPLL = 2;
  static constexpr uint32_t SYSCLKCTRL_PCLKPRESC_DIV2 = 1u << 10;
  static constexpr uint32_t SYSCLKCTRL_RHCLKPRESC_DIV2 = 1u << 16;

  using DPLLREFCLKCTRL = Register<kBase + 0x100>;
  static constexpr uint32_t DPLLREFCLKCTRL_CLKSEL_HFXO = 1;

  // Clocks of the timers (A) and of the EUSARTs (C). Both reset to HFRCODPLL, not to the system clock.
  using EM01GRPACLKCTRL = Register<kBase + 0x120>;
  using EM01GRPCCLKCTRL = Register<kBase + 0x128>;
  static constexpr uint32_t EM01GRPCLKCTRL_CLKSEL_HFRCODPLL = 1;
  static constexpr uint32_t EM01GRPCLKCTRL_CLKSEL_FSRCO = 3;

  using WDOG0CLKCTRL = Register<kBase + 0x200>;
  static constexpr uint32_t WDOG0CLKCTRL_CLKSEL_ULFRCO = 3;

  using EUSART0CLKCTRL = Register<kBase + 0x220>;
  static constexpr uint32_t EUSART0CLKCTRL_CLKSEL_EM01GRPCCLK = 1;
};

}  // namespace chip
