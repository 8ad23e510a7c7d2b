// The count is computed when somebody looks and at its boundaries: warning, time-out, the end of a clear.
#include "host/sim/peripherals/wdog0.h"

#include <algorithm>
#include <utility>

#include "host/sim/peripherals/emu.h"

namespace sim {
namespace {

constexpr uint32_t kEn = 0x004, kCfg = 0x008, kCmd = 0x00C, kStatus = 0x014, kIf = 0x018, kIen = 0x01C;
constexpr uint32_t kLock = 0x020, kSyncbusy = 0x024;
constexpr uint32_t kKey = 0xABE8;
constexpr uint32_t kEnable = 1u << 0, kDisabling = 1u << 1;
constexpr uint32_t kClrsrc = 1u << 0, kEm1run = 1u << 1, kEm2run = 1u << 2, kDebugrun = 1u << 5;
constexpr uint32_t kWdogrstdis = 1u << 8, kPrsMissRst = 3u << 9;
constexpr uint32_t kPerselShift = 16, kWarnselShift = 24, kWinselShift = 28;
constexpr uint32_t kClear = 1u << 0;
constexpr uint32_t kTout = 1u << 0, kWarn = 1u << 1, kWin = 1u << 2;
constexpr uint32_t kLocked = 1u << 31;
constexpr unsigned kGateBit = 13;
constexpr uint64_t kClearTicks = 4;      // a command needs up to that many ticks: the longest is taken
constexpr uint64_t kDisablingTicks = 2;  // not documented
constexpr uint64_t kNoBoundary = UINT64_MAX;

std::vector<Register> Registers() {
  return {
      {0x000, "IPVERSION", Access::kReadOnly, 0x00000001},
      {kEn, "EN", Access::kReadWrite, 0x00000000, kEnable},
      {kCfg, "CFG", Access::kReadWrite, 0x000F0000, 0x730F073F},
      {kCmd, "CMD", Access::kReadWrite, 0x00000000, 0x00000001},
      {kStatus, "STATUS", Access::kReadOnly, 0x00000000},
      {kIf, "IF", Access::kReadWrite, 0x00000000, 0x0000001F},
      {kIen, "IEN", Access::kReadWrite, 0x00000000, 0x0000001F},
      {kLock, "LOCK", Access::kReadWrite, 0x0000ABE8, 0x0000FFFF},
      {kSyncbusy, "SYNCBUSY", Access::kReadOnly, 0x00000000},
  };
}

// The period less its last tick, which warning and window are fractions of.
uint64_t Span(uint32_t config) { return 8ull << (config >> kPerselShift & 15); }

}  // namespace

Wdog0::Wdog0(const Surroundings& surroundings, ClockTree& tree, std::function<void(uint32_t)> reset)
    : StatefulPeripheral("WDOG0", 0x4B004000, {0, kGateBit}, Registers(), surroundings,
                         {kIf, kIen, {{kIrqWdog0}}}),
      tree_(tree),
      reset_(std::move(reset)),
      lock_(kKey),
      slot_(surroundings.scheduler.Add("WDOG0", [this] {
        CountUp();
        Reschedule();
      })) {
  tree.Add(this);
}

void Wdog0::Reset() {
  Peripheral::Reset();
  lock_.Reset();
  elapsed_ = 0;
  clear_in_ = 0;
  disabling_until_ = 0;
  AfterClockChange();
}

bool Wdog0::enabled() const { return (word(kEn) & kEnable) != 0; }

bool Wdog0::Counts() const {
  const uint32_t config = word(kCfg);
  const bool clocked = (surroundings_.clocks.clken0 >> kGateBit & 1) != 0;
  if (!enabled() || !clocked) return false;
  switch (tree_.core_state()) {
    case CoreState::kSleeps:
      return (config & kEm1run) != 0;
    case CoreState::kDeepSleeps:
      return (config & kEm2run) != 0;
    case CoreState::kHalted:
      return (config & kDebugrun) != 0;
    default:
      return true;
  }
}

bool Wdog0::StopsInSleep() const { return enabled() && (word(kCfg) & kEm1run) == 0; }

uint64_t Wdog0::Period() const { return Span(word(kCfg)) + 1; }

uint64_t Wdog0::WarningAt() const {
  const uint64_t quarters = word(kCfg) >> kWarnselShift & 3;
  return quarters == 0 ? kNoBoundary : Span(word(kCfg)) * quarters / 4;
}

// Ticks until something happens.
uint64_t Wdog0::NextBoundary() const {
  uint64_t next = Period() - elapsed_;
  const uint64_t warning = WarningAt();
  if (warning != kNoBoundary && warning > elapsed_) next = std::min(next, warning - elapsed_);
  return clear_in_ == 0 ? next : std::min(next, clear_in_);
}

void Wdog0::CountUp() { Count(ticks_.Advance(surroundings_.scheduler.now())); }

void Wdog0::Count(uint64_t ticks) {
  while (ticks != 0 && enabled()) {
    const uint64_t step = std::min(ticks, NextBoundary());
    ticks -= step;
    elapsed_ += step;
    if (elapsed_ == WarningAt()) Raise(kWarn);
    if (elapsed_ >= Period()) TimeOut();
    if (clear_in_ == 0) continue;
    clear_in_ -= std::min(step, clear_in_);
    if (clear_in_ == 0) FinishClear();
  }
}

void Wdog0::TimeOut() {
  elapsed_ = 0;
  Raise(kTout);
  if ((word(kCfg) & kWdogrstdis) == 0) reset_(kResetWdog0);
}

void Wdog0::FinishClear() {
  const uint64_t eighths = word(kCfg) >> kWinselShift & 7;
  if (elapsed_ < Span(word(kCfg)) * eighths / 8) Raise(kWin);
  elapsed_ = 0;
}

void Wdog0::AfterClockChange() {
  const Clocks& clocks = surroundings_.clocks;
  ticks_.SetRate(surroundings_.scheduler.now(), Counts() ? clocks.wdog0 : 0, clocks.hclk, 1);
  Reschedule();
}

void Wdog0::Reschedule() {
  surroundings_.scheduler.At(slot_, enabled() ? ticks_.When(NextBoundary()) : kNever);
}

uint32_t Wdog0::OnRead(uint32_t offset) {
  switch (offset) {
    case kEn:
      return word(kEn) | (surroundings_.scheduler.now() < disabling_until_ ? kDisabling : 0);
    case kStatus:
      return lock_.locked() ? kLocked : 0;
    case kSyncbusy:
      return clear_in_ != 0;
    default:
      return word(offset);
  }
}

void Wdog0::OnWrite(uint32_t offset, uint32_t value) {
  if (offset == kLock) {
    lock_.Write(value);
  } else if (offset == kCmd) {
    Command(value);
  } else if (lock_.locked()) {
    tree_.Warn("WDOG0.EN or CFG was written while locked, which has no effect");
  } else if (offset == kEn) {
    Enable((value & kEnable) != 0);
  } else if (enabled()) {
    tree_.Warn("WDOG0.CFG was written while EN is 1, which has no effect");
  } else {
    Store(kCfg, value);
    if ((value & (kClrsrc | kPrsMissRst)) != 0)
      tree_.Warn("WDOG0.CFG asks for PRS sources, which are not modelled");
  }
}

void Wdog0::Enable(bool enable) {
  if (enable == enabled()) return;
  Store(kEn, enable ? kEnable : 0);
  elapsed_ = 0;
  clear_in_ = 0;
  if (enable) {
    ticks_.RestartTick(surroundings_.scheduler.now());
  } else {
    const Cycle done = ticks_.When(kDisablingTicks);
    disabling_until_ = done == kNever ? 0 : done;
  }
  AfterClockChange();
}

void Wdog0::Command(uint32_t bits) {
  if ((bits & kClear) == 0 || !enabled()) return;
  if (clear_in_ != 0) {
    tree_.Warn("WDOG0.CMD was written while SYNCBUSY.CMD was set: a chip takes a bus fault");
    return;
  }
  clear_in_ = kClearTicks;
  Reschedule();
}

}  // namespace sim
