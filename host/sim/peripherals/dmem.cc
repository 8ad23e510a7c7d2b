// Keeps what is written; its flags rise only by software.
#include "host/sim/peripherals/dmem.h"

namespace sim {
namespace {

constexpr uint32_t kCmd = 0x004, kIf = 0x020, kIen = 0x024;

std::vector<Register> Registers() {
  return {
      {0x000, "IPVERSION", Access::kReadOnly, 0x00000002},
      {kCmd, "CMD", Access::kReadWrite, 0x00000000, 0x0000000F},
      {0x008, "CTRL", Access::kReadWrite, 0x00000040, 0x000000FF},
      {kIf, "IF", Access::kReadWrite, 0x00000000, 0x000000FF},
      {kIen, "IEN", Access::kReadWrite, 0x00000000, 0x000000FF},
  };
}

}  // namespace

Dmem::Dmem(const Surroundings& surroundings)
    : Peripheral("DMEM", 0x400B4000, {1, 27}, Registers(), surroundings, {kIf, kIen, {{kIrqMpahbram}}}) {}

void Dmem::OnWrite(uint32_t offset, uint32_t value) {
  if (offset != kCmd) Store(offset, value);
}

}  // namespace sim
