// The blocks of the chip that are modelled, put together.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "host/sim/core/board.h"
#include "host/sim/core/bus.h"
#include "host/sim/peripherals/clock_tree.h"
#include "host/sim/peripherals/cmu.h"
#include "host/sim/peripherals/dcdc.h"
#include "host/sim/peripherals/dmem.h"
#include "host/sim/peripherals/dpll0.h"
#include "host/sim/peripherals/emu.h"
#include "host/sim/peripherals/eusart.h"
#include "host/sim/peripherals/fsrco.h"
#include "host/sim/peripherals/gpio.h"
#include "host/sim/peripherals/hfrco0.h"
#include "host/sim/peripherals/hfxo0.h"
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

// What blocks do to the core.
struct BoardEffects {
  std::function<void(uint32_t cause)> reset;   // by the causes of EMU.RSTCAUSE
  std::function<void(Cycle until)> stall;      // flash answers nothing until then
  std::function<void(bool)> systick_external;  // SysTick has a reference clock
  CacheControls cache;
};

struct BoardPeripherals {
  BoardPeripherals(const Surroundings& surroundings, const BoardSettings& settings,
                   const BoardEffects& effects);

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
  Lfxo lfxo;
  Lfrco lfrco;
  Dpll0 dpll0;
  Emu emu;
  Syscfg syscfg;
  Smu smu;
  Dcdc dcdc;
  Dmem dmem;
  Icache0 icache0;
  Msc msc;
  Timer0 timer0;
  Wdog0 wdog0;
  Gpio gpio;
  Eusart eusart0;
  Eusart eusart1;
  MvpBlock mvp;
  std::vector<std::unique_ptr<Peripheral>> stubs;
};

}  // namespace sim
