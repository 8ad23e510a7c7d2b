// The cells of the flash: pages, falling bits, and operations that stop on the way.
#include "host/sim/peripherals/flash_array.h"

#include <algorithm>

#include "gtest/gtest.h"

namespace sim {
namespace {

struct FlashArrayTest : testing::Test {
  Memories memories{0x180000, 0x40000};
  InjectedFaults faults;
  FlashArray array{memories, faults};

  uint32_t Word(uint32_t address) {
    const uint8_t* b = memories.Find(address, 4);
    return b[0] | b[1] << 8 | b[2] << 16 | static_cast<uint32_t>(b[3]) << 24;
  }
};

TEST_F(FlashArrayTest, PagesOfBothAreas) {
  EXPECT_EQ(array.PageBytes(0x08000000), 0x2000u);
  EXPECT_EQ(array.PageBytes(0x0817FFFF), 0x2000u);
  EXPECT_EQ(array.PageBytes(0x08180000), 0u);
  EXPECT_EQ(array.PageBytes(0x07FFFFFF), 0u);
  EXPECT_EQ(array.PageBytes(0x0FE003FF), 0x400u);
  EXPECT_FALSE(array.Contains(0x0FE00400));
  EXPECT_FALSE(array.Contains(0x0FE08000));  // DEVINFO
  EXPECT_EQ(array.PageStart(0x08003FFF), 0x08002000u);
  EXPECT_EQ(array.PageStart(0x0FE00123), 0x0FE00000u);
}

TEST_F(FlashArrayTest, LongerOperationsReachMoreAndNeverUndo) {
  uint32_t before = 0xFFFFFFFF;
  for (uint32_t done = 0; done <= 256; done += 32) {
    std::fill(memories.flash.begin(), memories.flash.begin() + 4, uint8_t{0xFF});
    array.ProgramPartly(0x08000000, 0x0000FFFF, done, 7);
    const uint32_t left = Word(0x08000000);
    EXPECT_EQ(left & 0xFFFF, 0xFFFFu);
    EXPECT_EQ(left & ~before, 0u) << done;
    before = left;
  }
  EXPECT_EQ(before, 0x0000FFFFu);
}

TEST_F(FlashArrayTest, SeedsDecideWhichBits) {
  const auto left = [&](uint64_t seed) {
    std::fill(memories.flash.begin(), memories.flash.begin() + 4, uint8_t{0xFF});
    array.ProgramPartly(0x08000000, 0, 128, seed);
    return Word(0x08000000);
  };
  EXPECT_EQ(left(1), left(1));
  EXPECT_NE(left(1), left(2));
}

TEST_F(FlashArrayTest, ErasingSparesTheNeighbours) {
  std::fill(memories.flash.begin(), memories.flash.end(), uint8_t{0});
  array.ErasePage(0x08002004);
  EXPECT_EQ(Word(0x08001FFC), 0u);
  EXPECT_EQ(Word(0x08002000), 0xFFFFFFFFu);
  EXPECT_EQ(Word(0x08003FFC), 0xFFFFFFFFu);
  EXPECT_EQ(Word(0x08004000), 0u);
  array.EraseMain();
  EXPECT_EQ(std::count(memories.flash.begin(), memories.flash.end(), 0xFF), 0x180000);
}

}  // namespace
}  // namespace sim
