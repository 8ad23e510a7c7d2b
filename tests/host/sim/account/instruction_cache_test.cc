// The cache's tags: 128 sets of 2 ways of 32 bytes, filled in blocks of 8.
#include "host/sim/account/instruction_cache.h"

#include <gtest/gtest.h>

#include <random>

#include "host/sim/core/archive.h"

namespace sim {
namespace {

constexpr uint32_t kFlash = 0x08000000;
constexpr uint32_t kWayBytes = 4096;  // addresses that far apart share a set

TEST(InstructionCache, ReadsEachBlockOnce) {
  InstructionCache cache;
  EXPECT_EQ(cache.Touch(kFlash, kFlash + 2), 1U);
  EXPECT_EQ(cache.Touch(kFlash + 6, kFlash + 8), 0U);
  EXPECT_EQ(cache.Touch(kFlash + 6, kFlash + 10), 1U);
  EXPECT_EQ(cache.Touch(kFlash, kFlash + 64), 6U);
  EXPECT_EQ(cache.Touch(kFlash, kFlash + 64), 0U);
}

TEST(InstructionCache, HoldsEightKibibytes) {
  InstructionCache cache;
  EXPECT_EQ(cache.Touch(kFlash, kFlash + 8192), 1024U);
  const uint32_t evictions = cache.evictions();
  EXPECT_EQ(cache.Touch(kFlash, kFlash + 8192), 0U);
  EXPECT_EQ(cache.evictions(), evictions);
}

TEST(InstructionCache, ReplacesTheWayFilledFirst) {
  InstructionCache cache;
  cache.Touch(kFlash, kFlash + 32);
  cache.Touch(kFlash + kWayBytes, kFlash + kWayBytes + 32);
  const uint32_t evictions = cache.evictions();
  EXPECT_EQ(cache.Touch(kFlash + 2 * kWayBytes, kFlash + 2 * kWayBytes + 8), 1U);
  EXPECT_NE(cache.evictions(), evictions);
  EXPECT_EQ(cache.Touch(kFlash + kWayBytes, kFlash + kWayBytes + 32), 0U);
  EXPECT_EQ(cache.Touch(kFlash, kFlash + 8), 1U);
}

TEST(InstructionCache, NeverHitsWhileOff) {
  InstructionCache cache;
  cache.Touch(kFlash, kFlash + 16);
  cache.Enable(false);
  EXPECT_EQ(cache.Touch(kFlash, kFlash + 16), 2U);
  EXPECT_EQ(cache.Touch(kFlash, kFlash + 16), 2U);
}

TEST(InstructionCache, FlushForgets) {
  InstructionCache cache;
  cache.Touch(kFlash, kFlash + 16);
  const uint32_t evictions = cache.evictions();
  cache.Flush();
  EXPECT_NE(cache.evictions(), evictions);
  EXPECT_EQ(cache.Touch(kFlash, kFlash + 16), 2U);
}

TEST(InstructionCache, ASnapshotGoesOnAlike) {
  std::mt19937 random(2);
  InstructionCache cache, copy;
  for (int i = 0; i < 1000; ++i) cache.Touch(kFlash + random() % 65536 / 8 * 8, kFlash + 65536 + 8);
  std::vector<uint8_t> bytes;
  Saver saver(bytes);
  cache.Serialize(saver);
  Loader loader(bytes);
  copy.Serialize(loader);
  ASSERT_TRUE(loader.ok() && loader.at_end());
  for (int i = 0; i < 10000; ++i) {
    const uint32_t at = kFlash + random() % 65536;
    ASSERT_EQ(cache.Touch(at, at + 20), copy.Touch(at, at + 20));
  }
}

}  // namespace
}  // namespace sim
