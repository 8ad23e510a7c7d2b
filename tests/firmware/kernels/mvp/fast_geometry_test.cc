// How fast layers are divided, for every depth.
#include "kernels/mvp/fast_geometry.h"

#include "gtest/gtest.h"

namespace kernels::mvp {
namespace {

// All of a depth's elements are in blocks or in the rest, and a launch stays within the hardware's counts.
TEST(PlanFast, AccountsForEveryElement) {
  for (uint32_t depth = 1; depth <= 2 * kMaxFastElements; depth += depth < 5000 ? 1 : 911) {
    for (const WeightOrder order : {WeightOrder::kRows, WeightOrder::kRowPairs}) {
      if (depth > MaxFastDepth(depth, order)) continue;
      const FastGeometry g = PlanFast(depth, 4096, order);
      ASSERT_EQ(g.blocks * g.block + g.rest, g.elements) << depth;
      ASSERT_LE(g.block, 32u);
      ASSERT_LE(g.blocks + (g.rest > 0), 1024u);
      ASSERT_LT(g.rest, g.elements < 5000 ? 17u : 32u) << depth;
      ASSERT_GE(g.rows_per_launch, 1u);
      ASSERT_LE(g.rows_per_launch, 1024u);
    }
  }
}

TEST(PlanFast, ReadsRowsAsTheyLie) {
  EXPECT_EQ(FastLanesOf(64, WeightOrder::kRowPairs), FastLanes::kTwoRows);
  EXPECT_EQ(FastLanesOf(63, WeightOrder::kRowPairs), FastLanes::kTwoRows);
  EXPECT_EQ(FastLanesOf(64, WeightOrder::kRows), FastLanes::kPairs);
  EXPECT_EQ(FastLanesOf(63, WeightOrder::kRows), FastLanes::kScalars);
}

// 1023 blocks of 32 elements, which are two products each in pairs.
TEST(PlanFast, HasADeepestLayer) {
  EXPECT_EQ(MaxFastDepth(64, WeightOrder::kRowPairs), 32736u);
  EXPECT_EQ(MaxFastDepth(63, WeightOrder::kRows), 32736u);
  EXPECT_EQ(MaxFastDepth(64, WeightOrder::kRows), 65472u);
  EXPECT_EQ(PlanFast(65472, 1, WeightOrder::kRows).blocks, 1023u);
  EXPECT_EQ(PlanFast(65472, 1, WeightOrder::kRows).block, 32u);
}

}  // namespace
}  // namespace kernels::mvp
