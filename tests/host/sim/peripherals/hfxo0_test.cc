// The crystal oscillator against hardware description 3.4, 3.6 and 11.
#include "host/sim/peripherals/hfxo0.h"

#include "clock_bench.h"

namespace sim {
namespace {

constexpr uint32_t kXtalcfg = 0x010, kXtalctrl = 0x018, kCtrl = 0x028, kCmd = 0x050, kStatus = 0x058;
constexpr uint32_t kIf = 0x070, kIen = 0x074, kLock = 0x080;
constexpr uint32_t kRdy = 1, kCoreBiasOptRdy = 2, kEns = 1u << 16;
constexpr uint32_t kForced = 0x06010040;

TEST(Hfxo0Test, IsOffAfterReset) {
  ClockBench bench;
  EXPECT_EQ(Get(bench.hfxo0, kStatus), 0u);
  bench.Wait(1'000'000);
  EXPECT_EQ(Get(bench.hfxo0, kStatus), 0u);
  EXPECT_EQ(bench.clocks.hfxo, 0u);
}

TEST(Hfxo0Test, GoesThroughEnsRdyAndCoreBias) {
  ClockBench bench;
  Put(bench.hfxo0, kXtalcfg, 0x0BC00820);  // 833 us, 416 us
  Put(bench.hfxo0, kCtrl, kForced);
  EXPECT_EQ(Get(bench.hfxo0, kStatus) & 0x10003, kEns);
  const Cycle ready = bench.WaitFor(bench.hfxo0, kStatus, kRdy, kRdy);
  EXPECT_EQ(ready, 833u * 20);
  EXPECT_EQ(bench.clocks.hfxo, 39'000'000u);
  EXPECT_EQ(Get(bench.hfxo0, kStatus) & kCoreBiasOptRdy, 0u);
  EXPECT_EQ(bench.WaitFor(bench.hfxo0, kStatus, kCoreBiasOptRdy, kCoreBiasOptRdy), 416u * 20);
  EXPECT_EQ(Get(bench.hfxo0, kIf), kRdy | kCoreBiasOptRdy);
}

TEST(Hfxo0Test, LaterStartsAreFasterWithoutTheOptimization) {  // step 8
  ClockBench bench;
  bench.StartCrystal();
  Put(bench.hfxo0, kCtrl + kClear, 1u << 16);
  Put(bench.hfxo0, kCtrl + kSet, 1u << 24);
  Put(bench.hfxo0, kXtalcfg, 0x0B300820);
  Put(bench.hfxo0, kXtalctrl + kSet, 0x80000000);
  Put(bench.hfxo0, kCtrl + kSet, 1u << 16);
  EXPECT_EQ(bench.WaitFor(bench.hfxo0, kStatus, 3, 3), 83u * 20);
}

TEST(Hfxo0Test, StopDropsEnsAndRdy) {
  ClockBench bench;
  bench.StartCrystal();
  Put(bench.hfxo0, kCtrl, 0x07000040);
  EXPECT_EQ(Get(bench.hfxo0, kStatus) & 0x10003, 0u);
  EXPECT_EQ(bench.clocks.hfxo, 0u);
}

TEST(Hfxo0Test, StopDuringTheStartIsFinal) {
  ClockBench bench;
  Put(bench.hfxo0, kCtrl, kForced);
  bench.Wait(100);
  Put(bench.hfxo0, kCtrl, 0x07000040);
  bench.Wait(1'000'000);
  EXPECT_EQ(Get(bench.hfxo0, kStatus) & 0x10003, 0u);
}

TEST(Hfxo0Test, ADeadCrystalStaysAtEns) {
  ClockBench bench;
  bench.faults.hfxo_dead = true;
  Put(bench.hfxo0, kCtrl, kForced);
  bench.Wait(10'000'000);
  EXPECT_EQ(Get(bench.hfxo0, kStatus) & 0x10003, kEns);
  EXPECT_EQ(bench.clocks.hfxo, 0u);
}

TEST(Hfxo0Test, WritesToCtrlAreSynchronised) {
  ClockBench bench;
  Put(bench.hfxo0, kCtrl, kForced);
  EXPECT_NE(Get(bench.hfxo0, kStatus) & 1u << 30, 0u);
  EXPECT_LT(bench.WaitFor(bench.hfxo0, kStatus, 1u << 30, 0), 100u);
}

TEST(Hfxo0Test, DisOnDemandBlocksRequests) {  // trap 7
  ClockBench bench;
  Put(bench.cmu, cmu::kClken0 + kSet, cmu::kTimer0);
  Put(bench.cmu, cmu::kEm01grpaclkctrl, 2);
  EXPECT_EQ(Get(bench.hfxo0, kStatus) & kEns, 0u);
  EXPECT_NE(Get(bench.hfxo0, kStatus) & 1u << 17, 0u);  // HWREQ
  Put(bench.hfxo0, kCtrl + kClear, 1u << 24);
  EXPECT_EQ(Get(bench.hfxo0, kStatus) & kEns, kEns);
  bench.WaitFor(bench.hfxo0, kStatus, kRdy, kRdy);
  EXPECT_EQ(bench.clocks.em01grpa, 39'000'000u);
  Put(bench.cmu, cmu::kEm01grpaclkctrl, 1);
  EXPECT_EQ(Get(bench.hfxo0, kStatus) & (kEns | kRdy), 0u);
}

TEST(Hfxo0Test, LockNeedsItsKey) {  // trap 13
  ClockBench bench;
  Put(bench.hfxo0, kLock, 0x1234);
  EXPECT_EQ(Get(bench.hfxo0, kStatus) >> 31, 1u);
  Put(bench.hfxo0, kCtrl, kForced);
  EXPECT_EQ(Get(bench.hfxo0, kStatus) & kEns, 0u);
  Put(bench.hfxo0, kLock, 0x580E);
  Put(bench.hfxo0, kCtrl, kForced);
  EXPECT_EQ(Get(bench.hfxo0, kStatus) & kEns, kEns);
}

TEST(Hfxo0Test, ReadyRaisesItsInterrupt) {
  ClockBench bench;
  Put(bench.hfxo0, kIen, kRdy);
  Put(bench.hfxo0, kCtrl, kForced);
  EXPECT_FALSE(bench.interrupts.level(kIrqHfxo0));
  bench.WaitFor(bench.hfxo0, kStatus, kRdy, kRdy);
  EXPECT_TRUE(bench.interrupts.level(kIrqHfxo0));
  Put(bench.hfxo0, kIf + kClear, kRdy);
  EXPECT_FALSE(bench.interrupts.level(kIrqHfxo0));
}

TEST(Hfxo0Test, TheOptimizationRunsAgainOnCommand) {
  ClockBench bench;
  bench.StartCrystal();
  Put(bench.hfxo0, kCmd, 1);
  EXPECT_EQ(Get(bench.hfxo0, kStatus) & 3, kRdy);
  EXPECT_EQ(bench.WaitFor(bench.hfxo0, kStatus, 3, 3), 416u * 20);
}

}  // namespace
}  // namespace sim
