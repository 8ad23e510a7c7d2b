// What a peripheral needs around it, without a board: the tests put single blocks on it.
#pragma once

#include <cstdint>

#include "gtest/gtest.h"
#include "host/sim/peripherals/peripheral.h"

namespace sim {

// 78 MHz everywhere and all clock gates open, unless a test says otherwise.
struct Workbench {
  Workbench() { OpenClocks(); }

  // Again, after a clock tree was made, which resets them.
  void OpenClocks() {
    for (uint32_t* hz : {&clocks.sysclk, &clocks.hclk, &clocks.em01grpc, &clocks.eusart0}) *hz = 78'000'000;
    clocks.clken0 = clocks.clken1 = 0xFFFFFFFF;
  }

  Scheduler scheduler;
  InterruptLines interrupts;
  Clocks clocks;
  Memories memories{0x180000, 0x40000};
  InjectedFaults faults;
  Surroundings surroundings{scheduler, interrupts, clocks, memories, faults};

  void Wait(Cycle cycles) { scheduler.AdvanceTo(scheduler.now() + cycles); }
};

inline constexpr uint32_t kSet = 0x1000;
inline constexpr uint32_t kClear = 0x2000;
inline constexpr uint32_t kToggle = 0x3000;

inline uint32_t Get(Peripheral& block, uint32_t offset) {
  const AccessResult result = block.Read(offset, 4);
  EXPECT_EQ(result.refusal, Refusal::kNone) << std::hex << offset;
  return result.value;
}

inline void Put(Peripheral& block, uint32_t offset, uint32_t value) {
  EXPECT_EQ(block.Write(offset, 4, value).refusal, Refusal::kNone) << std::hex << offset;
}

// Saves the block's state and the clock's; Restore brings both back.
template <class Block>
std::vector<uint8_t> SaveAll(Workbench& bench, Block& block) {
  std::vector<uint8_t> bytes;
  Saver saver(bytes);
  bench.scheduler.Serialize(saver);
  bench.interrupts.Serialize(saver);
  block.Save(saver);
  return bytes;
}

template <class Block>
void LoadAll(Workbench& bench, Block& block, const std::vector<uint8_t>& bytes) {
  Loader loader(bytes);
  bench.scheduler.Serialize(loader);
  bench.interrupts.Serialize(loader);
  block.Load(loader);
  EXPECT_TRUE(loader.ok() && loader.at_end());
}

}  // namespace sim
