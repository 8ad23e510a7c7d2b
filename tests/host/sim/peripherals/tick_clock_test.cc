// Ticks over core cycles, against exact fractions.
#include "host/sim/peripherals/tick_clock.h"

#include "gtest/gtest.h"

namespace sim {
namespace {

TEST(TickClockTest, CountsWithoutDrift) {
  TickClock clock;
  clock.SetRate(0, 19'000'000, 78'000'000, 1);
  uint64_t ticks = 0;
  for (Cycle now = 7; now <= 78'000'000; now += 7) ticks += clock.Advance(now);
  ticks += clock.Advance(78'000'000);
  EXPECT_EQ(ticks, 19'000'000u);
}

TEST(TickClockTest, WhenIsTheFirstCycleOfTheTick) {
  for (const uint32_t divider : {1u, 3u, 1024u}) {
    TickClock clock;
    clock.SetRate(5, 32'768, 78'000'000, divider);
    for (const uint64_t ticks : {1u, 2u, 1000u}) {
      const Cycle when = clock.When(ticks);
      TickClock before = clock, at = clock;
      EXPECT_EQ(before.Advance(when - 1), ticks - 1);
      EXPECT_EQ(at.Advance(when), ticks);
    }
  }
}

TEST(TickClockTest, StandsStillAtZeroHertz) {
  TickClock clock;
  clock.SetRate(0, 0, 20'000'000, 1);
  EXPECT_EQ(clock.Advance(1'000'000'000), 0u);
  EXPECT_EQ(clock.When(1), kNever);
}

TEST(TickClockTest, AChangeOfRateKeepsTheFraction) {
  TickClock clock;
  clock.SetRate(0, 1'000'000, 20'000'000, 1);
  EXPECT_EQ(clock.Advance(10), 0u);  // half a tick
  clock.SetRate(10, 1'000'000, 40'000'000, 1);
  EXPECT_EQ(clock.Advance(29), 0u);
  EXPECT_EQ(clock.Advance(30), 1u);
}

TEST(TickClockTest, LongTimesDoNotOverflow) {
  TickClock clock;
  clock.SetRate(0, 80'000'000, 80'000'000, 1);
  constexpr Cycle kYears = 1ull << 56;
  EXPECT_EQ(clock.Advance(kYears), kYears);
}

}  // namespace
}  // namespace sim
