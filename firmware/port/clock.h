// What a platform supplies to measure time: a counter of core cycles that goes on while the core sleeps.
#pragma once

#include <cstdint>

namespace port {

class Clock {
 public:
  // Core clock in Hz; 0 where core cycles have no meaning (the host build).
  virtual uint32_t Frequency() const = 0;

  // Core cycles since start, wrapping at 2^32; always 0 where Frequency() is 0.
  virtual uint32_t Cycles() const = 0;

 protected:
  ~Clock() = default;
};

}  // namespace port
