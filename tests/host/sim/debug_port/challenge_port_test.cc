// The DCI: registers and commands of hardware description 9.
#include "host/sim/debug_port/challenge_port.h"

#include <gtest/gtest.h>

#include <vector>

namespace {

using sim::PortAnswer;

class ChallengePort : public testing::Test {
 protected:
  ChallengePort() : port_(board_) {}

  uint32_t Get(uint32_t address) {
    uint32_t value = 0;
    port_.Write(4, address);
    EXPECT_EQ(port_.Read(12, value), PortAnswer::kDone);
    return value;
  }
  void Set(uint32_t value) {
    port_.Write(4, 0x1000);
    EXPECT_EQ(port_.Write(12, value), PortAnswer::kDone);
  }
  void WaitForReply() {
    for (int i = 0; (Get(0x1008) & 0x100) == 0 && i < 1000; ++i) board_.RunThrough(board_.now() + 20'000);
    EXPECT_EQ(Get(0x1008), 0x100u);
  }
  std::vector<uint32_t> Command(uint32_t command) {
    Set(8);
    Set(command);
    WaitForReply();
    std::vector<uint32_t> words = {Get(0x1004)};
    for (uint32_t i = 4; i < (words[0] & 0xFFFF); i += 4) words.push_back(Get(0x1004));
    EXPECT_EQ(Get(0x1008), 0u);
    return words;
  }
  uint32_t Status() {
    const std::vector<uint32_t> words = Command(0xFE010000);
    EXPECT_EQ(words.size(), 2u);
    return words.back();
  }
  uint8_t FlashByte() {
    uint8_t byte = 0;
    EXPECT_TRUE(board_.ReadMemory(0x08001000, &byte, 1));
    return byte;
  }

  sim::Board board_{sim::BoardSettings{}};
  sim::ChallengePort port_;
};

}  // namespace

TEST_F(ChallengePort, Identity) {
  EXPECT_EQ(Get(0x10FC), 0x000DC11Du);
  EXPECT_EQ(Get(0x1008), 0u);
  EXPECT_EQ(Get(0x1004), 0u);
  EXPECT_EQ(Get(0x2000), 0u);
}

TEST_F(ChallengePort, LockEraseUnlock) {
  const uint8_t content = 0x5A, user = 0x12;
  board_.Load(0x08001000, &content, 1);
  board_.Load(0x0FE00000, &user, 1);
  EXPECT_EQ(Status(), 2u);  // erase enabled
  EXPECT_EQ(Command(0x430C0000)[0] >> 16, 0u);
  EXPECT_EQ(Status(), 0x23u);  // lock configured, erase enabled, locked now
  EXPECT_TRUE(board_.debug_locked());
  board_.PowerOn();
  EXPECT_EQ(FlashByte(), 0x5A);
  EXPECT_TRUE(board_.debug_locked());
  EXPECT_EQ(Command(0x430F0000)[0] >> 16, 0u);
  EXPECT_EQ(FlashByte(), 0xFF);
  uint8_t kept = 0;
  board_.ReadMemory(0x0FE00000, &kept, 1);
  EXPECT_EQ(kept, 0x12);
  EXPECT_TRUE(board_.debug_locked());  // until the part starts again
  EXPECT_EQ(Status(), 0x22u);
  board_.Reset(2);
  EXPECT_FALSE(board_.debug_locked());
  EXPECT_EQ(Status(), 2u);
}

TEST_F(ChallengePort, LockedForEver) {
  const uint8_t content = 0x5A;
  board_.Load(0x08001000, &content, 1);
  board_.faults().debug_lock = 2;
  EXPECT_EQ(Status(), 0x21u);
  EXPECT_NE(Command(0x430F0000)[0] >> 16, 0u);
  EXPECT_EQ(FlashByte(), 0x5A);
  EXPECT_TRUE(board_.debug_locked());
}

TEST_F(ChallengePort, WhatIsNoCommand) {
  EXPECT_NE(Command(0x12345678)[0] >> 16, 0u);
  Set(12);  // no command has three words here
  WaitForReply();
  EXPECT_NE(Get(0x1004) >> 16, 0u);
  EXPECT_EQ(Status(), 2u);
}

TEST_F(ChallengePort, AnEraseTakesItsTime) {
  Set(8);
  Set(0x430F0000);
  EXPECT_EQ(Get(0x1008), 1u);
  EXPECT_EQ(Get(0x1004), 0u);
  WaitForReply();
}
