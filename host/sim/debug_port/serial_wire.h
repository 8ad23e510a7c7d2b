// Serial Wire Debug between a probe and the board's debug port: cycles, the time that they take, and what
// goes wrong on the line.
#pragma once

#include <cstdint>
#include <functional>

#include "host/sim/core/board.h"
#include "host/sim/debug_port/debug_port.h"
#include "host/sim/debug_port/line_switch.h"

namespace sim {

struct WireCounters {
  uint64_t swclk_cycles = 0;
  uint64_t transfers = 0;  // on the wire: repeated ones too
};

class SerialWire {
 public:
  explicit SerialWire(Board& board) : board_(board), port_(board), power_cycles_(board.power_cycles()) {}

  void set_clock(uint32_t hz) { hz_ = hz; }
  // Line reset, switch from JTAG to SWD, line reset, idle cycles.
  void Connect();
  // `count` bits on SWDIO, the lowest of the first byte first.
  void Sequence(const uint8_t* bits, uint32_t count);
  // One transfer, repeated up to `waits` times while it is answered WAIT. A read changes `data` where it is
  // answered OK or kParity, where a bit of it is wrong.
  Ack Transfer(const SwdRequest& request, uint32_t& data, uint32_t waits);
  // The host waits: time without SWCLK.
  void Idle(uint64_t nanoseconds);
  void HoldReset(bool held);

  // The probe's cable: pulled by faults().probe_pull.
  bool pulled() const { return pulled_; }
  void PlugIn();
  // The board has lost its power for good; until it is switched on again nothing answers.
  void StayOff() { off_ = true; }

  WireCounters& counters() { return counters_; }
  // Called as soon as the board's time has reached `cycle`, between transfers; it returns the next such
  // cycle.
  void CallAt(Cycle cycle, std::function<Cycle()> call);
  // What ended the board's run in the middle of time that passed here (strict mode, a callback), else
  // kCycles.
  Stop TakeStop();

 private:
  Ack Once(const SwdRequest& request, uint32_t& data);
  Ack Answer(const SwdRequest& request, uint32_t& data);
  Ack Injected(const SwdRequest& request);
  bool PulledNow();
  void Bit(bool bit);
  void Clock(uint32_t cycles);
  void Pass();
  void LookAtPower();

  Board& board_;
  DebugPort port_;
  LineSwitch line_;
  WireCounters counters_;
  uint32_t hz_ = 1'000'000;
  double owed_s_ = 0;    // time that has not been given to the board yet; it runs whole cycles, and blocks
  bool linked_ = false;  // DPIDR was read after the last line reset
  bool after_reset_ = false;  // a line reset: only a read of DPIDR is answered
  bool pulled_ = false;
  bool off_ = false;
  bool held_ = false;
  uint64_t power_cycles_;
  uint64_t draws_ = 0;
  Cycle call_at_ = kNever;
  std::function<Cycle()> call_;
  Stop stop_;
};

}  // namespace sim
