// WDOG0: the watchdog (docs/wdog.md says what is known of it).
#pragma once

#include <functional>

#include "host/sim/peripherals/clock_tree.h"
#include "host/sim/peripherals/key_lock.h"
#include "host/sim/peripherals/peripheral.h"
#include "host/sim/peripherals/tick_clock.h"

namespace sim {

// Counts WDOG0CLK; CMD.CLEAR starts over, four ticks after it was written. Warning and time-out raise their
// flags, a time-out also asks for a reset unless CFG.WDOGRSTDIS. PRS sources are not modelled.
class Wdog0 : public StatefulPeripheral<Wdog0>, private ClockUser {
 public:
  // `reset` is called with kResetWdog0 at a time-out.
  Wdog0(const Surroundings& surroundings, ClockTree& tree, std::function<void(uint32_t cause)> reset);

  void Reset() override;

  template <class Archive>
  void Serialize(Archive& archive) {
    lock_.Serialize(archive);
    archive(ticks_);
    archive(elapsed_);
    archive(clear_in_);
    archive(disabling_until_);
  }

 protected:
  void BeforeAccess() override { CountUp(); }
  uint32_t OnRead(uint32_t offset) override;
  void OnWrite(uint32_t offset, uint32_t value) override;

 private:
  void BeforeClockChange() override { CountUp(); }
  void AfterClockChange() override;
  bool StopsInSleep() const override;
  void CountUp();
  void Count(uint64_t ticks);
  void TimeOut();
  void FinishClear();
  void Enable(bool enable);
  void Command(uint32_t bits);
  void Reschedule();
  bool enabled() const;
  bool Counts() const;
  // In ticks from the last clear; kNoBoundary where there is none.
  uint64_t Period() const;
  uint64_t WarningAt() const;
  uint64_t NextBoundary() const;

  ClockTree& tree_;
  std::function<void(uint32_t)> reset_;
  KeyLock lock_;
  Scheduler::Slot slot_;
  TickClock ticks_;
  uint64_t elapsed_ = 0;   // ticks since the last clear
  uint64_t clear_in_ = 0;  // ticks until a CMD.CLEAR takes effect; 0: none under way
  Cycle disabling_until_ = 0;
};

}  // namespace sim
