// M33CTRL's locks concern registers of the core, which do not look at it.
#include "host/sim/peripherals/smu.h"

namespace sim {
namespace {

constexpr uint32_t kStatus = 0x004, kLock = 0x008, kIf = 0x00C, kIen = 0x010;
constexpr uint32_t kKey = 0x00ACCE55;
constexpr uint32_t kSecurityFlags = 3u << 16, kPrivilegeFlags = 5;

std::vector<Register> Registers() {
  return {
      {0x000, "IPVERSION", Access::kReadOnly, 0x00000003},
      {kStatus, "STATUS", Access::kReadOnly, 0x00000000},
      {kLock, "LOCK", Access::kReadWrite, 0x00000000, 0x00FFFFFF},
      {kIf, "IF", Access::kReadWrite, 0x00000000, 0x00030005},
      {kIen, "IEN", Access::kReadWrite, 0x00000000, 0x00030005},
      {0x020, "M33CTRL", Access::kReadWrite, 0x00000000, 0x0000001F},
      {0x040, "PPUPATD0", Access::kReadWrite, 0xFFFFFFFF, 0xFFFFFFFE},
      {0x044, "PPUPATD1", Access::kReadWrite, 0x003FFFFF, 0x003FFFFF},
      {0x060, "PPUSATD0", Access::kReadWrite, 0xFFFFFFFF, 0xFFFFFFFE},
      {0x064, "PPUSATD1", Access::kReadWrite, 0x003FFFFF, 0x003FFFFF},
      {0x140, "PPUFS", Access::kReadOnly, 0x00000000},
      {0x150, "BMPUPATD0", Access::kReadWrite, 0x0000003F, 0x000001FF},
      {0x170, "BMPUSATD0", Access::kReadWrite, 0x0000003F, 0x000001FF},
      {0x250, "BMPUFS", Access::kReadOnly, 0x00000000},
      {0x254, "BMPUFSADDR", Access::kReadOnly, 0x00000000},
      {0x260, "ESAURTYPES0", Access::kReadWrite, 0x00000000, 0x00001000},
      {0x264, "ESAURTYPES1", Access::kReadWrite, 0x00000000, 0x00001000},
      {0x270, "ESAUMRB01", Access::kReadWrite, 0x0A000000, 0x0FFFF000},
      {0x274, "ESAUMRB12", Access::kReadWrite, 0x0C000000, 0x0FFFF000},
      {0x280, "ESAUMRB45", Access::kReadWrite, 0x02000000, 0x0FFFF000},
      {0x284, "ESAUMRB56", Access::kReadWrite, 0x04000000, 0x0FFFF000},
  };
}

}  // namespace

Smu::Smu(const Surroundings& surroundings)
    : StatefulPeripheral(
          "SMU", 0x44008000, {1, 14}, Registers(), surroundings,
          {kIf, kIen, {{kIrqSmuSecure, kSecurityFlags}, {kIrqSmuSPrivileged, kPrivilegeFlags}}}),
      lock_(kKey) {}

void Smu::Reset() {
  Peripheral::Reset();
  lock_.Reset();
}

uint32_t Smu::OnRead(uint32_t offset) {
  return offset == kStatus ? static_cast<uint32_t>(lock_.locked()) : word(offset);
}

void Smu::OnWrite(uint32_t offset, uint32_t value) {
  if (offset == kLock) {
    lock_.Write(value);
  } else if (!lock_.locked()) {
    Store(offset, value);
  }
}

}  // namespace sim
