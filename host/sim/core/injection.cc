// Faults at a given cycle: the power goes, or a bit flips.
#include <algorithm>

#include "host/sim/core/board_impl.h"

namespace sim {

void Board::Impl::Inject(Cycle when, uint32_t target, unsigned bit, bool is_register) {
  const Injection made{when, target, bit, is_register ? kRegister : kMemory};
  injections_.insert(std::upper_bound(injections_.begin(), injections_.end(), made), made);
  ScheduleInjection();
}

void Board::Impl::CutPowerAt(Cycle when) {
  const Injection made{when, 0, 0, kPower};
  injections_.insert(std::upper_bound(injections_.begin(), injections_.end(), made), made);
  ScheduleInjection();
}

void Board::Impl::ScheduleInjection() {
  scheduler.At(injection_slot_, injections_.empty() ? kNever : injections_.front().when);
}

void Board::Impl::OnInjection() {
  while (!injections_.empty() && injections_.front().when <= scheduler.now()) {
    const Injection due = injections_.front();
    injections_.erase(injections_.begin());
    if (due.kind == kPower) {
      peripherals.msc.PowerCut();
      power_cut_ = true;
    } else if (due.kind == kRegister) {
      const uint32_t value = ReadRegister(due.target);
      if (due.target == 15) {
        engine.SetRegister(15, (value ^ 1U << due.bit % 32) & ~1U);
      } else {
        WriteRegister(due.target, value ^ 1U << due.bit % 32);
      }
    } else if (uint8_t* byte = FindMemory(due.target + due.bit / 8, 1)) {
      *byte = static_cast<uint8_t>(*byte ^ 1U << due.bit % 8);
      MemoryChanged(due.target + due.bit / 8, 1);
    }
  }
  ScheduleInjection();
}

}  // namespace sim
