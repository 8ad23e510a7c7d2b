// The vector table comes first, as the chip wants it.
#include "tests/host/sim/core/board_program.h"

#include <gtest/gtest.h>

namespace {

constexpr const char* kSystemHandlers[] = {
    "nmi", "hard_fault", "mem_manage",    "bus_fault", "usage_fault", "",       "", "",
    "",    "svcall",     "debug_monitor", "",          "pendsv",      "systick"};

// Handlers that the source does not define go to `unexpected`.
std::string WithVectors(const std::string& source) {
  std::string text = ".equ RAM, 0x20002000\n.equ SCS, 0xE000E000\n.word 0x20001000\n.word start + 1\n";
  const auto add = [&](const std::string& name) {
    const bool defined = !name.empty() && ("\n" + source).find("\n" + name + ":") != std::string::npos;
    text += ".word " + (defined ? name : std::string("unexpected")) + " + 1\n";
  };
  for (const char* name : kSystemHandlers) add(name);
  for (unsigned irq = 0; irq < 76; ++irq) add("irq" + std::to_string(irq));
  return text + "unexpected: bkpt 0xFF\n" + source;
}

}  // namespace

BoardProgram::BoardProgram(const std::string& source, sim::BoardSettings settings)
    : board(settings), program(Assemble(WithVectors(source), settings.vtor)) {
  EXPECT_TRUE(board.Load(settings.vtor, program.bytes.data(), static_cast<uint32_t>(program.bytes.size())));
  const uint8_t zeros[0x1000] = {};
  board.PowerOn();
  board.Load(kResults, zeros, sizeof zeros);
  Poke(0xE000EDF0, 0xA05F0001);  // DHCSR.C_DEBUGEN: BKPT halts
}

sim::Stop BoardProgram::Run(sim::Cycle cycles) {
  Poke(0xE000EDF0, 0xA05F0001);
  return board.Run(board.now() + cycles);
}

uint32_t BoardProgram::Word(uint32_t address) {
  uint8_t bytes[4] = {};
  EXPECT_TRUE(board.ReadMemory(address, bytes, 4)) << std::hex << address;
  return uint32_t{bytes[0]} | uint32_t{bytes[1]} << 8 | uint32_t{bytes[2]} << 16 | uint32_t{bytes[3]} << 24;
}

void BoardProgram::Poke(uint32_t address, uint32_t value) {
  uint8_t bytes[4];
  for (unsigned i = 0; i < 4; ++i) bytes[i] = static_cast<uint8_t>(value >> (8 * i));
  EXPECT_TRUE(board.WriteMemory(address, bytes, 4)) << std::hex << address;
}
