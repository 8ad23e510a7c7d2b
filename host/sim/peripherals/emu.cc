// Temperature, brown-out detectors and EM4 stay at their reset values.
#include "host/sim/peripherals/emu.h"

#include <utility>

namespace sim {
namespace {

constexpr uint32_t kLock = 0x060, kIf = 0x064, kIen = 0x068, kEm4ctrl = 0x06C, kCmd = 0x070;
constexpr uint32_t kStatus = 0x084, kRstctrl = 0x090, kRstcause = 0x094;
constexpr uint32_t kKey = 0xADE8;
constexpr uint32_t kVscaleDone = 1u << 25;
constexpr uint32_t kCmdVscale1 = 1u << 10, kCmdVscale2 = 1u << 11, kCmdRstcauseclr = 1u << 17;
constexpr uint32_t kStatusLock = 1u << 0, kStatusVscaleShift = 6;
constexpr uint32_t kWdog0Rmode = 1u << 0, kSysRmode = 1u << 2, kLockupRmode = 1u << 3;
constexpr uint32_t kEm4Steps = 8;  // writes of 2, 3, 2, 3, ... that enter EM4

std::vector<Register> Registers() {
  return {
      {0x05C, "IPVERSION", Access::kReadOnly, 0x00000003},
      {kLock, "LOCK", Access::kReadWrite, 0x0000ADE8, 0x0000FFFF},
      {kIf, "IF", Access::kReadWrite, 0x00000000, 0xEB030000},
      {kIen, "IEN", Access::kReadWrite, 0x00000000, 0xEB030000},
      {kEm4ctrl, "EM4CTRL", Access::kReadWrite, 0x00000000, 0x00000133},
      {kCmd, "CMD", Access::kReadWrite, 0x00000000, 0x00060C12},
      {0x074, "CTRL", Access::kReadWrite, 0x00000200, 0xE0010309},
      {kStatus, "STATUS", Access::kReadOnly, 0x00000080},
      {0x088, "TEMP", Access::kReadOnly, 0x00000000},
      {kRstctrl, "RSTCTRL", Access::kReadWrite, 0x00060407, 0x000004CD},
      {kRstcause, "RSTCAUSE", Access::kReadOnly, 0x00000000},
  };
}

}  // namespace

Emu::Emu(const Surroundings& surroundings, ClockTree& tree, std::function<void(uint32_t)> reset)
    : StatefulPeripheral("EMU", 0x40004000, {}, Registers(), surroundings, {kIf, kIen, {{kIrqEmu}}}),
      tree_(tree),
      reset_(std::move(reset)),
      lock_(kKey) {}

void Emu::Reset() {
  const uint32_t causes = word(kRstcause);
  Peripheral::Reset();
  set_word(kRstcause, causes);
  lock_.Reset();
  vscale_ = 2;
  em4_steps_ = 0;
  tree_.SetVoltageScale(vscale_);
}

void Emu::AddCause(uint32_t cause) {
  set_word(kRstcause, cause == kResetPor ? cause : word(kRstcause) | cause);
}

bool Emu::RequestReset(uint32_t cause) {
  uint32_t enable = 0;
  if (cause == kResetWdog0) enable = kWdog0Rmode;
  if (cause == kResetSysreq) enable = kSysRmode;
  if (cause == kResetLockup) enable = kLockupRmode;
  if (enable != 0 && (word(kRstctrl) & enable) == 0) return false;
  reset_(cause);
  return true;
}

uint32_t Emu::OnRead(uint32_t offset) {
  if (offset == kStatus) return vscale_ << kStatusVscaleShift | (lock_.locked() ? kStatusLock : 0);
  return offset == kCmd ? 0 : word(offset);
}

void Emu::OnWrite(uint32_t offset, uint32_t value) {
  if (offset == kLock) {
    lock_.Write(value);
  } else if (lock_.locked()) {
    tree_.Warn("a register of the EMU was written while locked, which has no effect");
  } else if (offset == kCmd) {
    Command(value);
  } else {
    Store(offset, value);
    if (offset == kEm4ctrl) EnterEm4(value & 3);
  }
}

void Emu::Command(uint32_t bits) {
  if ((bits & kCmdRstcauseclr) != 0) set_word(kRstcause, 0);
  if ((bits & (kCmdVscale1 | kCmdVscale2)) == 0) return;
  vscale_ = (bits & kCmdVscale2) != 0 ? 2 : 1;
  tree_.SetVoltageScale(vscale_);
  Raise(kVscaleDone);
}

void Emu::EnterEm4(uint32_t entry) {
  const uint32_t expected = em4_steps_ % 2 == 0 ? 2 : 3;
  em4_steps_ = entry == expected ? em4_steps_ + 1 : 0;
  if (em4_steps_ == kEm4Steps) tree_.Warn("the program enters EM4, which is not modelled: it goes on");
}

}  // namespace sim
