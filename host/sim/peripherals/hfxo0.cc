// The start is one event per stage.
#include "host/sim/peripherals/hfxo0.h"

namespace sim {
namespace {

constexpr uint32_t kXtalcfg = 0x010, kXtalctrl = 0x018, kCfg = 0x020, kCtrl = 0x028, kCmd = 0x050;
constexpr uint32_t kStatus = 0x058, kIf = 0x070, kIen = 0x074, kLock = 0x080;
constexpr uint32_t kKey = 0x580E;
constexpr uint32_t kForceEn = 7u << 16;  // FORCEEN, FORCEENPRS, FORCEENBUFOUT
constexpr uint32_t kDisOnDemand = 1u << 24;
constexpr uint32_t kSkipCoreBiasOpt = 1u << 31;
constexpr uint32_t kRdy = 1u << 0, kCoreBiasOptRdy = 1u << 1, kEns = 1u << 16, kHwReq = 1u << 17;
constexpr uint32_t kSyncBusy = 1u << 30, kLocked = 1u << 31;
constexpr uint32_t kCoreBiasOpt = 1u << 0;
// How long STATUS.SYNCBUSY stays after a write to CTRL, in core cycles: not documented, short.
constexpr Cycle kSyncCycles = 16;

// The times that the codes of XTALCFG stand for, in microseconds, as their names in the header say.
constexpr uint16_t kSteadyMicroseconds[16] = {4,   16,  41,  83,  125, 166,  208,  250,
                                              333, 416, 500, 666, 833, 1666, 2500, 4166};
constexpr uint16_t kCoreBiasMicroseconds[16] = {8,   20,  41,  62,  83,  104,  125,  166,
                                                208, 250, 333, 416, 833, 1250, 2083, 3750};

std::vector<Register> Registers() {
  return {
      {0x000, "IPVERSION", Access::kReadOnly, 0x00000003},
      {kXtalcfg, "XTALCFG", Access::kReadWrite, 0x0BB00820, 0x0FFFFFFF},
      {kXtalctrl, "XTALCTRL", Access::kReadWrite, 0x033C3C3C, 0x8FFFFFFF},
      {0x01C, "XTALCTRL1", Access::kReadWrite, 0x0000003C, 0x000000FF},
      {kCfg, "CFG", Access::kReadWrite, 0x10000000, 0x1000000F},
      {kCtrl, "CTRL", Access::kReadWrite, 0x07000040, 0x0707FF7D},
      {kCmd, "CMD", Access::kReadWrite, 0x00000000, 0x00000001},
      {kStatus, "STATUS", Access::kReadOnly, 0x00000000},
      {kIf, "IF", Access::kReadWrite, 0x00000000, 0xF830800F},
      {kIen, "IEN", Access::kReadWrite, 0x00000000, 0xF830800F},
      {kLock, "LOCK", Access::kReadWrite, 0x0000580E, 0x0000FFFF},
  };
}

}  // namespace

Hfxo0::Hfxo0(const Surroundings& surroundings, ClockTree& tree)
    : StatefulPeripheral("HFXO0", 0x4A004000, {0, 20}, Registers(), surroundings, {kIf, kIen, {{kIrqHfxo0}}}),
      tree_(tree),
      lock_(kKey),
      slot_(tree.AddTimed("HFXO0 start", [this] { Advance(); })) {
  tree.Add(this);
}

void Hfxo0::Reset() {
  Peripheral::Reset();
  lock_.Reset();
  sync_until_ = 0;
  Evaluate();
}

uint32_t Hfxo0::Status() const {
  uint32_t status = rdy_ ? kRdy : 0;
  if (stage_ == Stage::kReady) status |= kCoreBiasOptRdy;
  if (stage_ != Stage::kOff) status |= kEns;
  if (tree_.hfxo_requested()) status |= kHwReq;
  if (surroundings_.scheduler.now() < sync_until_) status |= kSyncBusy;
  return status | (lock_.locked() ? kLocked : 0);
}

uint32_t Hfxo0::OnRead(uint32_t offset) { return offset == kStatus ? Status() : word(offset); }

void Hfxo0::OnWrite(uint32_t offset, uint32_t value) {
  if (offset == kLock) {
    lock_.Write(value);
  } else if (lock_.locked()) {
    tree_.Warn("a register of HFXO0 was written while locked, which has no effect");
  } else if (offset == kCmd) {
    if ((value & kCoreBiasOpt) != 0 && rdy_) {
      stage_ = Stage::kOptimizing;
      surroundings_.scheduler.After(
          slot_, tree_.CyclesOfMicroseconds(kCoreBiasMicroseconds[word(kXtalcfg) >> 24 & 15]));
    }
  } else {
    Store(offset, value);
    if (offset != kCtrl) return;
    sync_until_ = surroundings_.scheduler.now() + kSyncCycles;
    Evaluate();
  }
}

void Hfxo0::Evaluate() {
  const uint32_t control = word(kCtrl);
  const bool on_demand = tree_.hfxo_requested() && (control & kDisOnDemand) == 0;
  const bool wanted = (control & kForceEn) != 0 || on_demand;
  if (wanted == (stage_ != Stage::kOff)) return;
  if (!wanted) {
    stage_ = Stage::kOff;
    rdy_ = false;
    surroundings_.scheduler.Cancel(slot_);
    tree_.SetHfxo(false);
    return;
  }
  stage_ = Stage::kStarting;
  if (surroundings_.faults.hfxo_dead) {
    tree_.Warn("the crystal of HFXO0 does not start (injected)");
    return;
  }
  surroundings_.scheduler.After(slot_,
                                tree_.CyclesOfMicroseconds(kSteadyMicroseconds[word(kXtalcfg) >> 20 & 15]));
}

void Hfxo0::Advance() {
  if (stage_ == Stage::kStarting) {
    const bool skips = (word(kXtalctrl) & kSkipCoreBiasOpt) != 0;
    stage_ = skips ? Stage::kReady : Stage::kOptimizing;
    if (!skips) {
      surroundings_.scheduler.After(
          slot_, tree_.CyclesOfMicroseconds(kCoreBiasMicroseconds[word(kXtalcfg) >> 24 & 15]));
    }
    rdy_ = true;
    Raise(skips ? kRdy | kCoreBiasOptRdy : kRdy);
    tree_.SetHfxo(true);
  } else if (stage_ == Stage::kOptimizing) {
    stage_ = Stage::kReady;
    Raise(kCoreBiasOptRdy);
  }
}

}  // namespace sim
