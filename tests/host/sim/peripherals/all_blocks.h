// Every block of the virtual board on one bench, reset.
#pragma once

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
  Msc msc{surroundings, tree};
  MvpBlock mvp{surroundings, "device-flash"};
  std::vector<std::unique_ptr<Peripheral>> stubs = MakeStubs(surroundings);
};

}  // namespace sim
