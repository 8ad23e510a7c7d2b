// The watchdog against docs/wdog.md.
#include "host/sim/peripherals/wdog0.h"

#include "clock_bench.h"
#include "host/sim/peripherals/emu.h"

namespace sim {
namespace {

constexpr uint32_t kEn = 0x004, kCfg = 0x008, kCmd = 0x00C, kStatus = 0x014, kIf = 0x018, kIen = 0x01C;
constexpr uint32_t kLock = 0x020, kSyncbusy = 0x024;
constexpr uint32_t kTout = 1, kWarn = 2, kWin = 4;
constexpr uint32_t kEm1run = 2, kDebugrun = 1u << 5, kRstdis = 1u << 8;

uint32_t Cfg(uint32_t persel, uint32_t warnsel = 0, uint32_t winsel = 0, uint32_t bits = 0) {
  return persel << 16 | warnsel << 24 | winsel << 28 | bits;
}

// One tick is a millisecond: 20,000 cycles.
class Wdog0Test : public testing::Test {
 protected:
  static constexpr Cycle kTick = 20'000;

  Wdog0Test() {
    wdog_.Reset();
    Put(bench_.cmu, cmu::kClken0 + kSet, cmu::kWdog0);
    Put(bench_.cmu, cmu::kWdogLock, cmu::kKey);
    Put(bench_.cmu, cmu::kWdog0clkctrl, 3);  // ULFRCO
  }

  void Start(uint32_t cfg) {
    Put(wdog_, kCfg, cfg);
    Put(wdog_, kEn + kSet, 1);
  }

  ClockBench bench_;
  int resets_ = 0;
  uint32_t cause_ = 0;
  Wdog0 wdog_{bench_.surroundings, bench_.tree, [this](uint32_t cause) {
                ++resets_;
                cause_ = cause;
              }};
};

struct Period {
  uint32_t persel;
  Cycle ticks;
};

class PeriodTest : public Wdog0Test, public testing::WithParamInterface<Period> {};

TEST_P(PeriodTest, TimesOutAfterIt) {
  Start(Cfg(GetParam().persel));
  bench_.Wait(GetParam().ticks * kTick - 1);
  EXPECT_EQ(resets_, 0);
  bench_.Wait(1);
  EXPECT_EQ(resets_, 1);
  EXPECT_EQ(cause_, 1u << 3);
  EXPECT_EQ(Get(wdog_, kIf), kTout);
}

INSTANTIATE_TEST_SUITE_P(Persel, PeriodTest,
                         testing::Values(Period{0, 9}, Period{1, 17}, Period{2, 33}, Period{3, 65},
                                         Period{6, 513}, Period{7, 1025}, Period{12, 32769},
                                         Period{15, 262145}));

TEST_F(Wdog0Test, IsOffAfterReset) {
  bench_.Wait(300'000 * kTick);
  EXPECT_EQ(resets_, 0);
  EXPECT_EQ(Get(wdog_, kCfg), 0x000F0000u);
}

TEST_F(Wdog0Test, FeedingKeepsItQuiet) {
  Start(Cfg(0));
  for (int i = 0; i < 20; ++i) {
    bench_.Wait(4 * kTick + 100);
    Put(wdog_, kCmd, 1);
    EXPECT_EQ(Get(wdog_, kSyncbusy), 1u);
    bench_.WaitFor(wdog_, kSyncbusy, 1, 0);
  }
  EXPECT_EQ(resets_, 0);
  bench_.Wait(9 * kTick);
  EXPECT_EQ(resets_, 1);
}

TEST_F(Wdog0Test, FeedingTakesUpToFourTicks) {
  Start(Cfg(3));
  bench_.Wait(10 * kTick);
  Put(wdog_, kCmd, 1);
  EXPECT_EQ(bench_.WaitFor(wdog_, kSyncbusy, 1, 0), 4 * kTick);
}

TEST_F(Wdog0Test, AFeedDuringAFeedIsReported) {
  Start(Cfg(3));
  Put(wdog_, kCmd, 1);
  Put(wdog_, kCmd, 1);
  EXPECT_FALSE(bench_.tree.warnings().empty());
}

struct Warning {
  uint32_t warnsel;
  Cycle ticks;
};

class WarningTest : public Wdog0Test, public testing::WithParamInterface<Warning> {};

TEST_P(WarningTest, ComesBeforeTheTimeOut) {  // of 513 ticks
  Start(Cfg(6, GetParam().warnsel));
  Put(wdog_, kIen, kWarn);
  bench_.Wait(GetParam().ticks * kTick - 1);
  EXPECT_FALSE(bench_.interrupts.level(kIrqWdog0));
  bench_.Wait(1);
  EXPECT_TRUE(bench_.interrupts.level(kIrqWdog0));
  EXPECT_EQ(resets_, 0);
  Put(wdog_, kIf + kClear, kWarn);
  EXPECT_FALSE(bench_.interrupts.level(kIrqWdog0));
}

INSTANTIATE_TEST_SUITE_P(Quarters, WarningTest,
                         testing::Values(Warning{1, 128}, Warning{2, 256}, Warning{3, 384}));

TEST_F(Wdog0Test, FeedingTooEarlyRaisesTheWindowFlag) {
  Start(Cfg(6, 0, 4));  // the first half of 512 ticks is illegal
  bench_.Wait(300 * kTick);
  Put(wdog_, kCmd, 1);
  bench_.WaitFor(wdog_, kSyncbusy, 1, 0, 10 * kTick);
  EXPECT_EQ(Get(wdog_, kIf), 0u);
  bench_.Wait(100 * kTick);
  Put(wdog_, kCmd, 1);
  bench_.WaitFor(wdog_, kSyncbusy, 1, 0, 10 * kTick);
  EXPECT_EQ(Get(wdog_, kIf), kWin);
}

TEST_F(Wdog0Test, ResetCanBeDisabled) {
  Start(Cfg(0, 0, 0, kRstdis));
  bench_.Wait(30 * kTick);
  EXPECT_EQ(resets_, 0);
  EXPECT_EQ(Get(wdog_, kIf), kTout);
}

TEST_F(Wdog0Test, StopsInSleepUnlessToldOtherwise) {
  Start(Cfg(0));
  bench_.tree.SetCoreState(CoreState::kSleeps);
  bench_.Wait(100 * kTick);
  bench_.tree.SetCoreState(CoreState::kRuns);
  EXPECT_EQ(resets_, 0);
  bench_.Wait(9 * kTick);
  EXPECT_EQ(resets_, 1);
}

TEST_F(Wdog0Test, Em1runAndDebugrun) {
  Start(Cfg(0, 0, 0, kEm1run | kDebugrun));
  bench_.tree.SetCoreState(CoreState::kSleeps);
  bench_.Wait(9 * kTick);
  EXPECT_EQ(resets_, 1);
  bench_.tree.SetCoreState(CoreState::kHalted);
  bench_.Wait(9 * kTick);
  EXPECT_EQ(resets_, 2);
}

TEST_F(Wdog0Test, FollowsItsClock) {
  Put(bench_.cmu, cmu::kWdog0clkctrl, 4);  // HCLK / 1024
  Start(Cfg(0));
  bench_.Wait(9 * 1024 - 10);
  EXPECT_EQ(resets_, 0);
  bench_.Wait(20);
  EXPECT_EQ(resets_, 1);
}

TEST_F(Wdog0Test, LockKeepsItRunning) {
  Start(Cfg(0));
  Put(wdog_, kLock, 0);
  EXPECT_EQ(Get(wdog_, kStatus), 1u << 31);
  Put(wdog_, kEn + kClear, 1);
  EXPECT_EQ(Get(wdog_, kEn) & 1, 1u);
  Put(wdog_, kCmd, 1);  // feeding is still possible
  EXPECT_EQ(Get(wdog_, kSyncbusy), 1u);
  Put(wdog_, kLock, 0xABE8);
  Put(wdog_, kEn + kClear, 1);
  EXPECT_EQ(Get(wdog_, kEn) & 1, 0u);
  bench_.WaitFor(wdog_, kEn, 2, 0);
  bench_.Wait(100 * kTick);
  EXPECT_EQ(resets_, 0);
}

TEST_F(Wdog0Test, CfgIsFixedWhileEnabled) {
  Start(Cfg(0));
  Put(wdog_, kCfg, Cfg(15));
  EXPECT_EQ(Get(wdog_, kCfg), Cfg(0));
}

TEST_F(Wdog0Test, TheEmuDecidesAboutTheReset) {
  int resets = 0;
  Emu emu(bench_.surroundings, bench_.tree, [&](uint32_t) { ++resets; });
  emu.Reset();
  Wdog0 wdog(bench_.surroundings, bench_.tree, [&](uint32_t cause) { emu.RequestReset(cause); });
  wdog.Reset();
  Put(emu, 0x090 + kClear, 1);  // RSTCTRL.WDOG0RMODE
  Put(wdog, kCfg, Cfg(0));
  Put(wdog, kEn, 1);
  bench_.Wait(9 * kTick);
  EXPECT_EQ(resets, 0);
  Put(emu, 0x090 + kSet, 1);
  bench_.Wait(9 * kTick);
  EXPECT_EQ(resets, 1);
}

TEST_F(Wdog0Test, SnapshotGoesOnAlike) {
  Start(Cfg(2, 1));
  bench_.Wait(5 * kTick + 7);
  Put(wdog_, kCmd, 1);
  std::vector<uint8_t> bytes;
  Saver saver(bytes);
  bench_.scheduler.Serialize(saver);
  wdog_.Save(saver);
  const auto finish = [&] {
    const Cycle begin = bench_.scheduler.now();
    resets_ = 0;
    while (resets_ == 0) bench_.Wait(100);
    return bench_.scheduler.now() - begin;
  };
  const Cycle first = finish();
  Loader loader(bytes);
  bench_.scheduler.Serialize(loader);
  wdog_.Load(loader);
  EXPECT_TRUE(loader.ok() && loader.at_end());
  EXPECT_EQ(finish(), first);
}

}  // namespace
}  // namespace sim
