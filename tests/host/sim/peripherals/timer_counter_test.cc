// The counter that takes many ticks at once against one that takes them singly.
#include "host/sim/peripherals/timer_counter.h"

#include <random>

#include "gtest/gtest.h"

namespace sim {
namespace {

// One tick, from the description of the modes alone.
uint32_t Tick(TimerCounter& timer) {
  if (timer.running == 0) return 0;
  uint32_t flags = 0;
  const auto load = [&] {
    if (timer.buffered & 1) timer.top = timer.topb;
    for (unsigned k = 0; k < 3; ++k) {
      if (timer.buffered >> (k + 1) & 1) timer.oc[k] = timer.ocb[k];
    }
    timer.buffered = 0;
  };
  if (timer.mode == TimerMode::kUp) {
    if (timer.count == timer.top || timer.count == 0xFFFFFFFF) {
      if (timer.count == timer.top) flags |= kTimerOf;
      timer.count = 0;
      load();
      if (timer.one_shot && (flags & kTimerOf)) timer.running = 0;
    } else {
      ++timer.count;
    }
  } else if (timer.mode == TimerMode::kDown) {
    if (timer.count == 0) {
      flags |= kTimerUf;
      load();
      timer.count = timer.top;
      if (timer.one_shot) timer.running = 0;
    } else {
      --timer.count;
    }
  } else if (timer.down == 0) {
    if (timer.count < timer.top) ++timer.count;
    if (timer.count >= timer.top) {
      timer.count = timer.top;
      flags |= kTimerOf | kTimerDirchg;
      timer.down = 1;
      load();
    }
  } else {
    if (timer.count > 0) --timer.count;
    if (timer.count == 0) {
      flags |= kTimerUf | kTimerDirchg;
      timer.down = 0;
      load();
      if (timer.one_shot) timer.running = 0;
    }
  }
  for (unsigned k = 0; k < 3; ++k) {
    if ((timer.compares >> k & 1) && timer.count == timer.oc[k]) flags |= kTimerCc0 << k;
  }
  return flags;
}

TimerCounter RandomTimer(std::mt19937& random) {
  TimerCounter timer;
  timer.mode = static_cast<TimerMode>(random() % 3);
  timer.one_shot = random() % 4 == 0;
  timer.top = random() % 9;
  timer.compares = random() % 8;
  for (uint32_t& oc : timer.oc) oc = random() % 11;
  timer.buffered = random() % 3 == 0 ? random() % 16 : 0;
  timer.topb = random() % 9;
  for (uint32_t& ocb : timer.ocb) ocb = random() % 11;
  timer.count = random() % 8 == 0 ? 0xFFFFFFFF - random() % 5 : random() % (timer.top + 1);
  if (timer.mode != TimerMode::kUp) timer.count = random() % (timer.top + 1);
  timer.down = timer.mode == TimerMode::kDown || (timer.mode == TimerMode::kUpDown && random() % 2);
  timer.running = 1;
  return timer;
}

TEST(TimerCounterTest, ManyTicksAreAsGoodAsSingleOnes) {
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    TimerCounter at_once = RandomTimer(random);
    TimerCounter singly = at_once;
    const uint32_t ticks = random() % 90;
    uint32_t flags = 0;
    for (uint32_t t = 0; t < ticks; ++t) flags |= Tick(singly);
    ASSERT_EQ(at_once.Advance(ticks), flags) << i;
    ASSERT_EQ(at_once.count, singly.count) << i;
    ASSERT_EQ(at_once.running, singly.running) << i;
    ASSERT_EQ(at_once.down, singly.down) << i;
    ASSERT_EQ(at_once.top, singly.top) << i;
    ASSERT_EQ(at_once.oc, singly.oc) << i;
  }
}

TEST(TimerCounterTest, TicksUntilAFlagIsWhereSingleTicksRaiseIt) {
  std::mt19937 random(2);
  for (int i = 0; i < 20'000; ++i) {
    const TimerCounter timer = RandomTimer(random);
    const uint32_t wanted = random() % 0x80;
    if (timer.mode == TimerMode::kUp && timer.count > timer.top + 1) continue;
    TimerCounter singly = timer;
    uint64_t expected = kNoTick;
    for (uint64_t t = 1; t <= 200 && expected == kNoTick; ++t) {
      if (Tick(singly) & wanted) expected = t;
    }
    ASSERT_EQ(timer.TicksUntil(wanted), expected) << i;
  }
}

TEST(TimerCounterTest, ManyPeriodsAreQuick) {
  TimerCounter timer;
  timer.running = 1;
  timer.top = 0;
  EXPECT_EQ(timer.Advance(1ull << 60), static_cast<uint32_t>(kTimerOf));
  timer.top = 999;
  EXPECT_EQ(timer.Advance(1'000'000'000'000'007), static_cast<uint32_t>(kTimerOf));
  EXPECT_EQ(timer.count, 7u);
}

TEST(TimerCounterTest, ThirtyTwoBits) {
  TimerCounter timer;
  timer.running = 1;
  timer.top = 0xFFFFFFFF;
  EXPECT_EQ(timer.Advance((1ull << 32) - 1), 0u);
  EXPECT_EQ(timer.count, 0xFFFFFFFFu);
  EXPECT_EQ(timer.Advance(1), static_cast<uint32_t>(kTimerOf));
  EXPECT_EQ(timer.count, 0u);
}

}  // namespace
}  // namespace sim
