// HFRCO0, the RC oscillator that the DPLL steers (hardware description 3.5).
#pragma once

#include "chip/efr32xg24/register.h"

namespace chip {

struct HFRCO0 {
  static constexpr uint32_t kBase = 0x40010000;

  using CAL = Register<kBase + 0x008>;
  // The 80 MHz band (FREQRANGE 16) without the chip's own TUNING, which bits 6:0 of its DEVINFO word supply.
  static constexpr uint32_t CAL_80MHZ = 0xCCF09F00;
  static constexpr uint32_t CAL_TUNING_MASK = 0x7F;
  static constexpr uint32_t CAL_FREQRANGE_MASK = 0x1Fu << 16;
  static constexpr uint32_t CAL_FREQRANGE_80MHZ = 16u << 16;

  using STATUS = Register<kBase + 0x00C>;
  static constexpr uint32_t STATUS_FREQBSY = 1u << 1;
  static constexpr uint32_t STATUS_SYNCBUSY = 1u << 2;
};

}  // namespace chip
