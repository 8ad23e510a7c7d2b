// It starts without delay.
#include "host/sim/peripherals/lfrco.h"

namespace sim {
namespace {

constexpr uint32_t kCtrl = 0x004, kStatus = 0x008, kIf = 0x014, kIen = 0x018, kLock = 0x020;
constexpr uint32_t kKey = 0x0F93;
constexpr uint32_t kForceEn = 1u << 0;
constexpr uint32_t kRdy = 1u << 0, kEns = 1u << 16, kLocked = 1u << 31;

std::vector<Register> Registers() {
  return {
      {0x000, "IPVERSION", Access::kReadOnly, 0x00000002},
      {kCtrl, "CTRL", Access::kReadWrite, 0x00000000, 0x00000003},
      {kStatus, "STATUS", Access::kReadOnly, 0x00000000},
      {kIf, "IF", Access::kReadWrite, 0x00000000, 0x00070707},
      {kIen, "IEN", Access::kReadWrite, 0x00000000, 0x00070707},
      {kLock, "LOCK", Access::kReadWrite, 0x00000000, 0x0000FFFF},
      {0x024, "CFG", Access::kReadWrite, 0x00000000, 0x00000001},
      {0x02C, "NOMCAL", Access::kReadWrite, 0x0005B8D8, 0x001FFFFF},
      {0x030, "NOMCALINV", Access::kReadWrite, 0x0000597A, 0x0001FFFF},
      {0x034, "CMD", Access::kReadWrite, 0x00000000, 0x00000000},
  };
}

}  // namespace

Lfrco::Lfrco(const Surroundings& surroundings)
    : StatefulPeripheral("LFRCO", 0x40024000, {0, 22}, Registers(), surroundings, {kIf, kIen, {{kIrqLfrco}}}),
      lock_(kKey) {}

void Lfrco::Reset() {
  Peripheral::Reset();
  lock_.Reset();
}

uint32_t Lfrco::OnRead(uint32_t offset) {
  if (offset != kStatus) return word(offset);
  return ((word(kCtrl) & kForceEn) != 0 ? kRdy | kEns : 0) | (lock_.locked() ? kLocked : 0);
}

void Lfrco::OnWrite(uint32_t offset, uint32_t value) {
  if (offset == kLock) {
    lock_.Write(value);
  } else if (!lock_.locked()) {
    const bool starts = offset == kCtrl && (value & ~word(kCtrl) & kForceEn) != 0;
    Store(offset, value);
    if (starts) Raise(kRdy);
  }
}

}  // namespace sim
