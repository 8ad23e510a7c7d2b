// The time base against hardware description 6.4: configured while off, full 32 bits, started last.
#include "chip/efr32xg24/cycle_timer.h"

#include "fake_chip_test.h"

namespace {

using CycleTimer = FakeChipTest;

TEST_F(CycleTimer, IsSetUpInTheOrderOfTheDocument) {
  ASSERT_TRUE(chip::StartCycleTimer());
  const std::vector<chip::bus::StoreRecord> expected = {
      {0x40009064, 1u << 4},     // clock gate
      {0x4004A030, 1},           // EN off
      {0x40048004, 0},           // CFG: up, no prescaler
      {0x40049030, 1},           // EN on
      {0x4004801C, 0xFFFFFFFF},  // TOP
      {0x4004800C, 1},           // START
  };
  EXPECT_EQ(chip_.stores, expected);
}

TEST_F(CycleTimer, ReportsABlockThatDoesNotStop) {
  chip_[0x40048030] = 2;  // DISABLING
  EXPECT_FALSE(chip::StartCycleTimer());
}

TEST_F(CycleTimer, CountsWhatTheTimerCounts) {
  chip_[0x40048024] = 0xFFFFFFFE;
  EXPECT_EQ(chip::CycleCount(), 0xFFFFFFFEu);
}

}  // namespace
