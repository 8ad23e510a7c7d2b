// The SW-DP: registers, posted reads and sticky flags (ADIv5.2, B2).
#include "host/sim/debug_port/debug_port.h"

#include <gtest/gtest.h>

namespace {

using sim::Ack;

class DebugPort : public testing::Test {
 protected:
  DebugPort() : port_(board_) {}

  Ack Try(bool ap, bool read, uint32_t address, uint32_t& data) {
    return port_.Transfer({ap, read, address}, data);
  }
  uint32_t Get(uint32_t address) {
    uint32_t data = 0;
    EXPECT_EQ(Try(false, true, address, data), Ack::kOk);
    return data;
  }
  void Set(uint32_t address, uint32_t value) { EXPECT_EQ(Try(false, false, address, value), Ack::kOk); }
  void PowerUp() {
    Set(4, 0x50000000);
    EXPECT_EQ(Get(4) >> 28, 0xFu);
  }
  void SetAp(uint32_t address, uint32_t value) { EXPECT_EQ(Try(true, false, address, value), Ack::kOk); }

  sim::Board board_{sim::BoardSettings{}};
  sim::DebugPort port_;
};

constexpr uint32_t kStickyerr = 1 << 5, kWdataerr = 1 << 7, kStickyorun = 1 << 1, kReadok = 1 << 6;

}  // namespace

TEST_F(DebugPort, RegistersByBank) {
  EXPECT_EQ(Get(0), 0x6BA02477u);
  Set(8, 1);
  EXPECT_EQ(Get(4), 0x40u);  // DLCR
  Set(4, 0x300);
  EXPECT_EQ(Get(4), 0x340u);
  Set(8, 2);
  EXPECT_EQ(Get(4) & 1, 1u);  // TARGETID
  Set(8, 3);
  EXPECT_EQ(Get(4) & 0xF, 1u);  // DLPIDR
  port_.LineReset();
  EXPECT_EQ(Get(4), 0u);  // CTRL/STAT again
}

TEST_F(DebugPort, PowerIsAcknowledged) {
  EXPECT_EQ(Get(4), 0u);
  Set(4, 0x50000F00);
  EXPECT_EQ(Get(4), 0xF0000F00u);
  Set(4, 0x10000000);
  EXPECT_EQ(Get(4), 0x30000000u);
  Set(4, 0);
  EXPECT_EQ(Get(4), 0u);
}

TEST_F(DebugPort, WithoutPowerNoAccessPort) {
  uint32_t data = 0;
  EXPECT_EQ(Try(true, true, 0, data), Ack::kFault);
  EXPECT_NE(Get(4) & kStickyerr, 0u);
}

TEST_F(DebugPort, ReadsArePosted) {
  PowerUp();
  Set(8, 0xF0);
  uint32_t data = 0xDEAD;
  EXPECT_EQ(Try(true, true, 12, data), Ack::kOk);  // IDR
  EXPECT_EQ(Try(true, true, 8, data), Ack::kOk);   // BASE
  EXPECT_EQ(data, 0x14770015u);
  EXPECT_EQ(Get(8), 0x14770015u);  // RESEND
  EXPECT_EQ(Get(12), 0xE00FF003u);
  EXPECT_EQ(Get(8), 0xE00FF003u);
  EXPECT_NE(Get(4) & kReadok, 0u);
}

TEST_F(DebugPort, AnErrorSticksUntilAbort) {
  PowerUp();
  SetAp(4, 0);  // TAR: nothing at 0
  uint32_t data = 0;
  EXPECT_EQ(Try(true, true, 12, data), Ack::kOk);  // the error comes after the answer
  EXPECT_EQ(Get(4) & (kStickyerr | kReadok), kStickyerr);
  EXPECT_EQ(Get(0), 0x6BA02477u);
  EXPECT_EQ(Try(false, true, 12, data), Ack::kFault);
  EXPECT_EQ(Try(false, true, 8, data), Ack::kFault);
  EXPECT_EQ(Try(false, false, 8, data), Ack::kFault);
  EXPECT_EQ(Try(true, false, 4, data), Ack::kFault);
  Set(0, 0x1E);
  EXPECT_EQ(Get(4) & kStickyerr, 0u);
  data = 0x20000000;
  EXPECT_EQ(Try(true, false, 4, data), Ack::kOk);
}

TEST_F(DebugPort, AbortClearsFlagsOneByOne) {
  PowerUp();
  port_.BreakWrite();
  port_.Refuse(Ack::kFault);
  EXPECT_EQ(Get(4) & (kStickyerr | kWdataerr), kWdataerr);
  Set(0, 0x16);
  EXPECT_EQ(Get(4) & kWdataerr, kWdataerr);
  Set(0, 8);
  EXPECT_EQ(Get(4) & kWdataerr, 0u);
}

TEST_F(DebugPort, OverrunDetection) {
  PowerUp();
  Set(4, 0x50000001);
  EXPECT_TRUE(port_.overrun_detection());
  port_.Refuse(Ack::kWait);
  EXPECT_NE(Get(4) & kStickyorun, 0u);
  uint32_t data = 0;
  EXPECT_EQ(Try(true, true, 0, data), Ack::kFault);
  Set(0, 16);
  EXPECT_EQ(Try(true, true, 0, data), Ack::kOk);
}

TEST_F(DebugPort, EmptyAccessPorts) {
  PowerUp();
  for (uint32_t number : {2u, 3u, 100u, 255u}) {
    Set(8, number << 24 | 0xF0);
    uint32_t data = 0;
    EXPECT_EQ(Try(true, true, 12, data), Ack::kOk);
    EXPECT_EQ(Get(12), 0u) << number;
    EXPECT_EQ(Try(true, false, 0, data), Ack::kOk);
  }
}

TEST_F(DebugPort, WhatMustBeAnswered) {
  EXPECT_FALSE(sim::DebugPort::MayBeRefused({false, true, 0}));   // DPIDR
  EXPECT_FALSE(sim::DebugPort::MayBeRefused({false, true, 4}));   // CTRL/STAT
  EXPECT_FALSE(sim::DebugPort::MayBeRefused({false, false, 0}));  // ABORT
  EXPECT_TRUE(sim::DebugPort::MayBeRefused({false, true, 12}));
  EXPECT_TRUE(sim::DebugPort::MayBeRefused({true, true, 0}));
}
