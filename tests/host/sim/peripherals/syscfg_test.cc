// SYSCFG against hardware description 7.
#include "host/sim/peripherals/syscfg.h"

#include "workbench.h"

namespace sim {
namespace {

TEST(SyscfgTest, NamesTheFamily) {
  Workbench bench;
  Syscfg mg24(bench.surroundings, 0x0118051E);
  EXPECT_EQ(Get(mg24, 0x018), 0x00001F01u);
  Syscfg bg24(bench.surroundings, 0x0218051E);
  EXPECT_EQ(Get(bg24, 0x018) >> 6 & 63, 61u);
}

TEST(SyscfgTest, DebugIsUnlocked) {
  Workbench bench;
  Syscfg syscfg(bench.surroundings, 0x0118051E);
  EXPECT_EQ(Get(syscfg, 0x608), 0x007C0107u);
}

TEST(SyscfgTest, FaultsAreEnabledAtReset) {
  Workbench bench;
  Syscfg syscfg(bench.surroundings, 0x0118051E);
  EXPECT_TRUE(syscfg.address_fault_enabled());
  EXPECT_TRUE(syscfg.clock_fault_enabled());
  Put(syscfg, 0x200 + kClear, 2);
  EXPECT_FALSE(syscfg.clock_fault_enabled());
  Put(syscfg, 0x200 + kClear, 1);
  EXPECT_FALSE(syscfg.address_fault_enabled());
  syscfg.Reset();
  EXPECT_TRUE(syscfg.clock_fault_enabled());
}

TEST(SyscfgTest, TellsOfSystickReferenceClock) {
  Workbench bench;
  std::vector<bool> told;
  Syscfg syscfg(bench.surroundings, 0x0118051E, [&](bool external) { told.push_back(external); });
  Put(syscfg, 0x024, 1);
  Put(syscfg, 0x024 + kClear, 1);
  EXPECT_EQ(told, (std::vector<bool>{true, false}));
}

TEST(SyscfgTest, SoftwareInterrupts) {
  Workbench bench;
  Syscfg syscfg(bench.surroundings, 0x0118051E);
  Put(syscfg, 0x00C, 4);
  Put(syscfg, 0x008 + kSet, 4);
  EXPECT_TRUE(bench.interrupts.level(kIrqSyscfg));
  Put(syscfg, 0x008 + kClear, 4);
  EXPECT_FALSE(bench.interrupts.level(kIrqSyscfg));
}

}  // namespace
}  // namespace sim
