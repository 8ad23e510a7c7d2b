// The timing pin as a push-pull output that idles high.
#include "port/timing_pin.h"

#include "board.h"
#include "chip/efr32xg24/cycle_timer.h"
#include "chip/efr32xg24/pins.h"

namespace port {
namespace {

class BoardTimingPin final : public TimingPin {
 public:
  void Pulse() override {
    constexpr uint32_t kLowPerSecond = 500000;  // 2 us
    chip::DriveOutput(board::kTimingPin, false);
    // A look at the timer takes a cycle or more, also where it stands still.
    for (uint32_t i = 0; i < board::kBoard.core_hz / kLowPerSecond; ++i) (void)chip::CycleCount();
    chip::DriveOutput(board::kTimingPin, true);
  }
};

}  // namespace

TimingPin& StartTimingPin() {
  chip::DriveOutput(board::kTimingPin, true);
  static BoardTimingPin pin;
  return pin;
}

}  // namespace port
