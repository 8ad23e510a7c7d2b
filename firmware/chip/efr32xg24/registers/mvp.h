// MVP, matrix vector processor, as far as the port reaches it; its programs are the business of firmware/mvp
// (accelerator document, section 2).
#pragma once

#include "chip/efr32xg24/register.h"

namespace chip {

struct MVP {
  static constexpr uint32_t kBase = 0x4D000000;

  using EN = Register<kBase + 0x004>;
  static constexpr uint32_t EN_EN = 1u << 0;
  static constexpr uint32_t EN_DISABLING = 1u << 1;
  using SWRST = Register<kBase + 0x008>;
  static constexpr uint32_t SWRST_SWRST = 1u << 0;
  static constexpr uint32_t SWRST_RESETTING = 1u << 1;
  using STATUS = Register<kBase + 0x010>;
  static constexpr uint32_t STATUS_IDLE = 1u << 2;

  static constexpr uint32_t kIrq = 15;
};

}  // namespace chip
