// DPLL0: makes HFRCO0 a multiple of a reference (hardware description 3.5).
#pragma once

#include "host/sim/peripherals/clock_tree.h"
#include "host/sim/peripherals/key_lock.h"
#include "host/sim/peripherals/peripheral.h"

namespace sim {

// EN.EN starts to lock to f = reference * (N + 1) / (M + 1). The outcome is one of the flags of IF: LOCK;
// LOCKFAILHIGH if f lies above HFRCO0's band; LOCKFAILLOW if it lies below, if N does not exceed 300 or if
// the reference does not run. A reference that stops later raises LOCKFAILLOW too, and HFRCO0 falls back to
// its own frequency; with CFG.AUTORECOVER it locks again once the reference is back. CFG and CFG1 take writes
// only while EN.EN is 0.
class Dpll0 : public StatefulPeripheral<Dpll0>, private ClockUser {
 public:
  Dpll0(const Surroundings& surroundings, ClockTree& tree);

  void Reset() override;

  template <class Archive>
  void Serialize(Archive& archive) {
    lock_.Serialize(archive);
    archive(locked_hz_);
    archive(reference_missing_);
    archive(disabling_until_);
  }

 protected:
  uint32_t OnRead(uint32_t offset) override;
  void OnWrite(uint32_t offset, uint32_t value) override;

 private:
  void AfterClockChange() override;
  bool enabled() const;
  void Enable(bool enable);
  void StartLocking();
  void FinishLocking();

  ClockTree& tree_;
  KeyLock lock_;
  Scheduler::Slot slot_;
  uint32_t locked_hz_ = 0;  // 0: not locked
  bool reference_missing_ = false;
  Cycle disabling_until_ = 0;
};

}  // namespace sim
