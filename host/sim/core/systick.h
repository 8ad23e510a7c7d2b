// SysTick: a 24-bit counter on the scheduler. It goes on while the core sleeps in EM1.
#pragma once

#include <cstdint>

#include "host/sim/core/exception_model.h"
#include "host/sim/core/scheduler.h"

namespace sim {

class SysTick {
 public:
  SysTick(Scheduler& scheduler, ExceptionModel& exceptions);

  void Reset();
  // SYST_CSR, RVR, CVR and CALIB at 0xE000E010..1F. The external reference clock does not exist here: CALIB
  // says NOREF and CLKSOURCE is 1. `debugger` reads leave COUNTFLAG.
  bool Read(uint32_t address, uint32_t& value, bool debugger);
  bool Write(uint32_t address, uint32_t value);

  template <class Archive>
  void Serialize(Archive& archive) {
    archive(control_);
    archive(reload_);
    archive(held_);
    archive(zero_at_);
    archive(count_flag_);
  }

 private:
  static constexpr uint32_t kEnable = 1, kTickInt = 2, kClkSource = 4;
  uint32_t Current() const;
  bool running() const { return (control_ & kEnable) != 0; }
  void Start(uint32_t from);
  void OnZero();

  Scheduler& scheduler_;
  ExceptionModel& exceptions_;
  Scheduler::Slot slot_;
  uint32_t control_ = kClkSource;
  uint32_t reload_ = 0;
  uint32_t held_ = 0;       // the count while it is stopped
  Cycle zero_at_ = kNever;  // when it counts from 1 to 0; kNever while it stands at 0
  bool count_flag_ = false;
};

}  // namespace sim
