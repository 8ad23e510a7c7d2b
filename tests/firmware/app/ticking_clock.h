// A clock for tests that advances by a fixed step each time it is read.
#pragma once

#include "port/clock.h"

class TickingClock final : public port::Clock {
 public:
  static constexpr uint32_t kStep = 100;

  explicit TickingClock(uint32_t start = 0) : cycles_(start) {}
  uint32_t Frequency() const override { return 1000000; }
  uint32_t Cycles() const override { return cycles_ += kStep; }

 private:
  mutable uint32_t cycles_;
};
