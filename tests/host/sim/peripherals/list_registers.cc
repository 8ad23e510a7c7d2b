// Prints all blocks of the virtual board as JSON: name, base, clock gate, and each register with its table
// entry and what it reads after a reset. test_register_tables.py compares that with the hardware description.
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "clock_bench.h"
#include "host/sim/peripherals/dcdc.h"
#include "host/sim/peripherals/dmem.h"
#include "host/sim/peripherals/emu.h"
#include "host/sim/peripherals/eusart.h"
#include "host/sim/peripherals/fsrco.h"
#include "host/sim/peripherals/gpio.h"
#include "host/sim/peripherals/icache0.h"
#include "host/sim/peripherals/lfrco.h"
#include "host/sim/peripherals/lfxo.h"
#include "host/sim/peripherals/msc.h"
#include "host/sim/peripherals/mvp_block.h"
#include "host/sim/peripherals/smu.h"
#include "host/sim/peripherals/stubs.h"
#include "host/sim/peripherals/syscfg.h"
#include "host/sim/peripherals/timer0.h"
#include "host/sim/peripherals/wdog0.h"

namespace sim {
namespace {

struct AllBlocks : ClockBench {
  AllBlocks() {
    for (Peripheral* block : All()) block->Reset();
  }

  std::vector<Peripheral*> All() {
    std::vector<Peripheral*> all = {&cmu,   &hfxo0,  &hfrco0,  &dpll0,   &fsrco, &lfxo,   &lfrco,
                                    &emu,   &syscfg, &smu,     &dcdc,    &dmem,  &timer0, &icache0,
                                    &wdog0, &gpio,   &eusart0, &eusart1, &msc,   &mvp};
    for (const auto& stub : stubs) all.push_back(stub.get());
    return all;
  }

  Fsrco fsrco{surroundings};
  Lfxo lfxo{surroundings, tree};
  Lfrco lfrco{surroundings};
  Emu emu{surroundings, tree, [](uint32_t) {}};
  Syscfg syscfg{surroundings, 0x0118051E};
  Smu smu{surroundings};
  Dcdc dcdc{surroundings};
  Dmem dmem{surroundings};
  Timer0 timer0{surroundings, tree};
  Icache0 icache0{surroundings, {}};
  Wdog0 wdog0{surroundings, tree, [](uint32_t) {}};
  Gpio gpio{surroundings};
  Eusart eusart0{surroundings, 0, gpio};
  Eusart eusart1{surroundings, 1, gpio};
  Msc msc{surroundings};
  MvpBlock mvp{surroundings, "device-flash"};
  std::vector<std::unique_ptr<Peripheral>> stubs = MakeStubs(surroundings);
};

// The one gate without which the block refuses, as 32 * word + bit; -1 for none.
int Gate(Clocks& clocks, Peripheral& block) {
  for (int number = 0; number < 64; ++number) {
    clocks.clken0 = clocks.clken1 = 0xFFFFFFFF;
    (number < 32 ? clocks.clken0 : clocks.clken1) &= ~(1u << number % 32);
    const uint32_t offset = block.registers().empty() ? 0 : block.registers().front().offset;
    const Refusal refusal = block.Read(offset, 4).refusal;
    clocks.clken0 = clocks.clken1 = 0xFFFFFFFF;
    if (refusal == Refusal::kNoClock) return number;
  }
  return -1;
}

const char* Name(Access access) {
  switch (access) {
    case Access::kReadWrite:
      return "RW";
    case Access::kReadOnly:
      return "R";
    default:
      return "W";
  }
}

void Print(Clocks& clocks, Peripheral& block, bool last) {
  std::printf(" {\"name\": \"%s\", \"base\": %u, \"modelled\": %s, \"gate\": %d, \"registers\": [",
              block.name(), block.base(), block.modelled() ? "true" : "false",
              block.modelled() ? Gate(clocks, block) : -1);
  const char* separator = "";
  for (const Register& entry : block.registers()) {
    block.Reset();  // the read before may have had an effect
    const uint32_t value = block.modelled() ? block.Read(entry.offset, 4).value : entry.reset;
    std::printf(
        "%s\n  {\"offset\": %u, \"name\": \"%s\", \"access\": \"%s\", \"reset\": %u, \"writable\": %u, "
        "\"value\": %u}",
        separator, entry.offset, entry.name, Name(entry.access), entry.reset, entry.writable, value);
    separator = ",";
  }
  std::printf("]}%s\n", last ? "" : ",");
}

}  // namespace
}  // namespace sim

int main() {
  sim::AllBlocks blocks;
  const std::vector<sim::Peripheral*> all = blocks.All();
  blocks.clocks.clken0 = blocks.clocks.clken1 = 0xFFFFFFFF;
  std::printf("[\n");
  for (sim::Peripheral* block : all) sim::Print(blocks.clocks, *block, block == all.back());
  std::printf("]\n");
  return EXIT_SUCCESS;
}
