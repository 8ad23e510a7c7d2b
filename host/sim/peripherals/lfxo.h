// LFXO: the 32,768 Hz crystal oscillator (hardware description 7).
#pragma once

#include "host/sim/peripherals/clock_tree.h"
#include "host/sim/peripherals/key_lock.h"
#include "host/sim/peripherals/peripheral.h"

namespace sim {

// Starts by CTRL.FORCEEN, or on demand while CTRL.DISONDEMAND is 0; RDY after the number of its own periods
// that CFG.TIMEOUT names. Edge flags and failure detection are not modelled.
class Lfxo : public StatefulPeripheral<Lfxo>, private ClockUser {
 public:
  Lfxo(const Surroundings& surroundings, ClockTree& tree);

  void Reset() override;

  template <class Archive>
  void Serialize(Archive& archive) {
    lock_.Serialize(archive);
    archive(on_);
    archive(ready_);
  }

 protected:
  uint32_t OnRead(uint32_t offset) override;
  void OnWrite(uint32_t offset, uint32_t value) override;

 private:
  void AfterClockChange() override { Evaluate(); }
  void Evaluate();
  void BecomeReady();

  ClockTree& tree_;
  KeyLock lock_;
  Scheduler::Slot slot_;
  bool on_ = false;
  bool ready_ = false;
};

}  // namespace sim
