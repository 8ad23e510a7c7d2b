// TIMER0 as the time base: one tick per core cycle, 32 bits, goes on while the core sleeps in EM1.
#pragma once

#include <cstdint>

#include "chip/efr32xg24/registers/cmu.h"
#include "chip/efr32xg24/registers/timer.h"

namespace chip {

// StartClocks has set EM01GRPACLK to the core's own source and frequency. False when the timer does not stop
// for its set-up. DWT.CYCCNT is no substitute: it may stop in WFI (hardware description 6.4).
[[nodiscard]] inline bool StartCycleTimer() {
  CMU::CLKEN0::Set(CMU::CLKEN0_TIMER0);
  TIMER0::EN::Clear(TIMER0::EN_EN);
  if (!PollUntil<TIMER0::EN>(TIMER0::EN_DISABLING, 0)) return false;
  TIMER0::CFG::Write(TIMER0::CFG_FREE_RUNNING);
  TIMER0::EN::Set(TIMER0::EN_EN);
  TIMER0::TOP::Write(0xFFFFFFFF);
  TIMER0::CMD::Write(TIMER0::CMD_START);
  return true;
}

inline uint32_t CycleCount() { return TIMER0::CNT::Read(); }

}  // namespace chip
