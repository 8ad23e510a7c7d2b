// How the runner learns when a timed part begins and ends.
#pragma once

#include <cstdint>

#include "app/text.h"
#include "port/clock.h"
#include "port/timing_pin.h"

namespace app::benchmark {

class Timestamp {
 public:
  // What the first line after start says of the kind.
  virtual const char* mode() const = 0;
  // Says "now".
  virtual void Mark(Text& text) = 0;
  // To be called at least once in each wrap of the clock (55 s at 78 MHz), for times to stay right.
  virtual void Keep() = 0;

 protected:
  ~Timestamp() = default;
};

// Performance and accuracy mode: a line with microseconds since start, from a count of 64 bits.
class LapTimestamp final : public Timestamp {
 public:
  explicit LapTimestamp(const port::Clock& clock) : clock_(clock), last_(clock.Cycles()) {}

  const char* mode() const override { return "performance"; }
  void Mark(Text& text) override {
    Keep();
    text.Put("m-lap-us-").Decimal(Microseconds()).EndLine();
  }
  void Keep() override {
    const uint32_t now = clock_.Cycles();
    cycles_ += now - last_;
    last_ = now;
  }

 private:
  uint64_t Microseconds() const {
    constexpr uint64_t kPerSecond = 1000000;
    const uint64_t hz = clock_.Frequency();
    return hz == 0 ? 0 : cycles_ / hz * kPerSecond + cycles_ % hz * kPerSecond / hz;
  }

  const port::Clock& clock_;
  uint32_t last_;
  uint64_t cycles_ = 0;
};

// Energy mode: a falling edge for the power monitor, and nothing on the line.
class PinTimestamp final : public Timestamp {
 public:
  explicit PinTimestamp(port::TimingPin& pin) : pin_(pin) {}

  const char* mode() const override { return "energy"; }
  void Mark(Text&) override { pin_.Pulse(); }
  void Keep() override {}

 private:
  port::TimingPin& pin_;
};

}  // namespace app::benchmark
