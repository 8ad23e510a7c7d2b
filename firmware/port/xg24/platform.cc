// Brings an xG24 board up in the order that each part needs: clocks, time base, serial port, LED.
#include "port/platform.h"

#include "board.h"
#include "chip/efr32xg24/build_id.h"
#include "chip/efr32xg24/clocks.h"
#include "chip/efr32xg24/cycle_timer.h"
#include "chip/efr32xg24/fault.h"
#include "chip/efr32xg24/pins.h"
#include "chip/efr32xg24/registers/core.h"
#include "chip/efr32xg24/registers/emu.h"
#include "chip/efr32xg24/registers/eusart.h"
#include "chip/efr32xg24/serial_line.h"
#include "chip/efr32xg24/stack_use.h"
#include "chip/efr32xg24/startup.h"
#include "chip/efr32xg24/watchdog.h"
#include "instructions.h"
#include "port/xg24/accelerator.h"
#include "port/xg24/clock.h"
#include "port/xg24/serial.h"

namespace port {
namespace {

constexpr size_t kSp = 13, kLr = 14, kPc = 15;

Crash Summarize(const chip::FaultRecord& record) {
  Crash crash{};
  crash.kind = static_cast<CrashKind>(record.cause);
  crash.in_a_row = record.count;
  crash.build_id = record.build_id;
  crash.build_id_bytes = record.build_id_bytes;
  crash.message = record.message;
  crash.registers_known = record.vector != 0;
  if (!crash.registers_known) return crash;
  crash.frame_known = record.frame_known != 0;
  crash.exception = record.vector;
  crash.exc_return = record.exc_return;
  for (size_t i = 0; i < 4; ++i) crash.registers[i] = record.frame[i];
  for (size_t i = 0; i < 8; ++i) crash.registers[4 + i] = record.registers[i];
  crash.registers[12] = record.frame[4];
  crash.registers[kSp] = record.sp;
  crash.registers[kLr] = record.frame[chip::kFrameLr];
  crash.registers[kPc] = record.frame[chip::kFramePc];
  crash.xpsr = record.frame[chip::kFrameXpsr];
  crash.cfsr = record.cfsr;
  crash.hfsr = record.hfsr;
  crash.mmfar = record.mmfar;
  crash.bfar = record.bfar;
  crash.stack = record.stack_copy;
  crash.stack_words = record.stack_words;
  return crash;
}

static_assert(static_cast<uint32_t>(CrashKind::kLockup) == static_cast<uint32_t>(chip::CrashCause::kLockup) &&
              static_cast<uint32_t>(CrashKind::kStackOverflow) ==
                  static_cast<uint32_t>(chip::CrashCause::kStackOverflow) &&
              static_cast<uint32_t>(CrashKind::kAssertion) ==
                  static_cast<uint32_t>(chip::CrashCause::kAssertion) &&
              static_cast<uint32_t>(CrashKind::kWatchdog) ==
                  static_cast<uint32_t>(chip::CrashCause::kWatchdog));

// Read once, as the chip collects causes until they are cleared.
uint32_t TakeResetCauses() {
  using chip::EMU;
  struct Pair {
    uint32_t bits;
    uint32_t cause;
  };
  constexpr Pair kPairs[] = {
      {EMU::RSTCAUSE_POR, kResetPowerOn},   {EMU::RSTCAUSE_PIN, kResetPin},
      {EMU::RSTCAUSE_BODS, kResetBrownOut}, {EMU::RSTCAUSE_WDOG0 | EMU::RSTCAUSE_WDOG1, kResetWatchdog},
      {EMU::RSTCAUSE_LOCKUP, kResetLockup}, {EMU::RSTCAUSE_SYSREQ, kResetSoftware},
      {EMU::RSTCAUSE_EM4, kResetWakeUp}};
  uint32_t bits = EMU::RSTCAUSE::Read();
  EMU::CMD::Write(EMU::CMD_RSTCAUSECLR);
  // A core that locks up would stand still for ever.
  EMU::LOCK::Write(EMU::LOCK_UNLOCK);
  EMU::RSTCTRL::Set(EMU::RSTCTRL_LOCKUPRMODE);
  uint32_t causes = 0;
  for (const Pair& pair : kPairs) {
    if ((bits & pair.bits) != 0) causes |= pair.cause;
    bits &= ~pair.bits;
  }
  return bits != 0 ? causes | kResetOther : causes;
}

// The record of the run before this one, or of an earlier one that has been told already.
const chip::FaultRecord* FindRecord(uint32_t causes) {
  if ((causes & kResetPowerOn) != 0) chip::DropFault();
  const chip::FaultRecord* record = chip::LastFault();
  const bool recorded = record != nullptr && record->told == 0;
  if ((causes & kResetWatchdog) != 0 && !recorded) chip::RecordReset(chip::CrashCause::kWatchdog);
  if ((causes & kResetLockup) != 0 && !recorded) chip::RecordReset(chip::CrashCause::kLockup);
  return chip::LastFault();
}

}  // namespace

Platform StartPlatform() {
  const uint32_t causes = TakeResetCauses();
  const chip::BoardFacts& board = board::kBoard;
  const chip::ClockState state = chip::StartClocks(board);
  const bool timer_runs = chip::StartCycleTimer();
  // A line that does not start swallows what is written: the rest of the firmware works without it.
  (void)chip::Serial0().Start(board, state.hz);
  chip::DriveOutput(board.led, !board.led_active_low);
  chip::StartWatchdog();

  static xg24::CycleClock clock(timer_runs ? state.hz : 0);
  static xg24::MvpAccelerator accelerator(timer_runs);
  const chip::BuildId build_id = chip::ReadBuildId();
  const chip::FaultRecord* record = FindRecord(causes);
  static Crash crash;
  if (record != nullptr) crash = Summarize(*record);
  const bool on_dpll = state.problem == chip::ClockProblem::kNone;
  return {MessageSerial(),
          clock,
          accelerator,
          board.name,
          on_dpll ? "DPLL locked to the crystal" : "FSRCO (internal RC oscillator)",
          chip::Describe(state.problem),
          build_id.bytes,
          build_id.count,
          causes,
          record != nullptr ? &crash : nullptr,
          record != nullptr && record->told == 0};
}

void ForgetLastFault() { chip::ForgetFault(); }

StackUse MeasureStack() {
  const uint32_t* limit = chip::linker::__stack_limit;
  const uint32_t* top = chip::linker::__interrupt_stack_limit;
  return {chip::UsedStack(limit, top), static_cast<size_t>(top - limit) * sizeof *limit};
}

StackUse MeasureInterruptStack() {
  const uint32_t* limit = chip::linker::__interrupt_stack_limit;
  const uint32_t* top = chip::linker::__stack_top;
  return {chip::UsedStack(limit, top), static_cast<size_t>(top - limit) * sizeof *limit};
}

void FeedWatchdog() { chip::FeedWatchdog(); }

void Restart() {
  constexpr uint32_t kIdle = chip::EUSART0::STATUS_TXIDLE;
  (void)chip::PollUntil<chip::EUSART0::STATUS>(kIdle, kIdle);
  chip::SCB::AIRCR::Write(chip::SCB::AIRCR_SYSRESETREQ);
  while (true) chip::WaitForInterrupt();
}

Serial& MessageSerial() {
  static xg24::SerialPort serial;
  return serial;
}

void WaitForInput() {
  chip::FeedWatchdog();
  // Masked, so that a byte that arrives after the look into the ring still ends the sleep.
  const bool were_allowed = chip::MaskInterrupts();
  if (!chip::Serial0().InputWaiting()) chip::WaitForInterrupt();
  if (were_allowed) chip::UnmaskInterrupts();
}

void WaitForInputBriefly() {
  using chip::SysTick;
  SysTick::LOAD::Write(SysTick::LOAD_MAX);
  SysTick::VAL::Write(0);
  SysTick::CTRL::Write(SysTick::CTRL_CORE_CLOCK_WITH_INTERRUPT);
  WaitForInput();
  SysTick::CTRL::Write(0);
  chip::SCB::ICSR::Write(chip::SCB::ICSR_PENDSTCLR);
}

}  // namespace port
