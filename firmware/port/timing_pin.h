// What a platform supplies to tell a power monitor when a measurement begins and ends.
#pragma once

namespace port {

class TimingPin {
 public:
  // A falling edge: low for at least 1 us, then high again.
  virtual void Pulse() = 0;

 protected:
  ~TimingPin() = default;
};

// The pin that the board's file names, driven high; after StartPlatform. Images that call this are
// only built for boards that have one.
TimingPin& StartTimingPin();

}  // namespace port
