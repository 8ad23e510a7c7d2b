// The count is a function of the time at which it reaches 0: nothing happens per cycle.
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

SysTick::SysTick(Scheduler& scheduler, ExceptionModel& exceptions)
    : scheduler_(scheduler), exceptions_(exceptions), slot_(scheduler.Add("SysTick", [this] { OnZero(); })) {}

void SysTick::Reset() {
  control_ = kClkSource;
  reload_ = 0;
  held_ = 0;
  count_flag_ = false;
  zero_at_ = kNever;
  scheduler_.Cancel(slot_);
}

uint32_t SysTick::Current() const {
  if (!running() || zero_at_ == kNever) return held_;
  if (zero_at_ <= scheduler_.now()) return 0;
  const Cycle left = zero_at_ - scheduler_.now();
  return left == Cycle{reload_} + 1 ? 0 : static_cast<uint32_t>(left);
}

// A count of 0 reloads on the next cycle; a reload value of 0 keeps it at 0 from then on.
void SysTick::Start(uint32_t from) {
  held_ = from;
  if (from == 0 && reload_ == 0) {
    zero_at_ = kNever;
    scheduler_.Cancel(slot_);
    return;
  }
  zero_at_ = scheduler_.now() + (from == 0 ? Cycle{reload_} + 1 : from);
  scheduler_.At(slot_, zero_at_);
}

void SysTick::OnZero() {
  count_flag_ = true;
  if ((control_ & kTickInt) != 0) exceptions_.Pend(kSysTick);
  if (reload_ == 0) {
    held_ = 0;
    zero_at_ = kNever;
    return;
  }
  const Cycle period = Cycle{reload_} + 1;
  zero_at_ += period;  // from the last zero, not from now: no drift
  if (zero_at_ <= scheduler_.now()) zero_at_ = scheduler_.now() + period;
  scheduler_.At(slot_, zero_at_);
}

bool SysTick::Read(uint32_t address, uint32_t& value, bool debugger) {
  switch (address) {
    case kCsr:
      value = control_ | uint32_t{count_flag_} << 16;
      if (!debugger) count_flag_ = false;
      return true;
    case kRvr:
      value = reload_;
      return true;
    case kCvr:
      value = Current() & kCountMask;
      return true;
    case kCalib:
      value = kCalibNoref;
      return true;
    default:
      return false;
  }
}

bool SysTick::Write(uint32_t address, uint32_t value) {
  switch (address) {
    case kCsr: {
      const uint32_t count = Current();
      const bool was_running = running();
      control_ = (value & (kEnable | kTickInt)) | kClkSource;
      if (running() && !was_running) Start(count);
      if (!running() && was_running) {
        held_ = count;
        zero_at_ = kNever;
        scheduler_.Cancel(slot_);
      }
      return true;
    }
    case kRvr: {
      const bool stands = running() && zero_at_ == kNever;
      reload_ = value & kCountMask;
      if (stands) Start(0);
      return true;
    }
    case kCvr:  // any value clears
      count_flag_ = false;
      held_ = 0;
      if (running()) Start(0);
      return true;
    case kCalib:
      return true;
    default:
      return false;
  }
}

}  // namespace sim
