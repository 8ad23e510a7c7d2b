// TIMER0 as a free-running time base and with compare channels, against hardware description 6.4 and 11.
#include "host/sim/peripherals/timer0.h"

#include "clock_bench.h"

namespace sim {
namespace {

constexpr uint32_t kCfg = 0x004, kCmd = 0x00C, kStatus = 0x010, kIf = 0x014, kIen = 0x018, kTop = 0x01C;
constexpr uint32_t kTopb = 0x020, kCnt = 0x024, kLock = 0x02C, kEn = 0x030, kCc1Cfg = 0x080, kCc1Oc = 0x088;
constexpr uint32_t kOf = 1, kUf = 2, kCc1 = 1u << 5;

class Timer0Test : public testing::Test {
 protected:
  Timer0Test() {
    timer_.Reset();
    Put(bench_.cmu, cmu::kClken0 + kSet, cmu::kTimer0);
    Put(bench_.cmu, cmu::kEm01grpaclkctrl, 3);  // FSRCO: one tick a cycle
  }

  void Start(uint32_t cfg, uint32_t top) {
    Put(timer_, kEn + kClear, 1);
    bench_.WaitFor(timer_, kEn, 2, 0);
    Put(timer_, kCfg, cfg);
    Put(timer_, kEn + kSet, 1);
    Put(timer_, kTop, top);
    Put(timer_, kCmd, 1);
  }

  ClockBench bench_;
  Timer0 timer_{bench_.surroundings, bench_.tree};
};

TEST_F(Timer0Test, NeedsItsClock) {
  Put(bench_.cmu, cmu::kClken0 + kClear, cmu::kTimer0);
  EXPECT_EQ(timer_.Read(kCnt, 4).refusal, Refusal::kNoClock);
}

TEST_F(Timer0Test, CountsCoreCyclesOnTheSameSource) {
  Start(0, 0xFFFFFFFF);
  bench_.Wait(12'345);
  EXPECT_EQ(Get(timer_, kCnt), 12'345u);
  EXPECT_EQ(Get(timer_, kStatus), 1u);
}

TEST_F(Timer0Test, CostsNoEventsWhileNobodyAsks) {
  Start(0, 3);
  EXPECT_EQ(bench_.scheduler.next(), kNever);
  bench_.Wait(1'000'000'000);
  EXPECT_EQ(Get(timer_, kIf), kOf);
}

TEST_F(Timer0Test, FollowsItsOwnClock) {  // trap 1
  Put(bench_.cmu, cmu::kEm01grpaclkctrl, 1);
  Start(0, 0xFFFFFFFF);
  bench_.Wait(20'000'000);
  EXPECT_EQ(Get(timer_, kCnt), 19'000'000u);
}

TEST_F(Timer0Test, KeepsTimeOverChangesOfTheCoreClock) {
  Start(0, 0xFFFFFFFF);
  bench_.Wait(1'000'000);
  Put(bench_.cmu, cmu::kSysclkctrl, 15u << 12 | 1);  // HCLK / 16
  bench_.Wait(1'000'000);
  EXPECT_EQ(Get(timer_, kCnt), 17'000'000u);
}

TEST_F(Timer0Test, GoesOnInEm1AndStopsInEm2) {  // 6.2
  Start(0, 0xFFFFFFFF);
  bench_.tree.SetCoreState(CoreState::kSleeps);
  bench_.Wait(1000);
  bench_.tree.SetCoreState(CoreState::kDeepSleeps);
  bench_.Wait(1000);
  bench_.tree.SetCoreState(CoreState::kRuns);
  EXPECT_EQ(Get(timer_, kCnt), 1000u);
}

TEST_F(Timer0Test, StopsWithAHaltedCoreUnlessDebugrun) {
  Start(0, 0xFFFFFFFF);
  bench_.tree.SetCoreState(CoreState::kHalted);
  bench_.Wait(1000);
  bench_.tree.SetCoreState(CoreState::kRuns);
  EXPECT_EQ(Get(timer_, kCnt), 0u);
  Start(1u << 6, 0xFFFFFFFF);
  bench_.tree.SetCoreState(CoreState::kHalted);
  bench_.Wait(1000);
  EXPECT_EQ(Get(timer_, kCnt), 1000u);
}

TEST_F(Timer0Test, Prescaler) {
  Start(9u << 18, 0xFFFFFFFF);
  bench_.Wait(12'345);
  EXPECT_EQ(Get(timer_, kCnt), 1234u);
}

TEST_F(Timer0Test, OverflowInterruptComesInTime) {
  Start(0, 999);
  Put(timer_, kIen, kOf);
  EXPECT_EQ(bench_.scheduler.next(), bench_.scheduler.now() + 1000);
  bench_.Wait(999);
  EXPECT_FALSE(bench_.interrupts.level(kIrqTimer0));
  bench_.Wait(1);
  EXPECT_TRUE(bench_.interrupts.level(kIrqTimer0));
  Put(timer_, kIf + kClear, kOf);
  EXPECT_FALSE(bench_.interrupts.level(kIrqTimer0));
  bench_.Wait(1000);
  EXPECT_TRUE(bench_.interrupts.level(kIrqTimer0));
}

TEST_F(Timer0Test, InterruptMovesWithTheCoreClock) {
  Start(0, 999'999);
  Put(timer_, kIen, kOf);
  bench_.Wait(500'000);
  Put(bench_.cmu, cmu::kSysclkctrl, 1u << 12 | 1);  // HCLK / 2
  EXPECT_EQ(bench_.scheduler.next(), bench_.scheduler.now() + 250'000);
}

TEST_F(Timer0Test, CompareChannel) {
  Put(timer_, kCc1Cfg, 2);
  Put(timer_, kCc1Oc, 600);
  Start(0, 999);
  Put(timer_, kIen, kCc1);
  bench_.Wait(599);
  EXPECT_FALSE(bench_.interrupts.level(kIrqTimer0));
  bench_.Wait(1);
  EXPECT_TRUE(bench_.interrupts.level(kIrqTimer0));
  EXPECT_EQ(Get(timer_, kIf), kCc1);
}

TEST_F(Timer0Test, AChannelThatIsOffDoesNotMatch) {
  Put(timer_, kCc1Oc, 600);
  Start(0, 999);
  bench_.Wait(5000);
  EXPECT_EQ(Get(timer_, kIf), kOf);
}

TEST_F(Timer0Test, OneShotStops) {
  Start(1u << 4, 99);
  bench_.Wait(1000);
  EXPECT_EQ(Get(timer_, kCnt), 0u);
  EXPECT_EQ(Get(timer_, kStatus) & 1, 0u);
  EXPECT_EQ(Get(timer_, kIf), kOf);
}

TEST_F(Timer0Test, CountsDown) {
  Start(1, 99);
  bench_.Wait(1);
  EXPECT_EQ(Get(timer_, kCnt), 99u);
  EXPECT_EQ(Get(timer_, kIf), kUf);
  EXPECT_EQ(Get(timer_, kStatus), 3u);
  bench_.Wait(99);
  EXPECT_EQ(Get(timer_, kCnt), 0u);
}

TEST_F(Timer0Test, BufferedTopIsTakenAtTheOverflow) {
  Start(0, 99);
  Put(timer_, kTopb, 49);
  EXPECT_EQ(Get(timer_, kStatus) & 4, 4u);
  bench_.Wait(100);
  EXPECT_EQ(Get(timer_, kTop), 49u);
  EXPECT_EQ(Get(timer_, kStatus) & 4, 0u);
  bench_.Wait(60);
  EXPECT_EQ(Get(timer_, kCnt), 10u);
}

TEST_F(Timer0Test, CountCanBeWrittenAndChangedThroughAliases) {
  Start(0, 0xFFFFFFFF);
  Put(timer_, kCnt, 0x1000);
  bench_.Wait(0x10);
  Put(timer_, kCnt + kSet, 0x100000);
  EXPECT_EQ(Get(timer_, kCnt), 0x101010u);
}

TEST_F(Timer0Test, CfgIsFixedWhileEnabled) {  // trap 3
  Start(0, 0xFFFFFFFF);
  Put(timer_, kCfg, 9u << 18);
  EXPECT_EQ(Get(timer_, kCfg), 0u);
  EXPECT_FALSE(bench_.tree.warnings().empty());
}

TEST_F(Timer0Test, CommandsNeedAnEnabledTimer) {
  Put(timer_, kCmd, 1);
  bench_.Wait(100);
  EXPECT_EQ(Get(timer_, kCnt), 0u);
  EXPECT_FALSE(bench_.tree.warnings().empty());
}

TEST_F(Timer0Test, StopAndStart) {
  Start(0, 0xFFFFFFFF);
  bench_.Wait(100);
  Put(timer_, kCmd, 2);
  bench_.Wait(100);
  Put(timer_, kCmd, 1);
  bench_.Wait(100);
  EXPECT_EQ(Get(timer_, kCnt), 200u);
}

TEST_F(Timer0Test, LockNeedsItsKey) {
  Put(timer_, kLock, 1);
  EXPECT_EQ(Get(timer_, kStatus), 1u << 4);
  Put(timer_, kCfg, 1);
  EXPECT_EQ(Get(timer_, kCfg), 0u);
  Put(timer_, kLock, 52864);
  Put(timer_, kCfg, 1);
  EXPECT_EQ(Get(timer_, kCfg), 1u);
}

TEST_F(Timer0Test, SnapshotGoesOnAlike) {
  Start(3u << 18, 999);
  Put(timer_, kIen, kOf);
  bench_.Wait(1234);
  std::vector<uint8_t> bytes;
  Saver saver(bytes);
  bench_.scheduler.Serialize(saver);
  timer_.Save(saver);
  bench_.Wait(3'333);
  const uint32_t count = Get(timer_, kCnt), flags = Get(timer_, kIf);
  Loader loader(bytes);
  bench_.scheduler.Serialize(loader);
  timer_.Load(loader);
  EXPECT_TRUE(loader.ok() && loader.at_end());
  bench_.Wait(3'333);
  EXPECT_EQ(Get(timer_, kCnt), count);
  EXPECT_EQ(Get(timer_, kIf), flags);
}

}  // namespace
}  // namespace sim
