// Reset causes, reset control and voltage scaling against hardware description 6.3.
#include "host/sim/peripherals/emu.h"

#include "clock_bench.h"

namespace sim {
namespace {

constexpr uint32_t kLock = 0x060, kIf = 0x064, kIen = 0x068, kEm4ctrl = 0x06C, kCmd = 0x070, kStatus = 0x084;
constexpr uint32_t kRstctrl = 0x090, kRstcause = 0x094;

class EmuTest : public testing::Test {
 protected:
  EmuTest() { emu_.Reset(); }

  ClockBench bench_;
  uint32_t requested_ = 0;
  Emu emu_{bench_.surroundings, bench_.tree, [this](uint32_t cause) { requested_ |= cause; }};
};

TEST_F(EmuTest, ResetState) {
  EXPECT_EQ(Get(emu_, kStatus), 0x80u);
  EXPECT_EQ(Get(emu_, kRstctrl), 0x00060407u);
}

TEST_F(EmuTest, CausesCollectUntilCleared) {
  emu_.AddCause(kResetPor);
  emu_.Reset();
  emu_.AddCause(kResetSysreq);
  EXPECT_EQ(Get(emu_, kRstcause), 0x41u);
  Put(emu_, kCmd, 1u << 17);
  EXPECT_EQ(Get(emu_, kRstcause), 0u);
  emu_.AddCause(kResetWdog0);
  EXPECT_EQ(Get(emu_, kRstcause), 8u);
  emu_.AddCause(kResetPor);
  EXPECT_EQ(Get(emu_, kRstcause), 1u);
}

TEST_F(EmuTest, RstctrlDecides) {
  EXPECT_TRUE(emu_.RequestReset(kResetSysreq));
  EXPECT_TRUE(emu_.RequestReset(kResetWdog0));
  EXPECT_FALSE(emu_.RequestReset(kResetLockup));  // LOCKUPRMODE is 0 after reset
  EXPECT_EQ(requested_, static_cast<uint32_t>(kResetSysreq | kResetWdog0));
  Put(emu_, kRstctrl + kSet, 1u << 3);
  EXPECT_TRUE(emu_.RequestReset(kResetLockup));
  Put(emu_, kRstctrl + kClear, 5);
  EXPECT_FALSE(emu_.RequestReset(kResetSysreq));
  EXPECT_FALSE(emu_.RequestReset(kResetWdog0));
}

TEST_F(EmuTest, VoltageScaling) {
  Put(emu_, kIen, 1u << 25);
  Put(emu_, kCmd, 1u << 10);
  EXPECT_EQ(Get(emu_, kStatus), 0x40u);
  EXPECT_TRUE(bench_.interrupts.level(kIrqEmu));
  Put(emu_, kIf + kClear, 1u << 25);
  EXPECT_FALSE(bench_.interrupts.level(kIrqEmu));
  Put(emu_, kCmd, 1u << 11);
  EXPECT_EQ(Get(emu_, kStatus), 0x80u);
}

TEST_F(EmuTest, LockNeedsItsKey) {
  Put(emu_, kLock, 0);
  EXPECT_EQ(Get(emu_, kStatus), 0x81u);
  Put(emu_, kRstctrl, 0);
  EXPECT_EQ(Get(emu_, kRstctrl), 0x00060407u);
  Put(emu_, kLock, 0xADE8);
  Put(emu_, kRstctrl + kClear, 1);
  EXPECT_EQ(Get(emu_, kRstctrl), 0x00060406u);
}

TEST_F(EmuTest, Em4IsReported) {
  for (int i = 0; i < 4; ++i) {
    Put(emu_, kEm4ctrl, 2);
    Put(emu_, kEm4ctrl, 3);
  }
  EXPECT_EQ(bench_.tree.warnings().size(), 1u);
}

}  // namespace
}  // namespace sim
