// Set-up and clearing of WDOG0, in the order that docs/wdog.md gives.
#include "chip/efr32xg24/watchdog.h"

#include "chip/efr32xg24/registers/cmu.h"
#include "chip/efr32xg24/registers/core.h"
#include "chip/efr32xg24/registers/wdog.h"

namespace chip {
namespace {

constexpr uint32_t kPeriod = 11;  // 2^(3 + 11) + 1 ticks of 1 ms

}  // namespace

void StartWatchdog() {
  CMU::CLKEN0::Set(CMU::CLKEN0_WDOG0);
  CMU::WDOGLOCK::Write(CMU::WDOGLOCK_UNLOCK);
  CMU::WDOG0CLKCTRL::Write(CMU::WDOG0CLKCTRL_CLKSEL_ULFRCO);
  WDOG0::LOCK::Write(WDOG0::LOCK_UNLOCK);
  WDOG0::EN::Clear(WDOG0::EN_EN);
  // One that does not stop keeps the settings that it has.
  if (!PollUntil<WDOG0::EN>(WDOG0::EN_DISABLING, 0)) return;
  WDOG0::CFG::Write(kPeriod << WDOG0::CFG_PERSEL_SHIFT | WDOG0::CFG_WARNSEL_75_PERCENT);
  WDOG0::IF::Clear(WDOG0::IF_WARN);
  WDOG0::IEN::Write(WDOG0::IF_WARN);
  NVIC::ClearPending<WDOG0::kIrq>();
  NVIC::Enable<WDOG0::kIrq>();
  WDOG0::EN::Set(WDOG0::EN_EN);
}

void FeedWatchdog() {
  // A command while the one before it is under way would be a bus fault; that one serves as well.
  if ((WDOG0::SYNCBUSY::Read() & WDOG0::SYNCBUSY_CMD) == 0) WDOG0::CMD::Write(WDOG0::CMD_CLEAR);
}

}  // namespace chip
