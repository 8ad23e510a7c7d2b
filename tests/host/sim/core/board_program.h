// A board with a program in flash: vectors by label, results left in registers and RAM, BKPT ends it.
#pragma once

#include <cstdint>
#include <string>

#include "host/sim/core/board.h"
#include "tests/host/sim/core/assembler.h"

// Labels that the source may define as handlers: nmi, hard_fault, mem_manage, bus_fault, usage_fault, svcall,
// debug_monitor, pendsv, systick, irq0 … irq75. Those it does not define stop at a BKPT, which halts the run.
// The program begins at the label `start` with MSP at kStackTop. Constants: RAM, SCS.
class BoardProgram {
 public:
  static constexpr uint32_t kStackTop = 0x20001000;
  static constexpr uint32_t kResults = 0x20002000;

  explicit BoardProgram(const std::string& source, sim::BoardSettings settings = {});

  // Runs until BKPT, or for at most `cycles`.
  sim::Stop Run(sim::Cycle cycles = 1'000'000);

  uint32_t Register(unsigned number) const { return board.ReadRegister(number); }
  uint32_t Word(uint32_t address);
  // The n-th word of the results.
  uint32_t Result(unsigned n) { return Word(kResults + 4 * n); }
  uint32_t Symbol(const std::string& name) const { return program.symbols.at(name); }
  void Poke(uint32_t address, uint32_t value);

  sim::Board board;
  Assembled program;
};
