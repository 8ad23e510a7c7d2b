// SysTick's registers (Armv8-M manual, B11).
#include "host/sim/core/systick.h"

#include <gtest/gtest.h>

using namespace sim;

namespace {

class SysTickTest : public testing::Test {
 protected:
  uint32_t Read(uint32_t offset) {
    uint32_t value = 0;
    EXPECT_TRUE(systick.Read(0xE000E010 + offset, value, false));
    return value;
  }
  void Write(uint32_t offset, uint32_t value) { EXPECT_TRUE(systick.Write(0xE000E010 + offset, value)); }

  Scheduler scheduler;
  ExceptionModel exceptions;
  Clocks clocks;
  SysTick systick{scheduler, exceptions, clocks};
};

}  // namespace

TEST_F(SysTickTest, CountsDownFromTheReloadValue) {
  Write(4, 99);
  Write(8, 12345);  // any value clears
  Write(0, 5);
  EXPECT_EQ(Read(8), 0u);
  scheduler.AdvanceTo(1);
  EXPECT_EQ(Read(8), 99u);
  scheduler.AdvanceTo(50);
  EXPECT_EQ(Read(8), 50u);
  EXPECT_EQ(Read(0) >> 16, 0u);
  scheduler.AdvanceTo(100);
  EXPECT_EQ(Read(8), 0u);
  EXPECT_EQ(Read(0), 0x00010005u);
  EXPECT_EQ(Read(0), 0x00000005u);  // COUNTFLAG is cleared by reading
  scheduler.AdvanceTo(101);
  EXPECT_EQ(Read(8), 99u);
  EXPECT_FALSE(exceptions.pending(kSysTick));
}

TEST_F(SysTickTest, InterruptsOncePerPeriod) {
  Write(4, 9);
  Write(0, 7);
  for (int i = 1; i <= 5; ++i) {
    scheduler.AdvanceTo(static_cast<Cycle>(i * 10));
    EXPECT_TRUE(exceptions.pending(kSysTick));
    exceptions.Unpend(kSysTick);
    scheduler.AdvanceTo(static_cast<Cycle>(i * 10 + 9));
    EXPECT_FALSE(exceptions.pending(kSysTick));
  }
}

TEST_F(SysTickTest, StopsAndGoesOn) {
  Write(4, 99);
  Write(0, 5);
  scheduler.AdvanceTo(41);
  Write(0, 4);
  scheduler.AdvanceTo(500);
  EXPECT_EQ(Read(8), 59u);
  Write(0, 5);
  scheduler.AdvanceTo(510);
  EXPECT_EQ(Read(8), 49u);
}

TEST_F(SysTickTest, ReloadZeroStops) {
  Write(4, 9);
  Write(0, 7);
  scheduler.AdvanceTo(5);
  Write(4, 0);
  scheduler.AdvanceTo(1000);
  EXPECT_EQ(Read(8), 0u);
  EXPECT_TRUE(exceptions.pending(kSysTick));  // of the last count to 0
}

TEST_F(SysTickTest, TwentyFourBitsAndCalibration) {
  Write(4, 0xFFFFFFFF);
  EXPECT_EQ(Read(4), 0x00FFFFFFu);
  EXPECT_EQ(Read(12) >> 31, 1u);  // NOREF
}

TEST_F(SysTickTest, WithoutAReferenceClockTheCoresCounts) {
  Write(4, 99);
  Write(0, 1);
  scheduler.AdvanceTo(1);
  EXPECT_EQ(Read(0), 0x00000005u);
  EXPECT_EQ(Read(8), 99u);
}

// 20 MHz and 32768 Hz: a tick takes 610.35 core cycles.
TEST_F(SysTickTest, CountsTheReferenceClock) {
  systick.SetExternal(true);
  EXPECT_EQ(Read(12) >> 31, 0u);
  Write(4, 99);
  Write(0, 3);
  EXPECT_EQ(Read(0), 3u);
  scheduler.AdvanceTo(610);
  EXPECT_EQ(Read(8), 0u);
  scheduler.AdvanceTo(611);
  EXPECT_EQ(Read(8), 99u);
  scheduler.AdvanceTo(61035);
  EXPECT_FALSE(exceptions.pending(kSysTick));
  scheduler.AdvanceTo(61036);
  EXPECT_TRUE(exceptions.pending(kSysTick));
  EXPECT_EQ(Read(8), 0u);
}

TEST_F(SysTickTest, TheReferenceClockKeepsItsTimeWhenTheCoresChanges) {
  systick.SetExternal(true);
  Write(4, 0x00FFFFFF);
  Write(0, 1);
  scheduler.AdvanceTo(20'000'000);  // one second
  systick.BeforeClockChange();
  clocks.hclk = 78'000'000;
  systick.AfterClockChange();
  scheduler.AdvanceTo(98'000'000);  // another
  EXPECT_EQ(Read(8), 0x01000000u - 65536);
}

TEST_F(SysTickTest, CountsOnAfterManyPeriodsAtOnce) {
  Write(4, 9);
  Write(0, 5);
  scheduler.Pass(1234);
  EXPECT_EQ(Read(8), 6u);
  EXPECT_EQ(scheduler.next(), 1240u);
}
