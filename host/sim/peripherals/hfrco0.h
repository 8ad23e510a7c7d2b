// HFRCO0: the RC oscillator that the DPLL tunes (hardware description 3.5).
#pragma once

#include "host/sim/peripherals/clock_tree.h"
#include "host/sim/peripherals/key_lock.h"
#include "host/sim/peripherals/peripheral.h"

namespace sim {

// Runs by CTRL.FORCEEN, or on demand while CTRL.DISONDEMAND is 0 (its reset value), without start-up time.
// Its frequency is the nominal one of the band in CAL.FREQRANGE over CAL.CLKDIV; TUNING is the trim of a real
// chip and changes nothing here. After a write to CAL, STATUS.FREQBSY is set for a while; a further write
// during it is deferred. FREQRANGE above 16 is clamped.
class Hfrco0 : public StatefulPeripheral<Hfrco0>, private ClockUser {
 public:
  Hfrco0(const Surroundings& surroundings, ClockTree& tree);

  void Reset() override;

  template <class Archive>
  void Serialize(Archive& archive) {
    lock_.Serialize(archive);
    archive(runs_);
    archive(has_deferred_);
    archive(deferred_);
  }

 protected:
  uint32_t OnRead(uint32_t offset) override;
  void OnWrite(uint32_t offset, uint32_t value) override;

 private:
  void AfterClockChange() override { Evaluate(); }
  bool Busy() const { return surroundings_.scheduler.due(slot_) != kNever; }
  void Tune(uint32_t value);
  void Settle();
  void Evaluate();

  ClockTree& tree_;
  KeyLock lock_;
  Scheduler::Slot slot_;
  bool runs_ = false;
  bool has_deferred_ = false;
  uint32_t deferred_ = 0;  // a CAL written while busy
};

}  // namespace sim
