// The greedy planner: known plans, and for random buffers that no two alive together overlap.
#include "memory_planner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace earshot {
namespace {

PlannedBuffer Buffer(size_t bytes, int first, int last) { return {bytes, first, last, 0, 0}; }

TEST(MemoryPlanner, NothingTakesNothing) { EXPECT_EQ(PlanMemory(nullptr, 0), 0u); }

TEST(MemoryPlanner, AChainNeedsItsLargestNeighbours) {
  PlannedBuffer buffers[] = {Buffer(640, -1, 0), Buffer(128, 0, 1), Buffer(128, 1, 2), Buffer(16, 2, 3)};
  EXPECT_EQ(PlanMemory(buffers, 4), 768u);
  EXPECT_EQ(buffers[0].offset, 0u);
  EXPECT_EQ(buffers[1].offset, 640u);
  EXPECT_EQ(buffers[2].offset, 0u);
}

TEST(MemoryPlanner, FillsAGap) {
  PlannedBuffer buffers[] = {Buffer(64, 0, 1), Buffer(48, 0, 3), Buffer(32, 2, 3)};
  EXPECT_EQ(PlanMemory(buffers, 3), 112u);
  EXPECT_EQ(buffers[2].offset, 0u);
}

TEST(MemoryPlanner, BothEndsOfALifeCount) {
  PlannedBuffer buffers[] = {Buffer(32, 0, 1), Buffer(32, 1, 2)};
  EXPECT_EQ(PlanMemory(buffers, 2), 64u);
}

TEST(MemoryPlanner, BuffersAliveTogetherNeverOverlap) {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    std::vector<PlannedBuffer> buffers(random() % 20 + 1);
    size_t sum = 0;
    for (PlannedBuffer& buffer : buffers) {
      const int first = static_cast<int>(random() % 10) - 1;
      buffer = Buffer(16 * (random() % 20), first, first + static_cast<int>(random() % 5));
      sum += buffer.bytes;
    }
    const size_t total = PlanMemory(buffers.data(), buffers.size());
    size_t busiest = 0;
    for (int op = -1; op < 15; ++op) {
      size_t alive = 0;
      for (const PlannedBuffer& buffer : buffers)
        alive += buffer.first_use <= op && op <= buffer.last_use ? buffer.bytes : 0;
      busiest = std::max(busiest, alive);
    }
    EXPECT_LE(busiest, total);
    EXPECT_LE(total, sum);
    for (size_t i = 0; i < buffers.size(); ++i) {
      EXPECT_LE(buffers[i].offset + buffers[i].bytes, total);
      for (size_t j = 0; j < i; ++j) {
        const PlannedBuffer& a = buffers[i];
        const PlannedBuffer& b = buffers[j];
        if (a.first_use > b.last_use || b.first_use > a.last_use || a.bytes == 0 || b.bytes == 0) continue;
        EXPECT_TRUE(a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset);
      }
    }
  }
}

}  // namespace
}  // namespace earshot
