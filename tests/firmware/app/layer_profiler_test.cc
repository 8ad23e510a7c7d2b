// The profiler: differences of counters, across the clock's wrap, up to its limit.
#include "app/layer_profiler.h"

#include <gtest/gtest.h>

#include "ticking_clock.h"

namespace {

constexpr size_t kCapacity = 8;

class LayerProfiler : public testing::Test {
 protected:
  app::LayerRecord records[kCapacity];
};

TEST_F(LayerProfiler, RecordsEachLayerOnce) {
  const TickingClock clock;
  app::LayerProfiler profiler(clock, nullptr);
  profiler.UseRecords(records, kCapacity);
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

TEST_F(LayerProfiler, SurvivesTheWrapOfTheClock) {
  const TickingClock clock(UINT32_MAX - 150);  // the second reading is past the wrap
  app::LayerProfiler profiler(clock, nullptr);
  profiler.UseRecords(records, kCapacity);
  profiler.EndEvent(profiler.BeginEvent("PACK"));
  EXPECT_EQ(profiler.layers()[0].cpu_cycles, TickingClock::kStep);
}

TEST_F(LayerProfiler, LayersSumToTheRun) {
  const TickingClock clock;
  app::LayerProfiler profiler(clock, nullptr);
  profiler.UseRecords(records, kCapacity);
  profiler.Start();
  const uint32_t start = clock.Cycles();
  for (const char* name : {"QUANTIZE", "RESHAPE", "PACK"}) {
    const uint32_t event = profiler.BeginEvent(name);
    static_cast<void>(clock.Cycles());  // work
    profiler.EndEvent(event);
    static_cast<void>(clock.Cycles());  // the interpreter's, which counts to the layer after it
  }
  const uint32_t end = clock.Cycles() - 2 * TickingClock::kStep;
  uint32_t sum = 0;
  for (size_t i = 0; i < 3; ++i) sum += profiler.layers()[i].cpu_cycles;
  EXPECT_EQ(sum, end - (start - TickingClock::kStep));
}

TEST_F(LayerProfiler, ALayerLeftRunningLastsUntilItsCompletion) {
  const TickingClock clock;
  kernels::mvp::Context context;
  TfLiteNode node{};
  app::LayerProfiler profiler(clock, nullptr, &context);
  profiler.UseRecords(records, kCapacity);
  profiler.Start();
  const uint32_t first = profiler.BeginEvent("FULLY_CONNECTED");
  context.running.node = &node;
  profiler.EndEvent(first);
  EXPECT_EQ(profiler.layers()[0].cpu_cycles, 0u) << "not complete";
  const uint32_t second = profiler.BeginEvent("FULLY_CONNECTED");
  for (int i = 0; i < 3; ++i) static_cast<void>(clock.Cycles());
  context.running = {};
  const uint32_t ended = clock.Cycles();
  static_cast<void>(clock.Cycles());  // the start of the second layer's program, which counts there
  profiler.OnCompletion(ended);
  EXPECT_EQ(profiler.layers()[0].cpu_cycles, 4 * TickingClock::kStep);
  profiler.EndEvent(second);
  EXPECT_EQ(profiler.layers()[1].cpu_cycles, 2 * TickingClock::kStep);
  EXPECT_EQ(profiler.layers()[0].cpu_cycles, 4 * TickingClock::kStep);
}

TEST_F(LayerProfiler, DropsWhatDoesNotFit) {
  const TickingClock clock;
  app::LayerProfiler profiler(clock, nullptr);
  profiler.UseRecords(records, kCapacity);
  for (size_t i = 0; i < kCapacity + 3; ++i) profiler.EndEvent(profiler.BeginEvent("SHAPE"));
  EXPECT_EQ(profiler.size(), kCapacity);
}

}  // namespace
