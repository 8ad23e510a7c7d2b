// What the clock tree gives to its users. The CMU and the oscillators write it, everybody else reads.
#pragma once

#include <cstdint>

namespace sim {

// Frequencies in Hz; 0 for a branch whose source does not run. Reset values: everything from FSRCO or HFRCO.
struct Clocks {
  uint32_t hfxo = 0;  // 0 until the crystal oscillates
  uint32_t hfrco_dpll = 19'000'000;
  uint32_t sysclk = 20'000'000;
  uint32_t hclk = 20'000'000;  // the core's, the accelerator's, the scheduler's cycles
  uint32_t pclk = 20'000'000;
  uint32_t em01grpa = 19'000'000;  // TIMER0
  uint32_t em01grpc = 19'000'000;  // EUSART1, and EUSART0 at reset
  uint32_t eusart0 = 19'000'000;
  uint32_t wdog0 = 32'768;
  uint32_t em23grpa = 32'768;   // SysTick, when SYSCFG.CFGSYSTIC and CLKSOURCE = 0 ask for it
  uint32_t rhclk = 20'000'000;  // the radio's
  uint32_t clken0 = 0;          // CMU.CLKEN0 and CLKEN1 as written: bits of hardware description 2.3
  uint32_t clken1 = 0;
  uint32_t flash_wait_states = 2;  // MSC.READCTRL
  uint64_t changes = 1;            // goes up whenever anything above changed
};

// The enable bit of a peripheral in CMU.CLKEN0 or CLKEN1; `none` for those that are always clocked.
struct ClockGate {
  int word = -1;  // 0 or 1; -1: always clocked
  unsigned bit = 0;
  bool Open(const Clocks& clocks) const {
    return word < 0 || ((word == 0 ? clocks.clken0 : clocks.clken1) >> bit & 1) != 0;
  }
};

}  // namespace sim
