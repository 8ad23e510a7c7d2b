// Images of nonsense end with a reason, not with a hang or a crash.
#include <gtest/gtest.h>

#include "host/sim/core/board.h"

using sim::Board;
using sim::BoardSettings;
using sim::Stop;
using sim::StopReason;

namespace {

constexpr uint32_t kFlash = 0x08000000;

Stop RunWords(const std::vector<uint32_t>& words, sim::Cycle cycles = 100'000) {
  Board board{BoardSettings{}};
  EXPECT_TRUE(board.Load(kFlash, reinterpret_cast<const uint8_t*>(words.data()),
                         static_cast<uint32_t>(words.size() * 4)));
  board.PowerOn();
  return board.Run(board.now() + cycles);
}

}  // namespace

TEST(BadImages, ErasedFlashLocksUp) {
  Board board{BoardSettings{}};
  const Stop stop = board.Run(100'000);
  EXPECT_EQ(stop.reason, StopReason::kLockup);
  EXPECT_FALSE(stop.detail.empty());
  EXPECT_EQ(stop.detail.find('\n'), std::string::npos);
}

TEST(BadImages, StackNowhere) {
  EXPECT_EQ(RunWords({0x12345678, 0x08000009, 0xDE00DE00}).reason, StopReason::kLockup);
}

TEST(BadImages, ResetVectorNowhere) {
  const Stop stop = RunWords({0x20001000, 0x33333333, 0, 0});
  EXPECT_EQ(stop.reason, StopReason::kLockup);
  EXPECT_NE(stop.detail.find("0x"), std::string::npos);
}

TEST(BadImages, EvenResetVector) {
  EXPECT_EQ(RunWords({0x20001000, 0x08000008, 0, 0}).reason, StopReason::kLockup);
}

TEST(BadImages, EndlessLoopEndsAtTheLimit) {
  const Stop stop = RunWords({0x20001000, 0x08000009, 0xE7FEE7FE});
  EXPECT_EQ(stop.reason, StopReason::kCycles);
  EXPECT_EQ(stop.pc, 0x08000008u);
}

TEST(BadImages, HandlerThatReturnsIntoTheFault) {
  // HardFault vector: BX LR; the faulting instruction faults for ever.
  EXPECT_EQ(RunWords({0x20001000, 0x08000011, 0, 0x08000013, 0x4770DE00}).reason, StopReason::kCycles);
}

TEST(BadImages, RandomBytesNeverHang) {
  uint64_t state = 7;
  for (int round = 0; round < 60; ++round) {
    std::vector<uint32_t> words(1024);
    for (uint32_t& word : words) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      word = static_cast<uint32_t>(state >> 32);
    }
    words[0] = 0x20002000;
    for (int i = 1; i < 64; ++i)
      words[static_cast<size_t>(i)] = kFlash + 0x101 + (words[static_cast<size_t>(i)] & 0xE00);
    const Stop stop = RunWords(words, 20'000);
    EXPECT_TRUE(stop.reason == StopReason::kCycles || stop.reason == StopReason::kLockup ||
                stop.reason == StopReason::kUnmodelled)
        << stop.detail;
  }
}
