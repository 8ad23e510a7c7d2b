// Nothing but memory and one interrupt line.
#include "host/sim/peripherals/syscfg.h"

#include <utility>

namespace sim {
namespace {

constexpr uint32_t kIf = 0x008, kIen = 0x00C, kChiprev = 0x018, kCfgsystic = 0x024, kCtrl = 0x200;
constexpr uint32_t kRootlockstatus = 0x608;
constexpr uint32_t kAddrFaultEn = 1u << 0, kClkDisFaultEn = 1u << 1;
constexpr uint32_t kUserDebugLocks = 3u << 16;  // USERDBGAPLOCK, USERDBGLOCK

std::vector<Register> Registers() {
  return {
      {0x004, "IPVERSION", Access::kReadOnly, 0x00000003},
      {kIf, "IF", Access::kReadWrite, 0x00000000, 0x33033F0F},
      {kIen, "IEN", Access::kReadWrite, 0x00000000, 0x33033F0F},
      {0x014, "CHIPREVHW", Access::kReadWrite, 0x00000F01, 0x000FFFFF},
      {kChiprev, "CHIPREV", Access::kReadWrite, 0x00000000, 0x000FFFFF},
      {kCfgsystic, "CFGSYSTIC", Access::kReadWrite, 0x00000000, 0x00000001},
      {kCtrl, "CTRL", Access::kReadWrite, 0x00000023, 0x00000023},
      {0x208, "DMEM0RETNCTRL", Access::kReadWrite, 0x00000000, 0x00007FFF},
      {0x30C, "RAMBIASCONF", Access::kReadWrite, 0x00000002, 0x0000000F},
      {0x418, "ICACHERAMRETNCTRL", Access::kReadWrite, 0x00000000, 0x00000001},
      {0x41C, "DMEM0PORTMAPSEL", Access::kReadWrite, 0x00007905, 0x0000FFFF},
      {0x600, "ROOTDATA0", Access::kReadWrite, 0x00000000, 0xFFFFFFFF},
      {0x604, "ROOTDATA1", Access::kReadWrite, 0x00000000, 0xFFFFFFFF},
      {kRootlockstatus, "ROOTLOCKSTATUS", Access::kReadOnly, 0x007F0107},
      {0x60C, "ROOTSESWVERSION", Access::kReadWrite, 0x00000000, 0xFFFFFFFF},
  };
}

// Major 1, minor 1, and the family: 60 MG24, 61 BG24. What the security engine leaves there on a chip.
uint32_t ChipRevision(uint32_t part) {
  const uint32_t family = (part >> 24 & 63) == 2 ? 61 : 60;
  return 1u << 12 | family << 6 | 1u;
}

}  // namespace

Syscfg::Syscfg(const Surroundings& surroundings, uint32_t part, std::function<void(bool)> systick_external)
    : Peripheral("SYSCFG", 0x4007C000, {0, 16}, Registers(), surroundings, {kIf, kIen, {{kIrqSyscfg}}}),
      part_(part),
      systick_external_(std::move(systick_external)) {
  Reset();
}

void Syscfg::Reset() {
  Peripheral::Reset();
  set_word(kChiprev, ChipRevision(part_));
  set_word(kRootlockstatus, word(kRootlockstatus) & ~kUserDebugLocks);
}

bool Syscfg::address_fault_enabled() const { return (word(kCtrl) & kAddrFaultEn) != 0; }
bool Syscfg::clock_fault_enabled() const { return (word(kCtrl) & kClkDisFaultEn) != 0; }

void Syscfg::OnWrite(uint32_t offset, uint32_t value) {
  Store(offset, value);
  if (offset == kCfgsystic && systick_external_) systick_external_(word(kCfgsystic) != 0);
}

}  // namespace sim
