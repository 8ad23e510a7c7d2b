// Locking is one event; nothing is simulated of the loop itself.
#include "host/sim/peripherals/dpll0.h"

namespace sim {
namespace {

constexpr uint32_t kEn = 0x004, kCfg = 0x008, kCfg1 = 0x00C, kIf = 0x010, kIen = 0x014, kStatus = 0x018;
constexpr uint32_t kLock = 0x024;
constexpr uint32_t kKey = 0x7102;
constexpr uint32_t kEnable = 1u << 0, kDisabling = 1u << 1;
constexpr uint32_t kAutoRecover = 1u << 2;
constexpr uint32_t kFlagLock = 1u << 0, kFlagFailLow = 1u << 1, kFlagFailHigh = 1u << 2;
constexpr uint32_t kRdy = 1u << 0, kEns = 1u << 1, kLocked = 1u << 31;
constexpr uint32_t kMinN = 300;  // to be exceeded
// Not documented: that locking compares the two clocks for two rounds of M + 1 reference periods, and how
// long switching off takes, in core cycles.
constexpr double kRounds = 2;
constexpr Cycle kDisablingCycles = 16;

std::vector<Register> Registers() {
  return {
      {0x000, "IPVERSION", Access::kReadOnly, 0x00000001},
      {kEn, "EN", Access::kReadWrite, 0x00000000, kEnable},
      {kCfg, "CFG", Access::kReadWrite, 0x00000000, 0x00000047},
      {kCfg1, "CFG1", Access::kReadWrite, 0x00000000, 0x0FFF0FFF},
      {kIf, "IF", Access::kReadWrite, 0x00000000, 0x00000007},
      {kIen, "IEN", Access::kReadWrite, 0x00000000, 0x00000007},
      {kStatus, "STATUS", Access::kReadOnly, 0x00000000},
      {kLock, "LOCK", Access::kReadWrite, 0x00007102, 0x0000FFFF},
  };
}

}  // namespace

Dpll0::Dpll0(const Surroundings& surroundings, ClockTree& tree)
    : StatefulPeripheral("DPLL0", 0x4001C000, {0, 17}, Registers(), surroundings, {kIf, kIen, {{kIrqDpll0}}}),
      tree_(tree),
      lock_(kKey),
      slot_(tree.AddTimed("DPLL0 locks", [this] { FinishLocking(); })) {
  tree.Add(this);
}

bool Dpll0::enabled() const { return (word(kEn) & kEnable) != 0; }

void Dpll0::Reset() {
  Peripheral::Reset();
  lock_.Reset();
  locked_hz_ = 0;
  reference_missing_ = false;
  disabling_until_ = 0;
  surroundings_.scheduler.Cancel(slot_);
  tree_.SetDpll(false, 0);
}

uint32_t Dpll0::OnRead(uint32_t offset) {
  switch (offset) {
    case kEn:
      return word(kEn) | (surroundings_.scheduler.now() < disabling_until_ ? kDisabling : 0);
    case kStatus:
      return (locked_hz_ != 0 ? kRdy : 0) | (enabled() ? kEns : 0) | (lock_.locked() ? kLocked : 0);
    default:
      return word(offset);
  }
}

void Dpll0::OnWrite(uint32_t offset, uint32_t value) {
  if (offset == kLock) {
    lock_.Write(value);
  } else if (lock_.locked()) {
    tree_.Warn("a register of DPLL0 was written while locked, which has no effect");
  } else if (offset == kEn) {
    Enable((value & kEnable) != 0);
  } else if (enabled()) {
    tree_.Warn("DPLL0.CFG or CFG1 was written while EN is 1, which has no effect");
  } else {
    Store(offset, value);
  }
}

void Dpll0::Enable(bool enable) {
  if (enable == enabled()) return;
  Store(kEn, enable ? kEnable : 0);
  if (enable) {
    if (tree_.sysclk_source() == kSysclkHfrcodpll) {
      tree_.Warn(
          "DPLL0 locks while the core runs from HFRCODPLL, which overshoots: select another source first");
    }
    StartLocking();
    return;
  }
  locked_hz_ = 0;
  surroundings_.scheduler.Cancel(slot_);
  disabling_until_ = surroundings_.scheduler.now() + kDisablingCycles;
  tree_.SetDpll(false, 0);
}

void Dpll0::StartLocking() {
  const uint32_t reference = tree_.dpll_reference();
  reference_missing_ = reference == 0;
  const uint32_t m = word(kCfg1) & 0xFFF;
  const double microseconds = reference == 0 ? 1 : kRounds * (m + 1) * 1e6 / reference;
  surroundings_.scheduler.After(slot_, tree_.CyclesOfMicroseconds(microseconds));
  tree_.SetDpll(true, 0);
}

void Dpll0::FinishLocking() {
  const uint64_t n = word(kCfg1) >> 16 & 0xFFF;
  const uint64_t m = word(kCfg1) & 0xFFF;
  const uint64_t target = tree_.dpll_reference() * (n + 1) / (m + 1);
  if (target == 0 || n <= kMinN || target < tree_.hfrco_lowest()) return Raise(kFlagFailLow);
  if (target > tree_.hfrco_highest()) return Raise(kFlagFailHigh);
  locked_hz_ = static_cast<uint32_t>(target);
  tree_.SetDpll(true, locked_hz_);
  Raise(kFlagLock);
}

void Dpll0::AfterClockChange() {
  if (!enabled()) return;
  const bool runs = tree_.dpll_reference() != 0;
  if (!runs) reference_missing_ = true;
  const bool locking = surroundings_.scheduler.due(slot_) != kNever;
  if (locked_hz_ != 0 && !runs) {
    locked_hz_ = 0;
    Raise(kFlagFailLow);
    tree_.SetDpll(true, 0);
  } else if (reference_missing_ && runs && !locking && (word(kCfg) & kAutoRecover) != 0) {
    StartLocking();
  }
}

}  // namespace sim
