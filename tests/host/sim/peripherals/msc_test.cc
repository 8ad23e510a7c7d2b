// The flash controller against hardware description 5: sequences, times, locks, and what a power cut leaves.
#include "host/sim/peripherals/msc.h"

#include <algorithm>
#include <vector>

#include "clock_bench.h"

namespace sim {
namespace {

constexpr uint32_t READCTRL = 0x004, WRITECTRL = 0x00C, WRITECMD = 0x010, ADDRB = 0x014, WDATA = 0x018,
                   STATUS = 0x01C;
constexpr uint32_t IF = 0x020, IEN = 0x024, LOCK = 0x03C, MISCLOCKWORD = 0x040, PAGELOCK0 = 0x120;
constexpr uint32_t kErasePage = 2, kWriteEnd = 4, kEraseRange = 0x10, kAbort = 0x20, kEraseMain = 0x100;
constexpr uint32_t kBusy = 1, kLocked = 2, kInvalid = 4, kReady = 8, kAborted = 0x10, kPending = 0x20,
                   kTimeout = 0x40;
constexpr uint32_t kPartial = 0x80, kRegLock = 1u << 16;
constexpr uint32_t kPage = kFlashBase + 5 * 0x2000;
constexpr Cycle kMillisecond = 78'000, kMicrosecond = 78;

struct MscTest : testing::Test {
  Workbench bench;
  std::vector<Cycle> stalls;
  ClockTree tree{bench.surroundings, 39'000'000};
  Msc msc{bench.surroundings, tree, [this](Cycle until) { stalls.push_back(until); }};

  MscTest() {
    bench.OpenClocks();
    Put(msc, WRITECTRL + kSet, 1);
  }
  uint8_t* Bytes(uint32_t address) { return bench.memories.Find(address, 4); }
  uint32_t Word(uint32_t address) {
    const uint8_t* b = Bytes(address);
    return b[0] | b[1] << 8 | b[2] << 16 | static_cast<uint32_t>(b[3]) << 24;
  }
  void Fill(uint32_t address, uint32_t size, uint8_t value) {
    uint8_t* bytes = bench.memories.Find(address, size);
    std::fill(bytes, bytes + size, value);
  }
  uint32_t Status() { return Get(msc, STATUS); }
  void WaitWhile(uint32_t bits, uint32_t value) {
    for (int i = 0; i < 100'000 && (Status() & bits) == value; ++i) bench.Wait(100);
  }
  // The documented sequence; the results.
  uint32_t Erase(uint32_t address, uint32_t command = kErasePage) {
    Put(msc, ADDRB, address);
    Put(msc, WRITECMD, command);
    for (int twice = 0; twice < 2; ++twice) {
      while ((Status() & (kBusy | kPending)) != 0) bench.Wait(1000);
    }
    return Status();
  }
  uint32_t Program(uint32_t address, const std::vector<uint32_t>& words) {
    Put(msc, ADDRB, address);
    for (uint32_t word : words) {
      WaitWhile(kReady, 0);
      Put(msc, WDATA, word);
    }
    Put(msc, WRITECMD, kWriteEnd);
    while ((Status() & (kBusy | kPending)) != 0) bench.Wait(100);
    return Status();
  }
};

constexpr uint32_t kIdleStatus = 0x09000008;

TEST_F(MscTest, ResetValues) {
  Workbench fresh;
  ClockTree clocks(fresh.surroundings, 39'000'000);
  fresh.OpenClocks();
  Msc other(fresh.surroundings, clocks);
  for (const auto& [offset, value] : {std::pair{0x000u, 3u},
                                      {READCTRL, 0x00200000u},
                                      {0x008u, 0x1000u},
                                      {WRITECTRL, 0u},
                                      {STATUS, kIdleStatus},
                                      {0x034u, 4u},
                                      {MISCLOCKWORD, 0x11u},
                                      {0x050u, 0x00100002u},
                                      {PAGELOCK0, 0u},
                                      {PAGELOCK0 + 20, 0u}}) {
    EXPECT_EQ(Get(other, offset), value) << std::hex << offset;
  }
  fresh.clocks.clken1 &= ~(1u << 16);
  EXPECT_EQ(other.Read(STATUS, 4).refusal, Refusal::kNoClock);
}

TEST_F(MscTest, WaitStatesReachTheClocks) {
  const uint64_t before = bench.clocks.changes;
  Put(msc, READCTRL, 0x00100000);
  EXPECT_EQ(bench.clocks.flash_wait_states, 1u);
  EXPECT_GT(bench.clocks.changes, before);
}

TEST_F(MscTest, EraseTakesThirteenMillisecondsAndOnlyItsPage) {
  Fill(kPage - 4, 0x2008, 0);
  std::vector<std::pair<uint32_t, uint32_t>> changes;
  bench.memories.on_change = [&](uint32_t address, uint32_t size) { changes.push_back({address, size}); };
  Put(msc, IEN, 1);
  const Cycle start = bench.scheduler.now();
  Put(msc, ADDRB, kPage + 0x123);
  Put(msc, WRITECMD, kErasePage);
  EXPECT_EQ(Status(), kIdleStatus | kBusy);
  EXPECT_EQ(stalls, std::vector<Cycle>{start + 13 * kMillisecond});
  bench.Wait(13 * kMillisecond - 1);
  EXPECT_EQ(Word(kPage), 0u);
  EXPECT_FALSE(bench.interrupts.level(kIrqMsc));
  bench.Wait(1);
  EXPECT_EQ(Status(), kIdleStatus);
  EXPECT_TRUE(bench.interrupts.level(kIrqMsc));
  EXPECT_EQ(Word(kPage - 4), 0u);
  EXPECT_EQ(Word(kPage), 0xFFFFFFFFu);
  EXPECT_EQ(Word(kPage + 0x1FFC), 0xFFFFFFFFu);
  EXPECT_EQ(Word(kPage + 0x2000), 0u);
  EXPECT_EQ(changes, (std::vector<std::pair<uint32_t, uint32_t>>{{kPage, 0x2000}}));
}

TEST_F(MscTest, BurstProgramsWordsAtTheStatedPace) {
  const Cycle start = bench.scheduler.now();
  Put(msc, ADDRB, kPage);
  Put(msc, WDATA, 0x01234567);
  EXPECT_EQ(Status(), kIdleStatus | kBusy);  // room for one more
  Put(msc, WDATA, 0x89ABCDEF);
  EXPECT_EQ(Status() & kReady, 0u);
  Put(msc, WDATA, 0);  // one too many
  EXPECT_EQ(Get(msc, IF), 4u);
  bench.scheduler.AdvanceTo(start + 42 * kMicrosecond);
  EXPECT_EQ(Word(kPage), 0x01234567u);
  EXPECT_NE(Status() & kReady, 0u);
  EXPECT_EQ(Word(kPage + 4), 0xFFFFFFFFu);
  bench.Wait(819);  // 10.5 us
  EXPECT_EQ(Word(kPage + 4), 0x89ABCDEFu);
  EXPECT_NE(Status() & kBusy, 0u);
  EXPECT_EQ(Get(msc, ADDRB), kPage + 8);
  Put(msc, WRITECMD, kWriteEnd);
  EXPECT_EQ(Status(), kIdleStatus);
  EXPECT_EQ(Get(msc, IF) & 2, 2u);
}

TEST_F(MscTest, BitsOnlyFall) {
  EXPECT_EQ(Program(kPage, {0xFFFF0000}), kIdleStatus);
  EXPECT_EQ(Program(kPage, {0x0F0F0F0F}), kIdleStatus);
  EXPECT_EQ(Word(kPage), 0x0F0F0000u);
}

TEST_F(MscTest, AddressStaysInItsPage) {
  Program(kPage + 0x1FFC, {0x11111111, 0x22222222});
  EXPECT_EQ(Word(kPage + 0x1FFC), 0x11111111u);
  EXPECT_EQ(Word(kPage + 0x2000), 0xFFFFFFFFu);
  EXPECT_EQ(Word(kPage), 0x22222222u);
}

TEST_F(MscTest, BurstWithoutNextWordTimesOut) {
  Put(msc, ADDRB, kPage);
  Put(msc, WDATA, 0);
  bench.Wait(241 * kMicrosecond);
  EXPECT_EQ(Status(), kIdleStatus | kBusy);
  bench.Wait(2 * kMicrosecond);
  EXPECT_EQ(Status(), kIdleStatus | kTimeout);
  EXPECT_EQ(Program(kPage + 4, {1}), kIdleStatus);
}

TEST_F(MscTest, NothingWithoutWrenOrWithTheRegistersLocked) {
  Fill(kPage, 4, 0x5A);
  Put(msc, WRITECTRL + kClear, 1);
  EXPECT_EQ(Erase(kPage), kIdleStatus);
  Put(msc, LOCK, 0);
  Put(msc, WRITECTRL + kSet, 1);
  EXPECT_EQ(Get(msc, WRITECTRL), 0u);
  EXPECT_EQ(Erase(kPage), kIdleStatus | kRegLock);
  EXPECT_EQ(Program(kPage, {0}), kIdleStatus | kRegLock);
  EXPECT_EQ(Word(kPage), 0x5A5A5A5Au);
  Put(msc, LOCK, 0x1B71);
  Put(msc, WRITECTRL + kSet, 1);
  EXPECT_EQ(Erase(kPage), kIdleStatus);
  EXPECT_EQ(Word(kPage), 0xFFFFFFFFu);
}

TEST_F(MscTest, InvalidAddressNeverGetsBusy) {
  for (uint32_t address : {0u, 0x08180000u, 0x20000000u, 0x0FE00400u}) {
    Put(msc, ADDRB, address);
    EXPECT_EQ(Status(), kIdleStatus | kInvalid);
    Put(msc, WRITECMD, kErasePage);
    Put(msc, WDATA, 0);
    EXPECT_EQ(Status(), kIdleStatus | kInvalid);
  }
  Put(msc, ADDRB, kPage);
  EXPECT_EQ(Status(), kIdleStatus);
}

TEST_F(MscTest, ABurstThatIsSentOutOfTheFlashEnds) {
  for (uint32_t address : {kRamBase, kDevinfoBase}) {
    const uint32_t before = Word(address);
    Put(msc, ADDRB, kPage);
    Put(msc, WDATA, 0x11111111);
    Put(msc, WDATA, 0);
    Put(msc, ADDRB, address);
    bench.Wait(kMillisecond);
    EXPECT_EQ(Status(), kIdleStatus | kInvalid);
    EXPECT_EQ(Word(kPage), 0x11111111u);
    EXPECT_EQ(Word(address), before);
  }
}

TEST_F(MscTest, AWordThatWaitsForAnEraseIsProgrammedAfterIt) {
  Fill(kPage, 4, 0);
  Put(msc, ADDRB, kPage);
  Put(msc, WRITECMD, kErasePage);
  Put(msc, WDATA, 0x12345678);
  EXPECT_EQ(Status(), (kIdleStatus | kBusy) & ~kReady);
  bench.Wait(14 * kMillisecond);
  EXPECT_EQ(Word(kPage), 0x12345678u);
  EXPECT_EQ(Status(), kIdleStatus | kTimeout);  // nobody ended the burst
}

TEST_F(MscTest, AWordThatWaitsBehindARefusedOneIsLost) {
  Put(msc, PAGELOCK0, 1u << 5);
  Put(msc, ADDRB, kPage);
  Put(msc, WDATA, 0);
  Put(msc, WDATA, 0);
  bench.Wait(50);
  EXPECT_EQ(Status(), kIdleStatus | kLocked);
  EXPECT_EQ(Word(kPage), 0xFFFFFFFFu);
}

TEST_F(MscTest, PageLockHoldsUntilReset) {
  Fill(kPage, 4, 0);
  Put(msc, PAGELOCK0, 1u << 5);
  Put(msc, PAGELOCK0 + kClear, 1u << 5);
  EXPECT_EQ(Get(msc, PAGELOCK0), 1u << 5);
  Put(msc, ADDRB, kPage);
  Put(msc, WRITECMD, kErasePage);
  EXPECT_EQ(Status(), kIdleStatus | kBusy);
  bench.Wait(50);
  EXPECT_EQ(Status(), kIdleStatus | kLocked);
  EXPECT_EQ(Program(kPage, {0}), kIdleStatus | kLocked);
  EXPECT_EQ(Erase(kPage + 0x2000), kIdleStatus);
  msc.Reset();
  Put(msc, WRITECTRL, 1);
  EXPECT_EQ(Erase(kPage), kIdleStatus);
  EXPECT_EQ(Word(kPage), 0xFFFFFFFFu);
}

TEST_F(MscTest, UserDataHasItsLockBit) {
  Fill(kUserDataBase, 0x400, 0);
  EXPECT_EQ(Erase(kUserDataBase), kIdleStatus | kLocked);
  Put(msc, MISCLOCKWORD + kClear, 0x10);
  EXPECT_EQ(Erase(kUserDataBase), kIdleStatus);
  EXPECT_EQ(Program(kUserDataBase + 0x3FC, {0x12345678}), kIdleStatus);
  EXPECT_EQ(Word(kUserDataBase), 0xFFFFFFFFu);
  EXPECT_EQ(Word(kUserDataBase + 0x3FC), 0x12345678u);
}

TEST_F(MscTest, MassEraseNeedsItsLockBitCleared) {
  Fill(kFlashBase, 0x180000, 0);
  Fill(kUserDataBase, 4, 0);
  EXPECT_EQ(Erase(kFlashBase, kEraseMain), kIdleStatus | kLocked);
  Put(msc, MISCLOCKWORD + kClear, 1);
  EXPECT_EQ(Erase(kFlashBase, kEraseMain), kIdleStatus);
  EXPECT_EQ(Word(kFlashBase), 0xFFFFFFFFu);
  EXPECT_EQ(Word(kFlashBase + 0x17FFFC), 0xFFFFFFFFu);
  EXPECT_EQ(Word(kUserDataBase), 0u);
}

TEST_F(MscTest, RangeEraseStopsAtALockedPage) {
  Fill(kPage, 4 * 0x2000, 0);
  Put(msc, WRITECTRL, 1 | 2u << 16);
  EXPECT_EQ(Erase(kPage, kEraseRange), kIdleStatus);
  EXPECT_EQ(Word(kPage + 0x3FFC), 0xFFFFFFFFu);
  EXPECT_EQ(Word(kPage + 0x4000), 0u);
  Put(msc, PAGELOCK0, 1u << 8);
  EXPECT_EQ(Erase(kPage + 0x4000, kEraseRange), kIdleStatus | kPartial);
  EXPECT_EQ(Word(kPage + 0x4000), 0xFFFFFFFFu);
  EXPECT_EQ(Word(kPage + 0x6000), 0u);
}

TEST_F(MscTest, EraseDuringAnOperationWaits) {
  Fill(kPage, 0x4000, 0);
  Put(msc, ADDRB, kPage);
  Put(msc, WRITECMD, kErasePage);
  Put(msc, ADDRB, kPage + 0x2000);
  Put(msc, WRITECMD, kErasePage);
  EXPECT_EQ(Status(), kIdleStatus | kBusy | kPending);
  bench.Wait(13 * kMillisecond);
  EXPECT_EQ(Status(), kIdleStatus | kBusy);
  bench.Wait(13 * kMillisecond);
  EXPECT_EQ(Status(), kIdleStatus);
  EXPECT_EQ(Word(kPage + 0x2000), 0xFFFFFFFFu);
}

TEST_F(MscTest, AbortLeavesThePageHalfErased) {
  Fill(kPage, 0x2000, 0);
  Put(msc, ADDRB, kPage);
  Put(msc, WRITECMD, kErasePage);
  bench.Wait(6 * kMillisecond);
  Put(msc, WRITECMD, kAbort);
  EXPECT_EQ(Status(), kIdleStatus | kAborted);
  EXPECT_EQ(stalls.back(), bench.scheduler.now());
  EXPECT_NE(Word(kPage), 0u);
  EXPECT_EQ(Erase(kPage), kIdleStatus);
}

// Ones in a page after an erase of zeros was cut at a share of its time.
unsigned OnesAfterCut(Cycle at, std::vector<uint8_t>* page = nullptr) {
  Workbench bench;
  ClockTree tree(bench.surroundings, 39'000'000);
  bench.OpenClocks();
  Msc msc(bench.surroundings, tree);
  uint8_t* bytes = bench.memories.Find(kPage, 0x2000);
  std::fill(bytes, bytes + 0x2000, 0);
  Put(msc, WRITECTRL, 1);
  Put(msc, ADDRB, kPage);
  Put(msc, WRITECMD, kErasePage);
  bench.Wait(at);
  msc.PowerCut();
  msc.Reset();
  EXPECT_EQ(Get(msc, STATUS), kIdleStatus);
  bench.Wait(20 * kMillisecond);
  unsigned ones = 0;
  for (int i = 0; i < 0x2000; ++i) ones += static_cast<unsigned>(__builtin_popcount(bytes[i]));
  if (page != nullptr) page->assign(bytes, bytes + 0x2000);
  return ones;
}

TEST(PowerCut, EraseIsDoneToItsShareAndRepeatable) {
  constexpr unsigned kBits = 0x2000 * 8;
  EXPECT_EQ(OnesAfterCut(0), 0u);
  EXPECT_NEAR(OnesAfterCut(13 * kMillisecond / 4), kBits / 4, kBits / 50);
  EXPECT_NEAR(OnesAfterCut(13 * kMillisecond / 2), kBits / 2, kBits / 50);
  EXPECT_EQ(OnesAfterCut(13 * kMillisecond), kBits);
  std::vector<uint8_t> one, two;
  OnesAfterCut(500'000, &one);
  OnesAfterCut(500'000, &two);
  EXPECT_EQ(one, two);
}

TEST_F(MscTest, PowerCutLeavesTheWordHalfProgrammed) {
  Put(msc, ADDRB, kPage);
  Put(msc, WDATA, 0);
  Put(msc, WDATA, 0);
  bench.Wait(21 * kMicrosecond);
  msc.PowerCut();
  const uint32_t left = Word(kPage);
  EXPECT_NE(left, 0u);
  EXPECT_NE(left, 0xFFFFFFFFu);
  EXPECT_EQ(Word(kPage + 4), 0xFFFFFFFFu);
}

// HCLK is halved when half of an erase at 20 MHz is done: the rest takes 6.5 ms at 10 MHz.
TEST(MscClock, AnEraseKeepsItsTimeWhenHclkChanges) {
  ClockBench bench;
  Put(bench.cmu, cmu::kClken1 + kSet, 1u << 16);
  std::vector<Cycle> stalls;
  Msc msc(bench.surroundings, bench.tree, [&](Cycle until) { stalls.push_back(until); });
  Put(msc, WRITECTRL, 1);
  Put(msc, ADDRB, kPage);
  Put(msc, WRITECMD, kErasePage);
  bench.Wait(130'000);
  Put(bench.cmu, cmu::kSysclkctrl, 1u << 12 | 1);
  ASSERT_EQ(bench.clocks.hclk, 10'000'000u);
  EXPECT_EQ(stalls, (std::vector<Cycle>{260'000, 195'000}));
  bench.Wait(64'999);
  EXPECT_EQ(Get(msc, STATUS) & kBusy, kBusy);
  bench.Wait(1);
  EXPECT_EQ(Get(msc, STATUS) & kBusy, 0u);
}

// The same, cut after three quarters of its time.
TEST(PowerCut, TheShareThatIsDoneOutlivesAChangeOfHclk) {
  ClockBench bench;
  Put(bench.cmu, cmu::kClken1 + kSet, 1u << 16);
  Msc msc(bench.surroundings, bench.tree);
  uint8_t* bytes = bench.memories.Find(kPage, 0x2000);
  std::fill(bytes, bytes + 0x2000, 0);
  Put(msc, WRITECTRL, 1);
  Put(msc, ADDRB, kPage);
  Put(msc, WRITECMD, kErasePage);
  bench.Wait(130'000);
  Put(bench.cmu, cmu::kSysclkctrl, 1u << 12 | 1);
  bench.Wait(32'500);
  msc.PowerCut();
  constexpr unsigned kBits = 0x2000 * 8;
  unsigned ones = 0;
  for (int i = 0; i < 0x2000; ++i) ones += static_cast<unsigned>(__builtin_popcount(bytes[i]));
  EXPECT_NEAR(ones, kBits * 3 / 4, kBits / 50);
}

TEST_F(MscTest, StuckBitsStayOne) {
  bench.faults.flash_stuck_address = kPage + 1;
  bench.faults.flash_stuck_bits = 0x81;
  Program(kPage, {0});
  EXPECT_EQ(Word(kPage), 0x00008100u);
}

TEST_F(MscTest, SnapshotInTheMiddleOfABurst) {
  Put(msc, ADDRB, kPage);
  Put(msc, WDATA, 0x11111111);
  Put(msc, WDATA, 0x22222222);
  bench.Wait(1000);
  const std::vector<uint8_t> saved = SaveAll(bench, msc);
  bench.Wait(10'000);
  Erase(kPage);
  LoadAll(bench, msc, saved);
  EXPECT_EQ(SaveAll(bench, msc), saved);
  bench.Wait(10'000);
  EXPECT_EQ(Word(kPage), 0x11111111u);
  EXPECT_EQ(Word(kPage + 4), 0x22222222u);
}

}  // namespace
}  // namespace sim
