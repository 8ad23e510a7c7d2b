// Bases are those of hardware description 1.2.
#include "host/sim/peripherals/stubs.h"

namespace sim {
namespace {

struct Block {
  const char* name;
  uint32_t base;
};

constexpr Block kBlocks[] = {
    {"SCRATCHPAD", 0x40000000}, {"ULFRCO", 0x40028000},       {"PRS", 0x40038000},
    {"TIMER1", 0x4004C000},     {"TIMER2", 0x40050000},       {"TIMER3", 0x40054000},
    {"TIMER4", 0x40058000},     {"USART0", 0x4005C000},       {"BURTC", 0x40064000},
    {"I2C1", 0x40068000},       {"SYSCFG_CFGNS", 0x40078000}, {"BURAM", 0x40080000},
    {"GPCRC", 0x40088000},      {"HOSTMAILBOX", 0x40098000},  {"SYSRTC0", 0x400A8000},
    {"KEYSCAN", 0x400B0000},    {"RADIOAES", 0x44000000},     {"SMU_CFGNS", 0x4400C000},
    {"LETIMER0", 0x49000000},   {"IADC0", 0x49004000},        {"ACMP0", 0x49008000},
    {"ACMP1", 0x4900C000},      {"VDAC0", 0x49024000},        {"VDAC1", 0x49028000},
    {"PCNT0", 0x49030000},      {"HFRCOEM23", 0x4A000000},    {"I2C0", 0x4B000000},
    {"WDOG1", 0x4B008000},
};

// For the names in messages.
std::vector<Register> LdmaRegisters() {
  return {
      {0x000, "IPVERSION", Access::kReadOnly, 0x00000000},
      {0x004, "EN", Access::kReadWrite, 0x00000000, 0x00000001},
      {0x008, "CTRL", Access::kReadWrite, 0x1E000000, 0x9F000000},
      {0x00C, "STATUS", Access::kReadOnly, 0x08100000},
      {0x024, "CHEN", Access::kReadWrite, 0x00000000, 0x000000FF},
      {0x028, "CHDIS", Access::kReadWrite, 0x00000000, 0x000000FF},
      {0x02C, "CHSTATUS", Access::kReadOnly, 0x00000000},
      {0x030, "CHBUSY", Access::kReadOnly, 0x00000000},
      {0x034, "CHDONE", Access::kReadWrite, 0x00000000, 0x000000FF},
      {0x03C, "SWREQ", Access::kReadWrite, 0x00000000, 0x000000FF},
      {0x040, "REQDIS", Access::kReadWrite, 0x00000000, 0x000000FF},
      {0x044, "REQPEND", Access::kReadOnly, 0x00000000},
      {0x048, "LINKLOAD", Access::kReadWrite, 0x00000000, 0x000000FF},
      {0x04C, "REQCLEAR", Access::kReadWrite, 0x00000000, 0x000000FF},
      {0x050, "IF", Access::kReadWrite, 0x00000000, 0x800000FF},
      {0x054, "IEN", Access::kReadWrite, 0x00000000, 0x800000FF},
  };
}

}  // namespace

std::vector<std::unique_ptr<Peripheral>> MakeStubs(const Surroundings& surroundings) {
  std::vector<std::unique_ptr<Peripheral>> stubs;
  const auto add = [&](const char* name, uint32_t base, std::vector<Register> registers) {
    stubs.push_back(std::make_unique<Stub>(name, base, ClockGate{}, std::move(registers), surroundings));
  };
  add("LDMA", 0x40040000, LdmaRegisters());
  add("LDMAXBAR", 0x40044000, {});
  for (const Block& block : kBlocks) add(block.name, block.base, {});
  return stubs;
}

}  // namespace sim
