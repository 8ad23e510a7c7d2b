// MSC, flash controller, as far as reading flash goes (hardware description 3.1, 5).
#pragma once

#include "chip/efr32xg24/register.h"

namespace chip {

struct MSC {
  static constexpr uint32_t kBase = 0x40030000;

  using READCTRL = Register<kBase + 0x004>;
  // One wait state, needed above 40 MHz. The reset value is two.
  static constexpr uint32_t READCTRL_MODE_WS1 = 1u << 20;

  using LOCK = Register<kBase + 0x03C>;
  static constexpr uint32_t LOCK_UNLOCK = 0x1B71;
};

}  // namespace chip
