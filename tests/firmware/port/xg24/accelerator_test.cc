// Waiting for the MVP: asleep, bounded, and open to other interrupts between sleeps.
#include "port/xg24/accelerator.h"

#include "fake_chip_test.h"

namespace {

constexpr uint32_t kStatus = 0x4D000010;
constexpr uint32_t kCount = 0x40048024;
constexpr uint32_t kIdle = 4;
constexpr uint32_t kMvpLine = 1u << 15;

class Accelerator : public FakeChipTest {
 protected:
  Accelerator() {
    chip_.on_load = [this](uint32_t address) {
      if (address == kCount) chip_[kCount] += 2;  // the core is not infinitely fast
    };
    chip_.on_store = [this](uint32_t address, uint32_t value) {
      if (address == 0xE000E100) enabled_ |= value;
      if (address == 0xE000E180) enabled_ &= ~value;
    };
    chip_.on_wait_for_interrupt = [this] {
      EXPECT_TRUE(chip_.masked) << "a sleep that an interrupt may slip in front of";
      EXPECT_EQ(enabled_ & kMvpLine, kMvpLine);
      ++sleeps_;
      chip_[kCount] += 1000;
      if (sleeps_ == sleeps_needed_) chip_[kStatus] |= kIdle;
    };
  }

  port::xg24::MvpAccelerator accelerator_{true};
  uint32_t enabled_ = 0;
  int sleeps_ = 0;
  int sleeps_needed_ = -1;
};

TEST_F(Accelerator, DoesNotSleepWhenTheProgramHasEnded) {
  chip_[kStatus] = kIdle;
  const port::WaitResult result = accelerator_.WaitUntilIdle(10'000);
  EXPECT_TRUE(result.finished);
  EXPECT_EQ(result.wait_cycles, 0u);
  EXPECT_EQ(sleeps_, 0);
  EXPECT_FALSE(chip_.masked);
}

TEST_F(Accelerator, CountsTheCyclesAsleepOnly) {
  sleeps_needed_ = 3;
  const port::WaitResult result = accelerator_.WaitUntilIdle(1'000'000);
  EXPECT_TRUE(result.finished);
  EXPECT_EQ(sleeps_, 3);
  EXPECT_EQ(result.wait_cycles, 2 + 3u * 1002) << "polls, then sleeps";
  EXPECT_EQ(enabled_ & kMvpLine, 0u) << "the driver, not a handler, takes the flags";
  EXPECT_FALSE(chip_.masked);
}

TEST_F(Accelerator, EndsAtTheTimeout) {
  const port::WaitResult result = accelerator_.WaitUntilIdle(5'000);
  EXPECT_FALSE(result.finished);
  EXPECT_GE(sleeps_, 4);
  EXPECT_LE(sleeps_, 5);
  EXPECT_EQ(chip_[0xE000E010], 0u) << "SysTick stays on";
}

TEST_F(Accelerator, CountsAcrossTheWrapOfTheTimer) {
  chip_[kCount] = 0xFFFFFF00;
  sleeps_needed_ = 2;
  const port::WaitResult result = accelerator_.WaitUntilIdle(100'000);
  EXPECT_TRUE(result.finished);
  EXPECT_EQ(result.wait_cycles, 2 + 2u * 1002);
}

TEST_F(Accelerator, LetsOtherInterruptsInBetweenSleeps) {
  sleeps_needed_ = 3;
  EXPECT_TRUE(accelerator_.WaitUntilIdle(1'000'000).finished);
  EXPECT_EQ(chip_.times_unmasked, 2 + 1) << "between three sleeps, and at the end";
}

TEST_F(Accelerator, KeepsInterruptsMaskedForACallerThatMaskedThem) {
  chip_.masked = true;
  chip_[kStatus] = kIdle;
  EXPECT_TRUE(accelerator_.WaitUntilIdle(10'000).finished);
  EXPECT_TRUE(chip_.masked);
}

TEST_F(Accelerator, WakesAtLeastOnceBeforeALongTimeout) {
  uint32_t reload = 0;
  sleeps_needed_ = 1;
  chip_.on_store = [&](uint32_t address, uint32_t value) {
    if (address == 0xE000E014) reload = value;
    if (address == 0xE000E100) enabled_ |= value;
  };
  EXPECT_TRUE(accelerator_.WaitUntilIdle(1u << 26).finished);
  EXPECT_EQ(reload, 0x00FFFFFFu) << "SysTick has 24 bits";
}

TEST_F(Accelerator, WritesABlockInAscendingOrder) {
  const uint32_t words[] = {11, 22, 33};
  accelerator_.WriteBlock(0x64, words, 3);
  const std::vector<chip::bus::StoreRecord> expected = {{0x4D000064, 11}, {0x4D000068, 22}, {0x4D00006C, 33}};
  EXPECT_EQ(chip_.stores, expected);
}

TEST_F(Accelerator, StartsAProgramAfterWhatItReadsIsInMemory) {
  const uint32_t words[] = {11, 9};
  accelerator_.WriteBlock(0x170, words, 2);
  EXPECT_EQ(chip_.barriers, std::vector<size_t>{0});
}

TEST_F(Accelerator, LaunchesBlocksThenWordsThenTheCommand) {
  std::vector<uint32_t> image(12);
  for (uint32_t i = 0; i < image.size(); ++i) image[i] = 100 + i;
  accelerator_.Launch(
      {{{{0x64, image.data(), 12}, {0x114, image.data() + 6, 6}}}, {0x174, 9}, 2, {{{0x84, 7}, {0x94, 8}}}});
  std::vector<chip::bus::StoreRecord> expected;
  for (uint32_t i = 0; i < 12; ++i) expected.push_back({0x4D000064 + 4 * i, image[i]});
  for (uint32_t i = 0; i < 6; ++i) expected.push_back({0x4D000114 + 4 * i, image[6 + i]});
  expected.push_back({0x4D000084, 7});
  expected.push_back({0x4D000094, 8});
  EXPECT_EQ(chip_.barriers, std::vector<size_t>{expected.size()}) << "what the program reads is in memory";
  expected.push_back({0x4D000174, 9});
  EXPECT_EQ(chip_.stores, expected);
}

TEST_F(Accelerator, ShutsItsInterruptLineBeforeOthersAreLetIn) {
  sleeps_needed_ = 2;
  chip_.on_unmask = [this] {
    size_t shut = 0;  // stores up to the last that disables the line
    for (size_t i = 0; i < chip_.stores.size(); ++i) {
      if (chip_.stores[i] == chip::bus::StoreRecord{0xE000E180, kMvpLine}) shut = i + 1;
    }
    ASSERT_NE(shut, 0u);
    ASSERT_FALSE(chip_.barriers.empty());
    EXPECT_GE(chip_.barriers.back(), shut);
  };
  EXPECT_TRUE(accelerator_.WaitUntilIdle(1'000'000).finished);
}

TEST_F(Accelerator, LetsResultsBeReadAfterABarrier) {
  chip_[kStatus] = kIdle;
  chip_.on_load = [this](uint32_t address) {
    if (address == kStatus) chip_.barriers.clear();
  };
  EXPECT_TRUE(accelerator_.WaitUntilIdle(10'000).finished);
  EXPECT_FALSE(chip_.barriers.empty());
}

TEST_F(Accelerator, PowersUpWithItsClockFirst) {
  accelerator_.PowerUp();
  ASSERT_FALSE(chip_.stores.empty());
  EXPECT_EQ(chip_.stores.front(), (chip::bus::StoreRecord{0x40009068, 1u << 30}));
}

TEST_F(Accelerator, IsPresentOnPartsThatHaveIt) {
  chip_[0x0FE08004] = 0x0118051E;
  EXPECT_TRUE(accelerator_.Present());
  chip_[0x0FE08004] = 0x01180000 + 1020;  // B020, as on the first revision of one board
  EXPECT_FALSE(accelerator_.Present());
}

TEST_F(Accelerator, IsAbsentWithoutATimerToBoundItsWaits) {
  chip_[0x0FE08004] = 0x0118051E;
  EXPECT_FALSE(port::xg24::MvpAccelerator(false).Present());
}

TEST_F(Accelerator, SeesFlashAndRamOnly) {
  const auto pointer = [](uintptr_t address) { return reinterpret_cast<const void*>(address); };
  EXPECT_EQ(accelerator_.BusAddress(pointer(0x08000000)), 0x08000000u);
  EXPECT_EQ(accelerator_.BusAddress(pointer(0x0817FFFF)), 0x0817FFFFu);
  EXPECT_EQ(accelerator_.BusAddress(pointer(0x2003FFFF)), 0x2003FFFFu);
  for (const uintptr_t outside : {0x0ul, 0x07FFFFFFul, 0x08180000ul, 0x20040000ul, 0x4D000000ul}) {
    EXPECT_EQ(accelerator_.BusAddress(pointer(outside)), 0u) << std::hex << outside;
  }
}

}  // namespace
