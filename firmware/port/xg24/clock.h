// TIMER0 behind port::Clock.
#pragma once

#include "chip/efr32xg24/cycle_timer.h"
#include "port/clock.h"

namespace port::xg24 {

class CycleClock final : public Clock {
 public:
  // `hz` is the core's clock; 0 when the timer could not be started, so that no figure is made of it.
  explicit CycleClock(uint32_t hz) : hz_(hz) {}

  uint32_t Frequency() const override { return hz_; }
  uint32_t Cycles() const override { return hz_ == 0 ? 0 : chip::CycleCount(); }

 private:
  uint32_t hz_;
};

}  // namespace port::xg24
