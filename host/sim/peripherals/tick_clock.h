// Ticks of some clock counted from the board's core cycles, without an event per tick and without rounding
// drift.
#pragma once

#include <algorithm>
#include <cstdint>

#include "host/sim/core/scheduler.h"

namespace sim {

// Trivially copyable, so that a snapshot can take it as it is.
class TickClock {
 public:
  // From `now` on, `hz` / (`core_hz` * `divider`) ticks a core cycle; hz 0 stands still. What is left of the
  // current tick is kept as a fraction. Call Advance(now) first and use up what it returns.
  void SetRate(Cycle now, uint32_t hz, uint32_t core_hz, uint32_t divider) {
    const uint64_t per_tick = static_cast<uint64_t>(core_hz) * divider;
    phase_ = static_cast<uint64_t>(static_cast<Wide>(phase_) * per_tick / per_tick_);
    hz_ = hz;
    per_tick_ = per_tick;
    last_ = now;
  }

  // Ticks since the last call.
  uint64_t Advance(Cycle now) {
    const Wide phase = static_cast<Wide>(now - last_) * hz_ + phase_;
    last_ = now;
    phase_ = static_cast<uint64_t>(phase % per_tick_);
    return static_cast<uint64_t>(phase / per_tick_);
  }

  // The first cycle at which `ticks` more ticks have passed since the last Advance; kNever if it stands
  // still.
  Cycle When(uint64_t ticks) const {
    if (hz_ == 0) return kNever;
    const Wide missing = static_cast<Wide>(ticks) * per_tick_ - phase_;
    const Wide cycles = (missing + hz_ - 1) / hz_;
    return cycles > kNever - last_ - 1 ? kNever - 1 : last_ + static_cast<Cycle>(cycles);
  }

  // The next tick is a whole one.
  void RestartTick(Cycle now) {
    last_ = now;
    phase_ = 0;
  }

 private:
  __extension__ using Wide = unsigned __int128;

  Cycle last_ = 0;
  uint64_t phase_ = 0;     // of the current tick, in units of 1 / (core_hz * divider * hz)
  uint64_t per_tick_ = 1;  // core_hz * divider
  uint64_t hz_ = 0;
};

}  // namespace sim
