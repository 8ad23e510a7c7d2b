// Locking against hardware description 3.5 and 3.6.
#include "host/sim/peripherals/dpll0.h"

#include "clock_bench.h"

namespace sim {
namespace {

constexpr uint32_t kEn = 0x004, kCfg = 0x008, kCfg1 = 0x00C, kIf = 0x010, kIen = 0x014, kStatus = 0x018;
constexpr uint32_t kLock = 0x024;
constexpr uint32_t kLocked = 1, kFailLow = 2, kFailHigh = 4;

uint32_t Ratio(uint32_t n, uint32_t m) { return n << 16 | m; }

TEST(Dpll0Test, LocksToTheRatio) {
  ClockBench bench;
  bench.StartCrystal();
  EXPECT_EQ(bench.LockDpll(Ratio(3839, 1919)), kLocked);
  EXPECT_EQ(bench.clocks.hfrco_dpll, 78'000'000u);
  EXPECT_EQ(Get(bench.dpll0, kStatus), 3u);
  EXPECT_EQ(bench.LockDpll(Ratio(1999, 999)), kLocked);
  EXPECT_EQ(bench.clocks.hfrco_dpll, 78'000'000u);
  EXPECT_EQ(bench.LockDpll(Ratio(3899, 1999)), kLocked);
  EXPECT_EQ(bench.clocks.hfrco_dpll, 76'050'000u);
}

TEST(Dpll0Test, NMustExceed300) {
  ClockBench bench;
  bench.StartCrystal();
  EXPECT_EQ(bench.LockDpll(Ratio(299, 149)), kFailLow);
  EXPECT_EQ(bench.LockDpll(Ratio(300, 150)), kFailLow);
  EXPECT_EQ(bench.LockDpll(Ratio(301, 150)), kLocked);
}

TEST(Dpll0Test, FailsOutsideOfTheBand) {
  ClockBench bench;
  bench.StartCrystal();
  EXPECT_EQ(bench.LockDpll(Ratio(3999, 999)), kFailHigh);               // 156 MHz
  EXPECT_EQ(bench.LockDpll(Ratio(999, 999)), kFailLow);                 // 39 MHz from the 80 MHz band
  EXPECT_EQ(bench.LockDpll(Ratio(999, 999), 0xA8CC9F40), kLocked);      // from the 38 MHz band
  EXPECT_EQ(bench.LockDpll(Ratio(3839, 1919), 0xA8CC9F40), kFailHigh);  // 78 MHz from the 38 MHz band
}

TEST(Dpll0Test, FailsWithoutAReference) {
  ClockBench bench;
  EXPECT_EQ(bench.LockDpll(), kFailLow);
  bench.Wait(100);
  EXPECT_EQ(bench.clocks.hfrco_dpll, 80'000'000u);
}

TEST(Dpll0Test, LosesTheLockWithItsReferenceAndRecovers) {
  ClockBench bench;
  bench.StartCrystal();
  bench.LockDpll();
  Put(bench.dpll0, kIf + kClear, 7);
  Put(bench.hfxo0, 0x028, 0x07000040);
  EXPECT_EQ(Get(bench.dpll0, kIf), kFailLow);
  EXPECT_EQ(Get(bench.dpll0, kStatus), 2u);
  EXPECT_EQ(bench.clocks.hfrco_dpll, 80'000'000u);
  Put(bench.hfxo0, 0x028, 0x06010040);
  bench.Wait(100'000);
  EXPECT_EQ(Get(bench.dpll0, kIf), kFailLow | kLocked);
  EXPECT_EQ(bench.clocks.hfrco_dpll, 78'000'000u);
}

TEST(Dpll0Test, KeepsTheCrystalRunningOnDemand) {
  ClockBench bench;
  Put(bench.hfxo0, 0x028 + kClear, 1u << 24);
  Put(bench.hfrco0, 0x008, 0xCCF09F40);
  Put(bench.cmu, cmu::kDpllrefclkctrl, 1);
  Put(bench.dpll0, kCfg, 5);
  Put(bench.dpll0, kCfg1, Ratio(3839, 1919));
  EXPECT_EQ(Get(bench.hfxo0, 0x058) & 1u << 16, 0u);
  Put(bench.dpll0, kEn, 1);
  bench.Wait(100'000);
  EXPECT_EQ(bench.clocks.hfrco_dpll, 78'000'000u);
}

TEST(Dpll0Test, ConfigurationIsFixedWhileEnabled) {  // trap 3
  ClockBench bench;
  bench.StartCrystal();
  bench.LockDpll();
  Put(bench.dpll0, kCfg1, Ratio(999, 999));
  Put(bench.dpll0, kCfg, 0);
  EXPECT_EQ(Get(bench.dpll0, kCfg1), Ratio(3839, 1919));
  EXPECT_EQ(Get(bench.dpll0, kCfg), 5u);
  EXPECT_FALSE(bench.tree.warnings().empty());
}

TEST(Dpll0Test, StoppingTakesAMoment) {
  ClockBench bench;
  bench.StartCrystal();
  bench.LockDpll();
  Put(bench.dpll0, kEn + kClear, 1);
  EXPECT_EQ(Get(bench.dpll0, kEn), 2u);
  EXPECT_LT(bench.WaitFor(bench.dpll0, kEn, 2, 0), 100u);
  EXPECT_EQ(bench.clocks.hfrco_dpll, 80'000'000u);
}

TEST(Dpll0Test, LockingUnderTheCoreIsReported) {  // trap 5
  ClockBench bench;
  bench.StartCrystal();
  Put(bench.cmu, cmu::kSysclkctrl, 0x00010402);
  bench.LockDpll();
  ASSERT_FALSE(bench.tree.warnings().empty());
  EXPECT_NE(bench.tree.warnings().front().find("overshoots"), std::string::npos);
}

TEST(Dpll0Test, LockNeedsItsKey) {
  ClockBench bench;
  Put(bench.dpll0, kLock, 0);
  EXPECT_EQ(Get(bench.dpll0, kStatus) >> 31, 1u);
  Put(bench.dpll0, kEn, 1);
  EXPECT_EQ(Get(bench.dpll0, kEn), 0u);
  Put(bench.dpll0, kLock, 0x7102);
  Put(bench.dpll0, kEn, 1);
  EXPECT_EQ(Get(bench.dpll0, kEn), 1u);
}

TEST(Dpll0Test, OutcomeRaisesItsInterrupt) {
  ClockBench bench;
  Put(bench.dpll0, kIen, 7);
  bench.LockDpll();
  EXPECT_TRUE(bench.interrupts.level(kIrqDpll0));
  Put(bench.dpll0, kIf + kClear, 7);
  EXPECT_FALSE(bench.interrupts.level(kIrqDpll0));
}

}  // namespace
}  // namespace sim
