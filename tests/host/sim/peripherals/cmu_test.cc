// Locks and gates of the CMU; frequencies are in clock_tree_test.cc.
#include "host/sim/peripherals/cmu.h"

#include "clock_bench.h"

namespace sim {
namespace {

TEST(CmuTest, OpensAndClosesGates) {
  ClockBench bench;
  Put(bench.cmu, cmu::kClken1 + kSet, 0x40408000);
  EXPECT_EQ(bench.clocks.clken1, 0x40408000u);
  Put(bench.cmu, cmu::kClken1 + kClear, 0x00008000);
  EXPECT_EQ(bench.clocks.clken1, 0x40400000u);
  Put(bench.cmu, cmu::kClken0, 0);
  EXPECT_EQ(bench.hfxo0.Read(0x058, 4).refusal, Refusal::kNoClock);
}

TEST(CmuTest, GatesWithoutABlockStayZero) {
  ClockBench bench;
  Put(bench.cmu, cmu::kClken0, 0xFFFFFFFF);
  Put(bench.cmu, cmu::kClken1, 0xFFFFFFFF);
  EXPECT_EQ(Get(bench.cmu, cmu::kClken0), 0xFDFFFFFFu);  // no bit 25
  EXPECT_EQ(Get(bench.cmu, cmu::kClken1), 0x7EFFEFFFu);  // no bits 12, 24 and 31
}

TEST(CmuTest, LockKeepsTheSelection) {
  ClockBench bench;
  Put(bench.cmu, cmu::kLock, 0);
  EXPECT_EQ(Get(bench.cmu, cmu::kStatus) >> 31, 1u);
  Put(bench.cmu, cmu::kSysclkctrl, 2);
  EXPECT_EQ(bench.clocks.hclk, 20'000'000u);
  Put(bench.cmu, cmu::kLock, cmu::kKey);
  EXPECT_EQ(Get(bench.cmu, cmu::kStatus) >> 31, 0u);
  Put(bench.cmu, cmu::kSysclkctrl, 2);
  EXPECT_EQ(bench.clocks.hclk, 19'000'000u);
}

// LOCKKEY has 16 bits (3.3).
TEST(CmuTest, TheKeyIsTheLowerHalfOfTheWord) {
  ClockBench bench;
  Put(bench.cmu, cmu::kLock, 0);
  Put(bench.cmu, cmu::kLock, 0xABCD0000 | cmu::kKey);
  EXPECT_EQ(Get(bench.cmu, cmu::kStatus) >> 31, 0u);
}

TEST(CmuTest, TheWatchdogsClockIsLockedAtReset) {
  ClockBench bench;
  Put(bench.cmu, cmu::kWdog0clkctrl, 3);
  EXPECT_EQ(bench.clocks.wdog0, 32'768u);
  EXPECT_EQ(bench.tree.warnings().size(), 1u);
  EXPECT_EQ(Get(bench.cmu, cmu::kStatus) >> 30 & 1, 1u);
  Put(bench.cmu, cmu::kWdogLock, cmu::kKey);
  Put(bench.cmu, cmu::kWdog0clkctrl, 3);
  EXPECT_EQ(bench.clocks.wdog0, 1000u);
  EXPECT_EQ(Get(bench.cmu, cmu::kStatus), 0u);
}

TEST(CmuTest, InterruptLineIsFlagsAndEnables) {
  ClockBench bench;
  Put(bench.cmu, 0x020 + kSet, 1);
  EXPECT_FALSE(bench.interrupts.level(kIrqCmu));
  Put(bench.cmu, 0x024, 1);
  EXPECT_TRUE(bench.interrupts.level(kIrqCmu));
  Put(bench.cmu, 0x020 + kClear, 1);
  EXPECT_FALSE(bench.interrupts.level(kIrqCmu));
}

}  // namespace
}  // namespace sim
