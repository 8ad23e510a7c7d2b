// The clock side of a chip with a 39 MHz crystal, straight out of reset: what the clock tree's tests poke at.
#pragma once

#include <initializer_list>

#include "gtest/gtest.h"
#include "host/sim/peripherals/clock_tree.h"
#include "host/sim/peripherals/cmu.h"
#include "host/sim/peripherals/dpll0.h"
#include "host/sim/peripherals/hfrco0.h"
#include "host/sim/peripherals/hfxo0.h"
#include "workbench.h"

namespace sim {

// Offsets of CMU registers and the gates that the tests open.
namespace cmu {
inline constexpr uint32_t kStatus = 0x008, kLock = 0x010, kWdogLock = 0x014, kClken0 = 0x064, kClken1 = 0x068;
inline constexpr uint32_t kSysclkctrl = 0x070, kDpllrefclkctrl = 0x100, kEm01grpaclkctrl = 0x120;
inline constexpr uint32_t kEm01grpcclkctrl = 0x128, kEm23grpaclkctrl = 0x140, kWdog0clkctrl = 0x200;
inline constexpr uint32_t kEusart0clkctrl = 0x220;
inline constexpr uint32_t kKey = 0x93F7;
inline constexpr uint32_t kTimer0 = 1u << 4, kWdog0 = 1u << 13, kDpll0 = 1u << 17, kHfrco0 = 1u << 18;
inline constexpr uint32_t kHfxo0 = 1u << 20;
}  // namespace cmu

struct ClockBench {
  ClockBench() {
    tree.Reset();
    for (Peripheral* block : std::initializer_list<Peripheral*>{&cmu, &hfxo0, &hfrco0, &dpll0})
      block->Reset();
    Put(cmu, cmu::kClken0 + kSet, cmu::kDpll0 | cmu::kHfrco0 | cmu::kHfxo0);
  }

  void Wait(Cycle cycles) { scheduler.AdvanceTo(scheduler.now() + cycles); }

  // Core cycles until (register & mask) == value, looked at every cycle; `limit` if it never is.
  Cycle WaitFor(Peripheral& block, uint32_t offset, uint32_t mask, uint32_t value, Cycle limit = 200'000) {
    const Cycle begin = scheduler.now();
    while (scheduler.now() - begin < limit && (Get(block, offset) & mask) != value) Wait(1);
    return scheduler.now() - begin;
  }

  // Steps 3 to 7 of hardware description 3.6.
  Cycle StartCrystal() {
    Put(hfxo0, 0x080, 0x580E);
    Put(hfxo0, 0x028 + kSet, 0x05000000);
    Put(hfxo0, 0x028 + kClear, 0x00010000);
    WaitFor(hfxo0, 0x058, 1u << 16, 0);
    WaitFor(hfxo0, 0x058, 1u << 30, 0);
    Put(hfxo0, 0x010, 0x0BC00820);
    Put(hfxo0, 0x018, 0x03B48C3C);
    Put(hfxo0, 0x020, 0x10000000);
    Put(hfxo0, 0x028, 0x06010040);
    return WaitFor(hfxo0, 0x058, 0x00010003, 0x00010003);
  }

  // Steps 9 to 14: returns IF.
  uint32_t LockDpll(uint32_t cfg1 = 0x0EFF077F, uint32_t cal = 0xCCF09F40) {
    Put(dpll0, 0x004 + kClear, 1);
    WaitFor(dpll0, 0x004, 2, 0);
    WaitFor(hfrco0, 0x00C, 6, 0);
    Put(hfrco0, 0x008, cal);
    Put(dpll0, 0x00C, cfg1);
    Put(cmu, cmu::kDpllrefclkctrl, 1);
    Put(dpll0, 0x008, 5);
    Put(dpll0, 0x010 + kClear, 7);
    Put(dpll0, 0x004 + kSet, 1);
    for (Cycle i = 0; i < 20'000 && Get(dpll0, 0x010) == 0; ++i) Wait(1);
    return Get(dpll0, 0x010);
  }

  // Steps 15 and 16.
  void SelectDpll() {
    clocks.flash_wait_states = 1;
    Put(cmu, cmu::kSysclkctrl, 0x00010401);
    Put(cmu, cmu::kSysclkctrl, 0x00010402);
  }

  Scheduler scheduler;
  InterruptLines interrupts;
  Clocks clocks;
  Memories memories{0x180000, 0x40000};
  InjectedFaults faults;
  Surroundings surroundings{scheduler, interrupts, clocks, memories, faults};
  ClockTree tree{surroundings, 39'000'000};
  Cmu cmu{surroundings, tree};
  Hfxo0 hfxo0{surroundings, tree};
  Hfrco0 hfrco0{surroundings, tree};
  Dpll0 dpll0{surroundings, tree};
};

}  // namespace sim
