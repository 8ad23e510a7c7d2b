// Clock bring-up; the numbers in the comments are the steps of hardware description 3.6.
#include "chip/efr32xg24/clocks.h"

#include "chip/efr32xg24/registers/cmu.h"
#include "chip/efr32xg24/registers/devinfo.h"
#include "chip/efr32xg24/registers/dpll.h"
#include "chip/efr32xg24/registers/hfrco.h"
#include "chip/efr32xg24/registers/hfxo.h"
#include "chip/efr32xg24/registers/msc.h"

namespace chip {
namespace {

// N and M such that the crystal's frequency is doubled exactly: 3840 / 1920. Board files are held to that
// ratio.
constexpr uint32_t kDpllN = 3839;
constexpr uint32_t kDpllM = 1919;

// Steps 3 to 7.
ClockProblem StartCrystal(const BoardFacts& board) {
  HFXO0::LOCK::Write(HFXO0::LOCK_UNLOCK);
  HFXO0::CTRL::Set(HFXO0::CTRL_DISONDEMAND | HFXO0::CTRL_DISONDEMANDBUFOUT);
  HFXO0::CTRL::Clear(HFXO0::CTRL_FORCEEN);
  if (!PollUntil<HFXO0::STATUS>(HFXO0::STATUS_ENS, 0)) return ClockProblem::kCrystalStop;
  if (!PollUntil<HFXO0::STATUS>(HFXO0::STATUS_SYNCBUSY, 0)) return ClockProblem::kCrystalStop;

  HFXO0::XTALCFG::Write(HFXO0::XTALCFG_FIRST_START);
  HFXO0::XTALCTRL::Write(CrystalTuning(board.ctune, board.fixed_capacitor));
  HFXO0::CFG::Write(HFXO0::CFG_XTAL);
  HFXO0::CTRL::Write(HFXO0::CTRL_FORCEEN | HFXO0::CTRL_FORCECTUNEMAX | HFXO0::CTRL_DISONDEMANDPRS |
                     HFXO0::CTRL_DISONDEMANDBUFOUT);
  constexpr uint32_t kRunning = HFXO0::STATUS_RDY | HFXO0::STATUS_COREBIASOPTRDY | HFXO0::STATUS_ENS;
  return PollUntil<HFXO0::STATUS>(kRunning, kRunning) ? ClockProblem::kNone : ClockProblem::kCrystalStart;
}

// Steps 9 and 10.
ClockProblem SelectBand() {
  DPLL0::EN::Clear(DPLL0::EN_EN);
  if (!PollUntil<DPLL0::EN>(DPLL0::EN_DISABLING, 0)) return ClockProblem::kDpllStop;
  // A CAL write while the oscillator is busy is deferred, so wait first.
  constexpr uint32_t kBusy = HFRCO0::STATUS_FREQBSY | HFRCO0::STATUS_SYNCBUSY;
  if (!PollUntil<HFRCO0::STATUS>(kBusy, 0)) return ClockProblem::kBand;
  HFRCO0::CAL::Write(HFRCO0::CAL_80MHZ | (DEVINFO::HFRCODPLLCAL16::Read() & HFRCO0::CAL_TUNING_MASK));
  // Some parts clamp the band, and a clamped oscillator cannot reach 78 MHz.
  const uint32_t band = HFRCO0::CAL::Read() & HFRCO0::CAL_FREQRANGE_MASK;
  return band == HFRCO0::CAL_FREQRANGE_80MHZ ? ClockProblem::kNone : ClockProblem::kBand;
}

// Steps 11 to 14.
ClockProblem LockDpll() {
  constexpr uint32_t kOutcome = DPLL0::IF_LOCK | DPLL0::IF_LOCKFAILLOW | DPLL0::IF_LOCKFAILHIGH;
  DPLL0::CFG1::Write(kDpllN << DPLL0::CFG1_N_SHIFT | kDpllM);
  CMU::DPLLREFCLKCTRL::Write(CMU::DPLLREFCLKCTRL_CLKSEL_HFXO);
  DPLL0::CFG::Write(DPLL0::CFG_MODE_PLL | DPLL0::CFG_AUTORECOVER);
  DPLL0::IF::Clear(kOutcome);
  DPLL0::EN::Set(DPLL0::EN_EN);
  for (uint32_t i = 0; i < kPollLimit; ++i) {
    const uint32_t outcome = DPLL0::IF::Read() & kOutcome;
    if (outcome != 0) return outcome == DPLL0::IF_LOCK ? ClockProblem::kNone : ClockProblem::kLock;
  }
  return ClockProblem::kLock;
}

// Steps 15 and 16: flash timing and bus dividers first, for they must hold before the core speeds up.
ClockProblem SelectDpll() {
  MSC::LOCK::Write(MSC::LOCK_UNLOCK);
  MSC::READCTRL::Write(MSC::READCTRL_MODE_WS1);
  constexpr uint32_t kDividers = CMU::SYSCLKCTRL_PCLKPRESC_DIV2 | CMU::SYSCLKCTRL_RHCLKPRESC_DIV2;
  CMU::SYSCLKCTRL::Write(kDividers | CMU::SYSCLKCTRL_CLKSEL_FSRCO);
  CMU::SYSCLKCTRL::Write(kDividers | CMU::SYSCLKCTRL_CLKSEL_HFRCODPLL);
  const uint32_t selected = CMU::SYSCLKCTRL::Read() & CMU::SYSCLKCTRL_CLKSEL_MASK;
  return selected == CMU::SYSCLKCTRL_CLKSEL_HFRCODPLL ? ClockProblem::kNone : ClockProblem::kSelect;
}

ClockProblem StartDpll(const BoardFacts& board) {
  // Steps 1 and 2. A debugger may start the image on a chip that already runs from the DPLL, which overshoots
  // while it locks: so the core goes back to FSRCO.
  CMU::CLKEN0::Set(CMU::CLKEN0_DPLL0 | CMU::CLKEN0_HFRCO0 | CMU::CLKEN0_HFXO0);
  CMU::CLKEN1::Set(CMU::CLKEN1_MSC);
  CMU::SYSCLKCTRL::Write((CMU::SYSCLKCTRL::Read() & ~CMU::SYSCLKCTRL_CLKSEL_MASK) |
                         CMU::SYSCLKCTRL_CLKSEL_FSRCO);
  ClockProblem problem = StartCrystal(board);
  if (problem == ClockProblem::kNone) problem = SelectBand();
  if (problem == ClockProblem::kNone) problem = LockDpll();
  if (problem == ClockProblem::kNone) problem = SelectDpll();
  return problem;
}

// Timers and serial port follow HFRCODPLL at reset; on FSRCO they must be moved to what the core runs from.
void StayOnFsrco() {
  CMU::SYSCLKCTRL::Write(CMU::SYSCLKCTRL_CLKSEL_FSRCO);
  DPLL0::EN::Clear(DPLL0::EN_EN);
  CMU::EM01GRPACLKCTRL::Write(CMU::EM01GRPCLKCTRL_CLKSEL_FSRCO);
  CMU::EM01GRPCCLKCTRL::Write(CMU::EM01GRPCLKCTRL_CLKSEL_FSRCO);
}

}  // namespace

ClockState StartClocks(const BoardFacts& board) {
  const ClockProblem problem = StartDpll(board);
  if (problem != ClockProblem::kNone) {
    StayOnFsrco();
    return {kFsrcoHz, problem};
  }
  CMU::EM01GRPACLKCTRL::Write(CMU::EM01GRPCLKCTRL_CLKSEL_HFRCODPLL);
  CMU::EM01GRPCCLKCTRL::Write(CMU::EM01GRPCLKCTRL_CLKSEL_HFRCODPLL);
  return {board.core_hz, problem};
}

const char* Describe(ClockProblem problem) {
  switch (problem) {
    case ClockProblem::kNone:
      return "";
    case ClockProblem::kCrystalStop:
      return "the crystal oscillator did not stop for its set-up";
    case ClockProblem::kCrystalStart:
      return "the crystal did not start";
    case ClockProblem::kDpllStop:
      return "the DPLL did not stop for its set-up";
    case ClockProblem::kBand:
      return "the RC oscillator refused the 80 MHz band";
    case ClockProblem::kLock:
      return "the DPLL did not lock";
    case ClockProblem::kSelect:
      return "the system clock did not switch";
  }
  return "";
}

}  // namespace chip
