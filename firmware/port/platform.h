// What `main` needs of a platform: the three seams, started, and what there is to say about the machine.
#pragma once

#include <cstddef>
#include <cstdint>

#include "port/accelerator.h"
#include "port/clock.h"
#include "port/crash.h"
#include "port/serial.h"

namespace port {

// Why the machine started; several may be set.
enum ResetCause : uint32_t {
  kResetPowerOn = 1u << 0,
  kResetPin = 1u << 1,
  kResetBrownOut = 1u << 2,
  kResetWatchdog = 1u << 3,
  kResetLockup = 1u << 4,    // a fault while a fault was handled
  kResetSoftware = 1u << 5,  // asked for by the program or by a debugger
  kResetWakeUp = 1u << 6,    // from a sleep that ends in a reset
  kResetOther = 1u << 7,
};

struct StackUse {
  size_t used_bytes;  // the most since start
  size_t bytes;
};

struct Platform {
  Serial& serial;
  Clock& clock;
  Accelerator& accelerator;
  const char* board;          // name of the board file
  const char* clock_source;   // what the core runs from
  const char* clock_problem;  // why it is not what the board asks for; "" when it is
  const uint8_t* build_id;    // [build_id_bytes]
  size_t build_id_bytes;
  uint32_t reset_causes = 0;          // of ResetCause
  const Crash* last_crash = nullptr;  // the last one since power was applied, if any
  bool crash_is_new = false;          // it ended the run before this one
};

// Brings the machine up: clocks, time base, serial port. Called once, first thing in main.
Platform StartPlatform();

// To be called once the image serves its commands and last_crash has been printed: from then on crashes are
// counted anew. A crash that comes back before this after each reset stops the machine instead.
void ForgetLastFault();

StackUse MeasureStack();           // of main and what it calls
StackUse MeasureInterruptStack();  // of interrupts, and of what ran before main

// Tells the watchdog that the program makes progress. Reading input and waiting for it do so too; only work
// that takes seconds has to call this.
void FeedWatchdog();

// Lets what was written leave the serial line, then resets the machine.
[[noreturn]] void Restart();

// The line that messages go to from where no Platform is at hand; works after StartPlatform.
Serial& MessageSerial();

// Sleeps until an interrupt, unless a byte is waiting already.
void WaitForInput();

// The same, but for a fifth of a second at most: for programs that have to look at the clock now and then.
void WaitForInputBriefly();

}  // namespace port
