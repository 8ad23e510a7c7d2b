// The profiler: differences of counters, across the clock's wrap, up to its limit.
#include "app/layer_profiler.h"

#include <gtest/gtest.h>

#include "ticking_clock.h"

namespace {

TEST(LayerProfiler, RecordsEachLayerOnce) {
  const TickingClock clock;
  app::LayerProfiler profiler(clock, nullptr);
  profiler.EndEvent(profiler.BeginEvent("QUANTIZE"));
  profiler.EndEvent(profiler.BeginEvent("RESHAPE"));
  ASSERT_EQ(profiler.size(), 2u);
  EXPECT_STREQ(profiler.layers()[0].opcode, "QUANTIZE");
  EXPECT_STREQ(profiler.layers()[1].opcode, "RESHAPE");
  EXPECT_EQ(profiler.layers()[1].cpu_cycles, TickingClock::kStep);
  EXPECT_EQ(profiler.layers()[1].accelerator_cycles, 0u);
  profiler.Start();
  EXPECT_EQ(profiler.size(), 0u);
}

TEST(LayerProfiler, SurvivesTheWrapOfTheClock) {
  const TickingClock clock(UINT32_MAX - 150);  // the second reading is past the wrap
  app::LayerProfiler profiler(clock, nullptr);
  profiler.EndEvent(profiler.BeginEvent("PACK"));
  EXPECT_EQ(profiler.layers()[0].cpu_cycles, TickingClock::kStep);
}

TEST(LayerProfiler, DropsWhatDoesNotFit) {
  const TickingClock clock;
  app::LayerProfiler profiler(clock, nullptr);
  for (size_t i = 0; i < app::LayerProfiler::kMaxLayers + 3; ++i)
    profiler.EndEvent(profiler.BeginEvent("SHAPE"));
  EXPECT_EQ(profiler.size(), app::LayerProfiler::kMaxLayers);
}

}  // namespace
