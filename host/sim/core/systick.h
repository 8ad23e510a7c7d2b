// SysTick: a 24-bit counter on the scheduler. It goes on while the core sleeps in EM1.
#pragma once

#include <cstdint>

#include "host/sim/core/exception_model.h"
#include "host/sim/core/scheduler.h"
#include "host/sim/peripherals/clock_tree.h"
#include "host/sim/peripherals/tick_clock.h"

namespace sim {

// With SYSCFG.CFGSYSTIC.SYSTICEXTCLKEN set there is an external reference clock, EM23GRPACLK, which counts
// while SYST_CSR.CLKSOURCE is 0 (hardware description 3.2). Taken as documented nowhere: without it CALIB
// says NOREF and CLKSOURCE reads 1; the core's clock counts in EM2 too.
class SysTick final : public ClockUser {
 public:
  SysTick(Scheduler& scheduler, ExceptionModel& exceptions, const Clocks& clocks);

  void Reset();
  // SYSCFG's word on the reference clock.
  void SetExternal(bool enabled);
  void SetHalted(bool halted);  // it stands while the core is in Debug state
  // SYST_CSR, RVR, CVR and CALIB at 0xE000E010..1F. `debugger` reads leave COUNTFLAG.
  bool Read(uint32_t address, uint32_t& value, bool debugger);
  bool Write(uint32_t address, uint32_t value);

  void BeforeClockChange() override { Count(); }
  void AfterClockChange() override { SetRate(); }

  template <class Archive>
  void Serialize(Archive& archive) {
    archive(control_);
    archive(reload_);
    archive(count_);
    archive(ticks_);
    archive(external_);
    archive(count_flag_);
    archive(halted_);
  }

 private:
  static constexpr uint32_t kEnable = 1, kTickInt = 2, kClkSource = 4;
  bool running() const { return (control_ & kEnable) != 0; }
  bool from_core() const { return !external_ || (control_ & kClkSource) != 0; }
  void Count();     // brings the count up to now
  void SetRate();   // after Count
  void Schedule();  // the next count to 0

  Scheduler& scheduler_;
  ExceptionModel& exceptions_;
  const Clocks& clocks_;
  Scheduler::Slot slot_;
  uint32_t control_ = kClkSource;
  uint32_t reload_ = 0;
  uint32_t count_ = 0;  // as of ticks_
  TickClock ticks_;
  bool external_ = false;
  bool count_flag_ = false;
  bool halted_ = false;
};

}  // namespace sim
