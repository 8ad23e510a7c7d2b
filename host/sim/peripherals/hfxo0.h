// HFXO0: the crystal oscillator (hardware description 3.4).
#pragma once

#include "host/sim/peripherals/clock_tree.h"
#include "host/sim/peripherals/key_lock.h"
#include "host/sim/peripherals/peripheral.h"

namespace sim {

// Starts by CTRL.FORCEEN, or on demand while CTRL.DISONDEMAND is 0. ENS follows at once; RDY after the time
// that XTALCFG.TIMEOUTSTEADY names; COREBIASOPTRDY after TIMEOUTCBLSB more, or with RDY when
// XTALCTRL.SKIPCOREBIASOPT is set. A crystal with the fault `hfxo_dead` stays at ENS.
class Hfxo0 : public StatefulPeripheral<Hfxo0>, private ClockUser {
 public:
  Hfxo0(const Surroundings& surroundings, ClockTree& tree);

  void Reset() override;

  template <class Archive>
  void Serialize(Archive& archive) {
    lock_.Serialize(archive);
    archive(stage_);
    archive(rdy_);
    archive(sync_until_);
  }

 protected:
  uint32_t OnRead(uint32_t offset) override;
  void OnWrite(uint32_t offset, uint32_t value) override;

 private:
  enum class Stage : uint8_t { kOff, kStarting, kOptimizing, kReady };

  void AfterClockChange() override { Evaluate(); }
  void Evaluate();  // starts or stops it as CTRL and the requests say
  void Advance();   // the next stage is reached
  uint32_t Status() const;

  ClockTree& tree_;
  KeyLock lock_;
  Scheduler::Slot slot_;
  Stage stage_ = Stage::kOff;
  bool rdy_ = false;
  Cycle sync_until_ = 0;
};

}  // namespace sim
