// One event: the crystal is ready.
#include "host/sim/peripherals/lfxo.h"

namespace sim {
namespace {

constexpr uint32_t kCtrl = 0x004, kCfg = 0x008, kStatus = 0x010, kIf = 0x018, kIen = 0x01C, kLock = 0x024;
constexpr uint32_t kKey = 0x1A20;
constexpr uint32_t kForceEn = 1u << 0, kDisOnDemand = 1u << 1;
constexpr uint32_t kRdy = 1u << 0, kEns = 1u << 16, kLocked = 1u << 31;
// Periods by CFG.TIMEOUT.
constexpr uint32_t kTimeoutCycles[8] = {2, 256, 1024, 2048, 4096, 8192, 16384, 32768};

std::vector<Register> Registers() {
  return {
      {0x000, "IPVERSION", Access::kReadOnly, 0x00000001},
      {kCtrl, "CTRL", Access::kReadWrite, 0x00000002, 0x00000033},
      {kCfg, "CFG", Access::kReadWrite, 0x00000701, 0x00000733},
      {kStatus, "STATUS", Access::kReadOnly, 0x00000000},
      {0x014, "CAL", Access::kReadWrite, 0x00000100, 0x0000037F},
      {kIf, "IF", Access::kReadWrite, 0x00000000, 0x0000000F},
      {kIen, "IEN", Access::kReadWrite, 0x00000000, 0x0000000F},
      {0x020, "SYNCBUSY", Access::kReadOnly, 0x00000000},
      {kLock, "LOCK", Access::kReadWrite, 0x00001A20, 0x0000FFFF},
  };
}

}  // namespace

Lfxo::Lfxo(const Surroundings& surroundings, ClockTree& tree)
    : StatefulPeripheral("LFXO", 0x40020000, {0, 23}, Registers(), surroundings, {kIf, kIen, {{kIrqLfxo}}}),
      tree_(tree),
      lock_(kKey),
      slot_(tree.AddTimed("LFXO start", [this] { BecomeReady(); })) {
  tree.Add(this);
}

void Lfxo::Reset() {
  Peripheral::Reset();
  lock_.Reset();
  Evaluate();
}

uint32_t Lfxo::OnRead(uint32_t offset) {
  if (offset != kStatus) return word(offset);
  return (ready_ ? kRdy : 0) | (on_ ? kEns : 0) | (lock_.locked() ? kLocked : 0);
}

void Lfxo::OnWrite(uint32_t offset, uint32_t value) {
  if (offset == kLock) {
    lock_.Write(value);
  } else if (lock_.locked()) {
    tree_.Warn("a register of the LFXO was written while locked, which has no effect");
  } else {
    Store(offset, value);
    Evaluate();
  }
}

void Lfxo::Evaluate() {
  const bool on_demand = tree_.lfxo_requested() && (word(kCtrl) & kDisOnDemand) == 0;
  const bool wanted = (word(kCtrl) & kForceEn) != 0 || on_demand;
  if (wanted == on_) return;
  on_ = wanted;
  if (wanted) {
    const double periods = kTimeoutCycles[word(kCfg) >> 8 & 7];
    surroundings_.scheduler.After(slot_, tree_.CyclesOfMicroseconds(periods * 1e6 / kLfHz));
  } else {
    ready_ = false;
    surroundings_.scheduler.Cancel(slot_);
    tree_.SetLfxo(false);
  }
}

void Lfxo::BecomeReady() {
  ready_ = true;
  Raise(kRdy);
  tree_.SetLfxo(true);
}

}  // namespace sim
