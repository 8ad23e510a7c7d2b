// Nothing electrical is modelled.
#include "host/sim/peripherals/dcdc.h"

namespace sim {
namespace {

constexpr uint32_t kCtrl = 0x004, kIf = 0x028, kIen = 0x02C, kStatus = 0x030, kLock = 0x040,
                   kLockstatus = 0x044;
constexpr uint32_t kKey = 43981;
constexpr uint32_t kMode = 1u << 0;
constexpr uint32_t kBypsw = 1u << 0, kWarm = 1u << 1, kRunning = 1u << 2, kRegulation = 1u << 5;

std::vector<Register> Registers() {
  return {
      {0x000, "IPVERSION", Access::kReadOnly, 0x00000002},
      {kCtrl, "CTRL", Access::kReadWrite, 0x00000100, 0x000001F1},
      {0x008, "EM01CTRL0", Access::kReadWrite, 0x00000109, 0x0000030F},
      {0x010, "EM23CTRL0", Access::kReadWrite, 0x00000103, 0x0000030F},
      {0x020, "PFMXCTRL", Access::kReadWrite, 0x00000C0C, 0x00001F0F},
      {kIf, "IF", Access::kReadWrite, 0x00000000, 0x000002FF},
      {kIen, "IEN", Access::kReadWrite, 0x00000000, 0x000002FF},
      {kStatus, "STATUS", Access::kReadOnly, 0x00000000},
      {0x034, "SYNCBUSY", Access::kReadOnly, 0x00000000},
      {kLock, "LOCK", Access::kReadWrite, 0x00000000, 0x0000FFFF},
      {kLockstatus, "LOCKSTATUS", Access::kReadOnly, 0x00000000},
  };
}

}  // namespace

Dcdc::Dcdc(const Surroundings& surroundings)
    : StatefulPeripheral("DCDC", 0x40094000, {0, 31}, Registers(), surroundings, {kIf, kIen, {{kIrqDcdc}}}),
      lock_(kKey) {}

void Dcdc::Reset() {
  Peripheral::Reset();
  lock_.Reset();
}

uint32_t Dcdc::OnRead(uint32_t offset) {
  if (offset == kLockstatus) return static_cast<uint32_t>(lock_.locked());
  return word(offset);
}

void Dcdc::OnWrite(uint32_t offset, uint32_t value) {
  if (offset == kLock) {
    lock_.Write(value);
    return;
  }
  if (lock_.locked()) return;
  Store(offset, value);
  if (offset == kCtrl) {
    const bool regulates = (value & kMode) != 0;
    set_word(kStatus, regulates ? kWarm | kRunning : kBypsw);
    Raise(regulates ? kWarm | kRunning | kRegulation : kBypsw);
  }
}

}  // namespace sim
