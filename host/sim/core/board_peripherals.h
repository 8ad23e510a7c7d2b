// The blocks of the chip that are modelled, put together.
#pragma once

#include <functional>
#include <vector>

#include "host/sim/core/board.h"
#include "host/sim/core/bus.h"
#include "host/sim/peripherals/clock_tree.h"
#include "host/sim/peripherals/cmu.h"
#include "host/sim/peripherals/dpll0.h"
#include "host/sim/peripherals/emu.h"
#include "host/sim/peripherals/eusart.h"
#include "host/sim/peripherals/fsrco.h"
#include "host/sim/peripherals/gpio.h"
#include "host/sim/peripherals/hfrco0.h"
#include "host/sim/peripherals/hfxo0.h"
#include "host/sim/peripherals/mvp_block.h"
#include "host/sim/peripherals/smu.h"
#include "host/sim/peripherals/syscfg.h"
#include "host/sim/peripherals/timer0.h"

namespace sim {

struct BoardPeripherals {
  BoardPeripherals(const Surroundings& surroundings, const BoardSettings& settings,
                   std::function<void(uint32_t cause)> reset);

  // In the order of their addresses' first definition here; all of them.
  std::vector<Peripheral*> All();
  void AddTo(Bus& bus);
  void Reset();
  void Save(Saver& saver);
  void Load(Loader& loader);
  Eusart& eusart(unsigned port) { return port == 0 ? eusart0 : eusart1; }

  ClockTree tree;
  Cmu cmu;
  Hfxo0 hfxo0;
  Hfrco0 hfrco0;
  Fsrco fsrco;
  Dpll0 dpll0;
  Emu emu;
  Syscfg syscfg;
  Smu smu;
  Timer0 timer0;
  Gpio gpio;
  Eusart eusart0;
  Eusart eusart1;
  MvpBlock mvp;
};

}  // namespace sim
