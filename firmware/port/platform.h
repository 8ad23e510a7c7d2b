// What `main` needs of a platform: the three seams, started, and what there is to say about the machine.
#pragma once

#include <cstddef>
#include <cstdint>

#include "port/accelerator.h"
#include "port/clock.h"
#include "port/serial.h"

namespace port {

// The fault that caused the last reset, in terms of the Armv8-M architecture.
struct FaultSummary {
  bool present;
  uint32_t vector;  // exception number
  uint32_t pc;
  uint32_t lr;
  uint32_t sp;
  uint32_t cfsr;
  uint32_t hfsr;
  uint32_t address;  // BFAR or MMFAR, whichever CFSR says is valid; else 0
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
  FaultSummary last_fault;
};

// Brings the machine up: clocks, time base, serial port. Called once, first thing in main.
Platform StartPlatform();

// To be called once the image serves its commands and last_fault has been printed: from then on faults are
// counted anew. A fault that comes back before this after each reset stops the machine instead.
void ForgetLastFault();

// The line that messages go to from where no Platform is at hand; works after StartPlatform.
Serial& MessageSerial();

// Sleeps until an interrupt, unless a byte is waiting already.
void WaitForInput();

}  // namespace port
