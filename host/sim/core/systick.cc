// The count follows from the ticks since it was looked at: nothing happens per tick but at 0.
#include "host/sim/core/systick.h"

namespace sim {
namespace {

constexpr uint32_t kCsr = 0xE000E010;
constexpr uint32_t kRvr = 0xE000E014;
constexpr uint32_t kCvr = 0xE000E018;
constexpr uint32_t kCalib = 0xE000E01C;
constexpr uint32_t kCalibNoref = 1U << 31;
constexpr uint32_t kCountMask = 0x00FFFFFF;

}  // namespace

SysTick::SysTick(Scheduler& scheduler, ExceptionModel& exceptions, const Clocks& clocks)
    : scheduler_(scheduler), exceptions_(exceptions), clocks_(clocks), slot_(scheduler.Add("SysTick", [this] {
        Count();
        Schedule();
      })) {}

void SysTick::Reset() {
  control_ = kClkSource;
  reload_ = 0;
  count_ = 0;
  external_ = false;
  count_flag_ = false;
  ticks_ = TickClock{};
  scheduler_.Cancel(slot_);
}

void SysTick::SetHalted(bool halted) {
  if (halted == halted_) return;
  Count();
  halted_ = halted;
  SetRate();
}

void SysTick::SetExternal(bool enabled) {
  if (enabled == external_) return;
  Count();
  external_ = enabled;
  SetRate();
}

// A count of 0 reloads on the next tick; a reload value of 0 keeps it at 0 from then on.
void SysTick::Count() {
  const uint64_t passed = ticks_.Advance(scheduler_.now());
  if (!running() || passed == 0 || (count_ == 0 && reload_ == 0)) return;
  const uint64_t until_zero = count_ == 0 ? uint64_t{reload_} + 1 : count_;
  if (passed < until_zero) {
    count_ = static_cast<uint32_t>(until_zero - passed);
    return;
  }
  count_flag_ = true;
  if ((control_ & kTickInt) != 0) exceptions_.Pend(kSysTick);
  const uint64_t period = uint64_t{reload_} + 1;
  const uint64_t into_period = (passed - until_zero) % period;
  count_ = into_period == 0 ? 0 : static_cast<uint32_t>(period - into_period);
}

void SysTick::SetRate() {
  const Cycle now = scheduler_.now();
  if (halted_) {
    ticks_.SetRate(now, 0, 1, 1);
  } else if (from_core()) {
    ticks_.SetRate(now, 1, 1, 1);
  } else {
    ticks_.SetRate(now, clocks_.em23grpa, clocks_.hclk, 1);
  }
  Schedule();
}

void SysTick::Schedule() {
  if (!running() || (count_ == 0 && reload_ == 0)) {
    scheduler_.Cancel(slot_);
    return;
  }
  scheduler_.At(slot_, ticks_.When(count_ == 0 ? uint64_t{reload_} + 1 : count_));
}

bool SysTick::Read(uint32_t address, uint32_t& value, bool debugger) {
  Count();
  Schedule();
  switch (address) {
    case kCsr:
      value = control_ | (external_ ? 0 : kClkSource) | uint32_t{count_flag_} << 16;
      if (!debugger) count_flag_ = false;
      return true;
    case kRvr:
      value = reload_;
      return true;
    case kCvr:
      value = count_;
      return true;
    case kCalib:
      value = external_ ? 0 : kCalibNoref;
      return true;
    default:
      return false;
  }
}

bool SysTick::Write(uint32_t address, uint32_t value) {
  Count();
  switch (address) {
    case kCsr: {
      const bool was_running = running();
      control_ = value & (kEnable | kTickInt | kClkSource);
      SetRate();
      if (running() && !was_running) ticks_.RestartTick(scheduler_.now());
      break;
    }
    case kRvr:
      reload_ = value & kCountMask;
      break;
    case kCvr:  // any value clears
      count_flag_ = false;
      count_ = 0;
      break;
    case kCalib:
      break;
    default:
      return false;
  }
  Schedule();
  return true;
}

}  // namespace sim
