// Time is cut into legs: runs of ticks in one direction, the last of which wraps or turns.
#include "host/sim/peripherals/timer_counter.h"

#include <algorithm>

namespace sim {
namespace {

// After that many legs, buffers are used up and every flag that can rise has risen.
constexpr unsigned kLegsUntilPeriodic = 4;

}  // namespace

uint64_t TimerCounter::Leg() const {
  constexpr uint64_t kWrap = 1ull << 32;
  switch (mode) {
    case TimerMode::kDown:
      return static_cast<uint64_t>(count) + 1;
    case TimerMode::kUpDown:
      if (down != 0) return std::max(count, 1u);
      return count < top ? top - count : 1;
    default:
      return count <= top ? static_cast<uint64_t>(top) - count + 1 : kWrap - count;
  }
}

uint64_t TimerCounter::TicksToMatch(unsigned k, uint64_t leg) const {
  if ((compares >> k & 1) == 0) return kNoTick;
  const bool falls = mode == TimerMode::kDown || (mode == TimerMode::kUpDown && down != 0);
  const uint32_t distance = falls ? count - oc[k] : oc[k] - count;
  const bool ahead = falls ? oc[k] < count : oc[k] > count;
  return ahead && distance < leg ? distance : kNoTick;
}

uint32_t TimerCounter::Matches() const {
  uint32_t flags = 0;
  for (unsigned k = 0; k < kChannels; ++k) {
    if ((compares >> k & 1) != 0 && count == oc[k]) flags |= kTimerCc0 << k;
  }
  return flags;
}

void TimerCounter::LoadBuffers() {
  if ((buffered & 1) != 0) top = topb;
  for (unsigned k = 0; k < kChannels; ++k) {
    if ((buffered >> (k + 1) & 1) != 0) oc[k] = ocb[k];
  }
  buffered = 0;
}

uint32_t TimerCounter::FinishLeg() {
  uint32_t flags = 0;
  if (mode == TimerMode::kDown) {
    flags = kTimerUf;
    LoadBuffers();
    count = top;
  } else if (mode == TimerMode::kUpDown) {
    flags = kTimerDirchg | (down != 0 ? kTimerUf : kTimerOf);
    count = down != 0 ? 0 : top;
    down ^= 1;
    LoadBuffers();
  } else {
    if (count <= top) flags = kTimerOf;
    count = 0;
    LoadBuffers();
  }
  const uint32_t last = mode == TimerMode::kUp ? kTimerOf : kTimerUf;
  if (one_shot != 0 && (flags & last) != 0) running = 0;
  return flags | Matches();
}

uint32_t TimerCounter::Advance(uint64_t ticks) {
  uint32_t flags = 0;
  for (unsigned legs = 0; ticks != 0 && running != 0; ++legs) {
    if (legs == kLegsUntilPeriodic) {
      const uint64_t period = mode == TimerMode::kUpDown ? std::max(2ull * top, 2ull) : top + 1ull;
      ticks %= period;
      if (ticks == 0) break;
    }
    const uint64_t leg = Leg();
    const uint64_t inside = std::min(ticks, leg - 1);
    for (unsigned k = 0; k < kChannels; ++k) {
      if (TicksToMatch(k, inside + 1) != kNoTick) flags |= kTimerCc0 << k;
    }
    const bool falls = mode == TimerMode::kDown || (mode == TimerMode::kUpDown && down != 0);
    count = static_cast<uint32_t>(falls ? count - inside : count + inside);
    if (ticks < leg) break;
    ticks -= leg;
    flags |= FinishLeg();
  }
  return flags;
}

uint64_t TimerCounter::TicksUntil(uint32_t flags) const {
  TimerCounter ahead = *this;
  uint64_t ticks = 0;
  for (unsigned legs = 0; legs <= kLegsUntilPeriodic && ahead.running != 0; ++legs) {
    const uint64_t leg = ahead.Leg();
    uint64_t first = kNoTick;
    for (unsigned k = 0; k < kChannels; ++k) {
      if ((flags & kTimerCc0 << k) != 0) first = std::min(first, ahead.TicksToMatch(k, leg));
    }
    if (first != kNoTick) return ticks + first;
    ticks += leg;
    const uint32_t raised = ahead.FinishLeg();
    if ((raised & flags) != 0) return ticks;
  }
  return kNoTick;
}

}  // namespace sim
