// Brings an xG24 board up in the order that each part needs: clocks, time base, serial port, LED.
#include "port/platform.h"

#include "board.h"
#include "chip/efr32xg24/build_id.h"
#include "chip/efr32xg24/clocks.h"
#include "chip/efr32xg24/cycle_timer.h"
#include "chip/efr32xg24/fault.h"
#include "chip/efr32xg24/pins.h"
#include "chip/efr32xg24/serial_line.h"
#include "instructions.h"
#include "port/xg24/accelerator.h"
#include "port/xg24/clock.h"
#include "port/xg24/serial.h"

namespace port {
namespace {

constexpr uint32_t kMmfarValid = 1u << 7;
constexpr uint32_t kBfarValid = 1u << 15;

FaultSummary Summarize(const chip::FaultRecord* record) {
  if (record == nullptr) return {};
  uint32_t address = 0;
  if ((record->cfsr & kBfarValid) != 0) address = record->bfar;
  if ((record->cfsr & kMmfarValid) != 0) address = record->mmfar;
  return {true,
          record->vector,
          record->frame[chip::kFramePc],
          record->frame[chip::kFrameLr],
          record->stack,
          record->cfsr,
          record->hfsr,
          address};
}

}  // namespace

Platform StartPlatform() {
  const chip::BoardFacts& board = board::kBoard;
  const chip::ClockState state = chip::StartClocks(board);
  const bool timer_runs = chip::StartCycleTimer();
  // A line that does not start swallows what is written: the rest of the firmware works without it.
  (void)chip::Serial0().Start(board, state.hz);
  chip::DriveOutput(board.led, !board.led_active_low);

  static xg24::CycleClock clock(timer_runs ? state.hz : 0);
  static xg24::MvpAccelerator accelerator(timer_runs);
  const chip::BuildId build_id = chip::ReadBuildId();
  const FaultSummary fault = Summarize(chip::LastFault());
  const bool on_dpll = state.problem == chip::ClockProblem::kNone;
  return {MessageSerial(),
          clock,
          accelerator,
          board.name,
          on_dpll ? "DPLL locked to the crystal" : "FSRCO (internal RC oscillator)",
          chip::Describe(state.problem),
          build_id.bytes,
          build_id.count,
          fault};
}

void ForgetLastFault() { chip::ForgetFault(); }

Serial& MessageSerial() {
  static xg24::SerialPort serial;
  return serial;
}

void WaitForInput() {
  // Masked, so that a byte that arrives after the look into the ring still ends the sleep.
  const bool were_allowed = chip::MaskInterrupts();
  if (!chip::Serial0().InputWaiting()) chip::WaitForInterrupt();
  if (were_allowed) chip::UnmaskInterrupts();
}

}  // namespace port
