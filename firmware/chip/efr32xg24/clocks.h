// Brings the core to its full speed: 78 MHz from the crystal through the DPLL, or 20 MHz when that fails.
#pragma once

#include <cstdint>

#include "chip/efr32xg24/board_facts.h"
#include "chip/efr32xg24/registers/hfxo.h"

namespace chip {

enum class ClockProblem {
  kNone,
  kCrystalStop,   // HFXO0 did not stop for its set-up
  kCrystalStart,  // HFXO0 did not become ready
  kDpllStop,      // DPLL0 did not stop for its set-up
  kBand,          // HFRCO0 stayed busy or refused the 80 MHz band
  kLock,          // DPLL0 did not lock, or failed low or high
  kSelect,        // CMU did not take the new system clock
};

struct ClockState {
  uint32_t hz;           // of core, TIMER0 and EUSART0 alike
  ClockProblem problem;  // kNone: on the DPLL; else why the chip stayed on FSRCO
};

inline constexpr uint32_t kFsrcoHz = 20'000'000;

// XTALCTRL for a board's crystal: XI = CTUNE, XO = CTUNE + 40 but at most 255 (hardware description 3.7).
constexpr uint32_t CrystalTuning(uint8_t ctune, uint8_t fixed_capacitor) {
  const uint32_t xo = ctune > 215 ? 255 : ctune + 40u;
  return uint32_t{fixed_capacitor} << HFXO0::XTALCTRL_CTUNEFIXANA_SHIFT |
         xo << HFXO0::XTALCTRL_CTUNEXOANA_SHIFT | uint32_t{ctune} << HFXO0::XTALCTRL_CTUNEXIANA_SHIFT |
         HFXO0::XTALCTRL_COREBIASANA_DEFAULT;
}

// Takes every step of hardware description 3.6 in its order, with a bound on every wait. On a failure core,
// timers and serial port run from FSRCO at 20 MHz, and the result says which step failed.
ClockState StartClocks(const BoardFacts& board);

// One short phrase for a person, "" for kNone.
const char* Describe(ClockProblem problem);

}  // namespace chip
