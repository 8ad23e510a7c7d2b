// TIMER0: 32 bits on EM01GRPACLK, which goes on while the core sleeps in EM1 (hardware description 6.4).
#pragma once

#include "host/sim/peripherals/clock_tree.h"
#include "host/sim/peripherals/key_lock.h"
#include "host/sim/peripherals/peripheral.h"
#include "host/sim/peripherals/tick_clock.h"
#include "host/sim/peripherals/timer_counter.h"

namespace sim {

// The count is computed from the time whenever somebody looks; an event happens only for a flag that is
// enabled in IEN and not yet set. CFG takes writes only while EN.EN is 0, CMD only while it is 1. Not
// modelled: input capture, outputs, quadrature, synchronisation with other timers, dead-time insertion,
// counting anything but the prescaled clock; asking for the last one stops the count with a warning.
class Timer0 : public StatefulPeripheral<Timer0>, private ClockUser {
 public:
  Timer0(const Surroundings& surroundings, ClockTree& tree);

  void Reset() override;

  template <class Archive>
  void Serialize(Archive& archive) {
    lock_.Serialize(archive);
    archive(counter_);
    archive(ticks_);
    archive(disabling_until_);
  }

 protected:
  void BeforeAccess() override { CountUp(); }
  uint32_t OnRead(uint32_t offset) override;
  void OnWrite(uint32_t offset, uint32_t value) override;
  void AfterInterruptWrite() override { Reschedule(); }

 private:
  void BeforeClockChange() override { CountUp(); }
  void AfterClockChange() override;
  void CountUp();    // to now
  void Configure();  // hands the registers to the counter and the rate to the ticks
  void Reschedule();
  void Enable(bool enable);
  void WriteCompare(uint32_t offset, uint32_t value);
  void Command(uint32_t bits);
  bool enabled() const;
  bool Counts() const;
  uint32_t Status() const;

  ClockTree& tree_;
  KeyLock lock_;
  Scheduler::Slot slot_;
  TimerCounter counter_;
  TickClock ticks_;
  Cycle disabling_until_ = 0;
};

}  // namespace sim
