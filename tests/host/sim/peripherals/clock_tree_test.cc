// Frequencies of the clock tree against hardware description 3.
#include "host/sim/peripherals/clock_tree.h"

#include <string>

#include "clock_bench.h"

namespace sim {
namespace {

bool Warned(ClockTree& tree, const std::string& words) {
  for (const std::string& line : tree.warnings()) {
    if (line.find(words) != std::string::npos) return true;
  }
  return false;
}

TEST(ClockTreeTest, ResetState) {  // 2.2
  ClockBench bench;
  EXPECT_EQ(bench.clocks.sysclk, 20'000'000u);
  EXPECT_EQ(bench.clocks.hclk, 20'000'000u);
  EXPECT_EQ(bench.clocks.pclk, 20'000'000u);
  EXPECT_EQ(bench.clocks.hfrco_dpll, 19'000'000u);
  EXPECT_EQ(bench.clocks.em01grpa, 19'000'000u);
  EXPECT_EQ(bench.clocks.em01grpc, 19'000'000u);
  EXPECT_EQ(bench.clocks.eusart0, 19'000'000u);
  EXPECT_EQ(bench.clocks.hfxo, 0u);
  EXPECT_EQ(bench.clocks.wdog0, 32'768u);
  EXPECT_EQ(bench.clocks.flash_wait_states, 2u);
  EXPECT_TRUE(bench.tree.warnings().empty());
}

TEST(ClockTreeTest, TheWayTo78MegahertzOf3_6) {
  ClockBench bench;
  // 833 us settle time and 416 us core-bias time at 20 MHz.
  EXPECT_NEAR(static_cast<double>(bench.StartCrystal()), 1249e-6 * 20e6, 3);
  EXPECT_EQ(bench.LockDpll(), 1u);
  EXPECT_EQ(Get(bench.hfrco0, 0x008), 0xCCF09F40u);
  EXPECT_EQ(bench.clocks.hfrco_dpll, 78'000'000u);
  bench.SelectDpll();
  EXPECT_EQ(Get(bench.cmu, cmu::kSysclkctrl), 0x00010402u);
  EXPECT_EQ(bench.clocks.hclk, 78'000'000u);
  EXPECT_EQ(bench.clocks.pclk, 39'000'000u);
  EXPECT_EQ(bench.clocks.rhclk, 39'000'000u);
  EXPECT_EQ(bench.clocks.em01grpa, 78'000'000u);
  EXPECT_EQ(bench.clocks.em01grpc, 78'000'000u);
  EXPECT_TRUE(bench.tree.warnings().empty());
}

TEST(ClockTreeTest, SimplePathsOf3_8) {
  ClockBench bench;
  Put(bench.cmu, cmu::kEm01grpcclkctrl, 3);
  Put(bench.cmu, cmu::kEm01grpaclkctrl, 3);
  EXPECT_EQ(bench.clocks.em01grpa, 20'000'000u);
  EXPECT_EQ(bench.clocks.eusart0, 20'000'000u);
  Put(bench.cmu, cmu::kSysclkctrl, 2);
  EXPECT_EQ(bench.clocks.hclk, 19'000'000u);
  Put(bench.hfrco0, 0x008, 0xA8CC9F40);
  bench.WaitFor(bench.hfrco0, 0x00C, 6, 0);
  EXPECT_EQ(bench.clocks.hclk, 38'000'000u);
  bench.StartCrystal();
  Put(bench.cmu, cmu::kSysclkctrl, 3);
  Put(bench.cmu, cmu::kEm01grpcclkctrl, 2);
  EXPECT_EQ(bench.clocks.hclk, 39'000'000u);
  EXPECT_EQ(bench.clocks.em01grpc, 39'000'000u);
  bench.clocks.flash_wait_states = 0;  // 38 and 39 MHz need no wait state and no divider
  EXPECT_TRUE(bench.tree.warnings().empty());
}

struct Divider {
  uint32_t field, divisor;
};

class HclkDividerTest : public testing::TestWithParam<Divider> {};

TEST_P(HclkDividerTest, DividesCoreAndBuses) {
  ClockBench bench;
  Put(bench.cmu, cmu::kSysclkctrl, GetParam().field << 12 | 1u << 10 | 1);
  EXPECT_EQ(bench.clocks.sysclk, 20'000'000u);
  EXPECT_EQ(bench.clocks.hclk, 20'000'000u / GetParam().divisor);
  EXPECT_EQ(bench.clocks.pclk, 20'000'000u / GetParam().divisor / 2);
}

INSTANTIATE_TEST_SUITE_P(Fields, HclkDividerTest,
                         testing::Values(Divider{0, 1}, Divider{1, 2}, Divider{3, 4}, Divider{7, 8},
                                         Divider{15, 16}));

TEST(ClockTreeTest, LowFrequencySelections) {
  ClockBench bench;
  Put(bench.cmu, cmu::kWdogLock, cmu::kKey);
  Put(bench.cmu, cmu::kWdog0clkctrl, 3);
  EXPECT_EQ(bench.clocks.wdog0, 1000u);
  Put(bench.cmu, cmu::kWdog0clkctrl, 2);
  EXPECT_EQ(bench.clocks.wdog0, 0u);  // no LFXO
  Put(bench.cmu, cmu::kWdog0clkctrl, 4);
  EXPECT_EQ(bench.clocks.wdog0, 20'000'000u / 1024);
  Put(bench.cmu, cmu::kEusart0clkctrl, 3);
  EXPECT_EQ(bench.clocks.eusart0, 32'768u);
  Put(bench.cmu, cmu::kEusart0clkctrl, 0);
  EXPECT_EQ(bench.clocks.eusart0, 0u);
  bench.tree.SetLfxo(true);
  Put(bench.cmu, cmu::kEm23grpaclkctrl, 2);
  EXPECT_EQ(bench.clocks.em23grpa, 32'768u);
}

TEST(ClockTreeTest, ADeadSourceIsNotSelected) {  // trap 7
  ClockBench bench;
  Put(bench.cmu, cmu::kSysclkctrl, 3);
  bench.Wait(1'000'000);
  EXPECT_EQ(bench.clocks.hclk, 20'000'000u);
  EXPECT_EQ(Get(bench.cmu, cmu::kSysclkctrl) & 7, 1u);
  EXPECT_TRUE(Warned(bench.tree, "selects HFXO, which does not run"));
}

TEST(ClockTreeTest, SelectingStartsACrystalThatMayStartOnDemand) {
  ClockBench bench;
  Put(bench.hfxo0, 0x028 + kClear, 1u << 24);
  Put(bench.cmu, cmu::kSysclkctrl, 3);
  bench.WaitFor(bench.cmu, cmu::kSysclkctrl, 7, 3);
  EXPECT_EQ(bench.clocks.hclk, 39'000'000u);
}

TEST(ClockTreeTest, AStoppedSourceIsReportedAndTheRunGoesOn) {
  ClockBench bench;
  bench.StartCrystal();
  Put(bench.cmu, cmu::kSysclkctrl, 3);
  Put(bench.hfxo0, 0x028, 0x07000040);
  EXPECT_TRUE(Warned(bench.tree, "HFXO was stopped while the core ran from it"));
  EXPECT_EQ(bench.clocks.hclk, 39'000'000u);
}

TEST(ClockTreeTest, LimitsOf3_1) {
  ClockBench flash;
  flash.StartCrystal();
  flash.LockDpll();
  flash.clocks.flash_wait_states = 0;
  Put(flash.cmu, cmu::kSysclkctrl, 2);
  EXPECT_TRUE(Warned(flash.tree, "HCLK of 78.000 MHz without flash wait states: the limit is 40.000 MHz"));
  EXPECT_TRUE(Warned(flash.tree, "PCLK of 78.000 MHz: the limit is 50.000 MHz"));
  EXPECT_TRUE(Warned(flash.tree, "RHCLK of 78.000 MHz: the limit is 40.000 MHz"));

  ClockBench voltage;
  voltage.clocks.flash_wait_states = 0;
  Put(voltage.cmu, cmu::kSysclkctrl, 2);
  Put(voltage.hfrco0, 0x008, 0xB88A9F40);  // 26 MHz
  voltage.Wait(1000);
  EXPECT_TRUE(voltage.tree.warnings().empty());
  voltage.tree.SetVoltageScale(1);
  EXPECT_TRUE(Warned(voltage.tree, "HCLK of 26.000 MHz without flash wait states: the limit is 20.000 MHz"));
}

TEST(ClockTreeTest, WaitStatesThatAreTakenAwayAtSpeedAreSeen) {
  ClockBench bench;
  bench.StartCrystal();
  bench.LockDpll();
  bench.SelectDpll();
  EXPECT_TRUE(bench.tree.warnings().empty());
  bench.clocks.flash_wait_states = 0;
  EXPECT_TRUE(Warned(bench.tree, "without flash wait states"));
}

TEST(ClockTreeTest, WarnsOnceAboutEachThing) {
  ClockBench bench;
  bench.tree.Warn("a");
  bench.tree.Warn("b");
  bench.tree.Warn("a");
  EXPECT_EQ(bench.tree.warnings().size(), 2u);
}

TEST(ClockTreeTest, SecondsFollowTheCoreClock) {
  ClockBench bench;
  bench.Wait(20'000'000);
  Put(bench.cmu, cmu::kSysclkctrl, 2);
  bench.Wait(38'000'000);
  EXPECT_NEAR(bench.tree.Seconds(bench.scheduler.now()), 3.0, 1e-9);
}

TEST(ClockTreeTest, TimedEventsKeepTheirRealTime) {
  ClockBench bench;
  Cycle at = 0;
  const Scheduler::Slot slot = bench.tree.AddTimed("test", [&] { at = bench.scheduler.now(); });
  bench.scheduler.After(slot, 20'000);  // 1 ms
  bench.Wait(10'000);
  Put(bench.cmu, cmu::kSysclkctrl, 1u << 12 | 1);  // 10 MHz for the other half
  bench.Wait(100'000);
  EXPECT_EQ(at, 15'000u);
}

TEST(ClockTreeTest, DeepSleepStopsTheGroupClocks) {  // 6.2
  ClockBench bench;
  bench.tree.SetCoreState(CoreState::kSleeps);
  EXPECT_EQ(bench.clocks.em01grpa, 19'000'000u);
  bench.tree.SetCoreState(CoreState::kDeepSleeps);
  EXPECT_EQ(bench.clocks.em01grpa, 0u);
  EXPECT_EQ(bench.clocks.eusart0, 0u);
  bench.tree.SetCoreState(CoreState::kRuns);
  EXPECT_EQ(bench.clocks.em01grpc, 19'000'000u);
}

TEST(ClockTreeTest, ResetFromFullSpeedIsQuiet) {
  ClockBench bench;
  bench.StartCrystal();
  bench.LockDpll();
  bench.SelectDpll();
  bench.tree.Reset();
  bench.hfxo0.Reset();
  bench.hfrco0.Reset();
  bench.dpll0.Reset();
  bench.cmu.Reset();
  EXPECT_EQ(bench.clocks.hclk, 20'000'000u);
  EXPECT_EQ(bench.clocks.hfrco_dpll, 19'000'000u);
  EXPECT_EQ(bench.clocks.flash_wait_states, 2u);
  EXPECT_EQ(bench.clocks.clken0, 0u);
  EXPECT_TRUE(bench.tree.warnings().empty());
}

std::vector<uint8_t> SaveBench(ClockBench& bench) {
  std::vector<uint8_t> bytes;
  Saver saver(bytes);
  bench.scheduler.Serialize(saver);
  bench.tree.Save(saver);
  for (Peripheral* block :
       std::initializer_list<Peripheral*>{&bench.cmu, &bench.hfxo0, &bench.hfrco0, &bench.dpll0}) {
    block->Save(saver);
  }
  return bytes;
}

TEST(ClockTreeTest, SnapshotInTheMiddleOfTheCrystalsStart) {
  ClockBench bench;
  Put(bench.hfxo0, 0x028, 0x06010040);
  bench.Wait(5'000);
  const std::vector<uint8_t> snapshot = SaveBench(bench);
  const auto finish = [&] {
    bench.WaitFor(bench.hfxo0, 0x058, 3, 3);
    bench.LockDpll();
    bench.SelectDpll();
    return SaveBench(bench);
  };
  const std::vector<uint8_t> first = finish();
  EXPECT_EQ(bench.clocks.hclk, 78'000'000u);
  Loader loader(snapshot);
  bench.scheduler.Serialize(loader);
  bench.tree.Load(loader);
  for (Peripheral* block :
       std::initializer_list<Peripheral*>{&bench.cmu, &bench.hfxo0, &bench.hfrco0, &bench.dpll0}) {
    block->Load(loader);
  }
  ASSERT_TRUE(loader.ok() && loader.at_end());
  EXPECT_EQ(bench.clocks.hclk, 20'000'000u);
  EXPECT_EQ(finish(), first);
}

}  // namespace
}  // namespace sim
