// The greedy planner: known plans, and for random buffers that no two alive together overlap but by rule.
#include "memory_planner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace earshot {
namespace {

PlannedBuffer Buffer(size_t bytes, int first, int last, int32_t overwriter = kNoBuffer, size_t lead = 0) {
  return {bytes, first, last, overwriter, lead};
}

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

// As tests/host/tflite/test_memory_planner.py has it of the planner in Python.
TEST(MemoryPlanner, LeavesAGapThatASearchWouldClose) {
  PlannedBuffer buffers[] = {Buffer(16, -1, 4), Buffer(32, 0, 1), Buffer(16, 1, 2), Buffer(16, 2, 3),
                             Buffer(32, 3, 4)};
  EXPECT_EQ(PlanMemory(buffers, 5), 80u);
  const size_t expected[] = {32, 0, 48, 64, 0};
  for (int i = 0; i < 5; ++i) EXPECT_EQ(buffers[i].offset, expected[i]);
}

TEST(MemoryPlanner, AChainInPlaceNeedsOneBuffer) {
  PlannedBuffer buffers[] = {Buffer(64, -1, 0, 1), Buffer(64, 0, 1, 2), Buffer(64, 1, 2)};
  EXPECT_EQ(PlanMemory(buffers, 3), 64u);
}

// 640 elements that grow from one byte to four: the input lies in the last 640 of 2560 bytes.
TEST(MemoryPlanner, AGrowingElementLeavesItsInputAtTheEnd) {
  PlannedBuffer buffers[] = {Buffer(640, -1, 0, 1, 1920), Buffer(2560, 0, 1)};
  EXPECT_EQ(PlanMemory(buffers, 2), 2560u);
  EXPECT_EQ(buffers[0].offset, 1920u);
}

TEST(MemoryPlanner, AThirdBufferIsNotOverwritten) {
  // The input of 32 bytes may lie above the start of the output of 96, where the third one lies for good.
  PlannedBuffer buffers[] = {Buffer(32, 0, 1, 1, 16), Buffer(96, 1, 2), Buffer(48, 0, 2)};
  EXPECT_EQ(PlanMemory(buffers, 3), 144u);
  EXPECT_EQ(buffers[1].offset, 0u);
  EXPECT_EQ(buffers[2].offset, 96u);
  EXPECT_EQ(buffers[0].offset, 16u);
}

TEST(MemoryPlanner, PlansAroundWhatHasAPlace) {
  PlannedBuffer buffers[] = {Buffer(64, 0, 2), Buffer(48, 0, 2), Buffer(32, 2, 3)};
  buffers[1].offset = 32;
  EXPECT_EQ(PlanMemory(buffers, 3), 144u);
  EXPECT_EQ(buffers[0].offset, 80u);
  EXPECT_EQ(buffers[1].offset, 32u);
  EXPECT_EQ(buffers[2].offset, 0u);
}

// The output is placed last. Below its input it would fit, had the third buffer not moved it up.
TEST(MemoryPlanner, PassesNoInputTwice) {
  PlannedBuffer buffers[] = {Buffer(96, 0, 1, 2, 0), Buffer(48, 0, 2), Buffer(32, 1, 2)};
  EXPECT_EQ(PlanMemory(buffers, 3), 144u);
  EXPECT_EQ(buffers[2].offset, 0u);
  EXPECT_TRUE(Coexist(buffers, 0, 2));
  buffers[2].offset = 16;
  EXPECT_FALSE(Coexist(buffers, 0, 2));
  EXPECT_FALSE(Coexist(buffers, 2, 0));
}

bool Overlap(const PlannedBuffer& a, const PlannedBuffer& b) {
  return a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes;
}

bool IsAllowedOver(const PlannedBuffer& upper, const PlannedBuffer& lower, int32_t lower_index) {
  return upper.overwriter == lower_index && upper.offset >= lower.offset + upper.lead;
}

// Lives of up to five operators; every second buffer may be overwritten by one that begins where it ends.
std::vector<PlannedBuffer> RandomBuffers(std::mt19937& random) {
  std::vector<PlannedBuffer> buffers(random() % 20 + 1);
  for (PlannedBuffer& buffer : buffers) {
    const int first = static_cast<int>(random() % 10) - 1;
    buffer = Buffer(16 * (random() % 20), first, first + static_cast<int>(random() % 5));
  }
  for (PlannedBuffer& buffer : buffers) {
    const size_t other = random() % buffers.size();
    if (random() % 2 == 0 || &buffers[other] == &buffer) continue;
    if (buffers[other].first_use != buffer.last_use || buffer.first_use == buffer.last_use) continue;
    buffer.overwriter = static_cast<int32_t>(other);
    buffer.lead = 16 * (random() % 12);
  }
  return buffers;
}

// What is alive at the busiest operator; a buffer that is being overwritten adds nothing.
size_t BusiestOperator(const std::vector<PlannedBuffer>& buffers) {
  size_t busiest = 0;
  for (int op = -1; op < 15; ++op) {
    size_t alive = 0;
    for (const PlannedBuffer& buffer : buffers) {
      const bool overwritten = buffer.overwriter != kNoBuffer && op == buffer.last_use;
      if (buffer.first_use <= op && op <= buffer.last_use && !overwritten) alive += buffer.bytes;
    }
    busiest = std::max(busiest, alive);
  }
  return busiest;
}

TEST(MemoryPlanner, BuffersAliveTogetherNeverOverlapButByRule) {
  std::mt19937 random(7);
  int allowed = 0;
  for (int round = 0; round < 3000; ++round) {
    std::vector<PlannedBuffer> buffers = RandomBuffers(random);
    size_t sum = 0;
    for (const PlannedBuffer& buffer : buffers) sum += buffer.bytes;
    const size_t total = PlanMemory(buffers.data(), buffers.size());
    EXPECT_LE(BusiestOperator(buffers), total);
    EXPECT_LE(total, sum);
    for (size_t i = 0; i < buffers.size(); ++i) {
      const PlannedBuffer& a = buffers[i];
      EXPECT_LE(a.offset + a.bytes, total);
      for (size_t j = 0; j < i; ++j) {
        const PlannedBuffer& b = buffers[j];
        if (a.first_use > b.last_use || b.first_use > a.last_use || a.bytes == 0 || b.bytes == 0) continue;
        EXPECT_TRUE(Coexist(buffers.data(), static_cast<int32_t>(i), static_cast<int32_t>(j)));
        if (!Overlap(a, b)) continue;
        ++allowed;
        EXPECT_TRUE(IsAllowedOver(a, b, static_cast<int32_t>(j)) ||
                    IsAllowedOver(b, a, static_cast<int32_t>(i)))
            << round;
      }
    }
  }
  EXPECT_GT(allowed, 100);
}

}  // namespace
}  // namespace earshot
