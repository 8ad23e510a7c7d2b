// Cycles of a transfer: 8 request, turnaround, 3 acknowledge, then turnaround and 33 data in one of both
// orders. WAIT and FAULT end after the turnaround unless overrun detection is on (ADIv5.2, B4).
#include "host/sim/debug_port/serial_wire.h"

#include <algorithm>
#include <utility>

#include "host/sim/peripherals/split_mix.h"

namespace sim {
namespace {

constexpr uint32_t kWholeTransfer = 46, kRefusedTransfer = 13;
constexpr unsigned kResetOnes = 51, kIdleBits = 8, kSwitchBits = 16;
constexpr uint32_t kJtagToSwd = 0xE79E;
constexpr uint32_t kMillion = 1'000'000;
constexpr double kNanosecond = 1e-9;

}  // namespace

void SerialWire::Connect() {
  for (unsigned i = 0; i < kResetOnes; ++i) Bit(true);
  for (unsigned i = 0; i < kSwitchBits; ++i) Bit((kJtagToSwd >> i & 1) != 0);
  for (unsigned i = 0; i < kResetOnes; ++i) Bit(true);
  for (unsigned i = 0; i < kIdleBits; ++i) Bit(false);
  Pass();
}

void SerialWire::Sequence(const uint8_t* bits, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) Bit((bits[i / 8] >> (i % 8) & 1) != 0);
  Pass();
}

void SerialWire::Bit(bool bit) {
  Clock(1);
  LookAtPower();
  const bool was_swd = line_.swd();
  if (line_.Take(bit)) {
    port_.LineReset();
    after_reset_ = true;
  }
  if (was_swd && !line_.swd()) linked_ = after_reset_ = false;
}

Ack SerialWire::Transfer(const SwdRequest& request, uint32_t& data, uint32_t waits) {
  for (uint32_t repeated = 0;; ++repeated) {
    const Ack ack = Once(request, data);
    if (ack != Ack::kWait || repeated == waits) return ack;
  }
}

Ack SerialWire::Once(const SwdRequest& request, uint32_t& data) {
  if (PulledNow()) return Ack::kNone;
  ++counters_.transfers;
  LookAtPower();
  const Ack ack = Answer(request, data);
  const bool refused = ack == Ack::kWait || ack == Ack::kFault;
  Clock(refused && !port_.overrun_detection() ? kRefusedTransfer : kWholeTransfer);
  Pass();
  return ack;
}

Ack SerialWire::Answer(const SwdRequest& request, uint32_t& data) {
  if (off_ || !line_.swd()) return Ack::kNone;
  if (after_reset_) {
    linked_ = !request.ap && request.read && request.address == 0;
    after_reset_ = !linked_;
  }
  if (!linked_) return Ack::kNone;
  const Ack injected = Injected(request);
  if (injected == Ack::kWait || injected == Ack::kFault) {
    port_.Refuse(injected);
    return injected;
  }
  // FAULT comes before the data.
  if (injected == Ack::kParity && !request.read && !port_.Refuses(request)) {
    port_.BreakWrite();
    return Ack::kOk;
  }
  const Ack ack = port_.Transfer(request, data);
  if (ack != Ack::kOk || injected != Ack::kParity) return ack;
  data ^= 1U << (draws_ % 32);
  return Ack::kParity;
}

// What the injected faults make of this transfer; kOk for nothing.
Ack SerialWire::Injected(const SwdRequest& request) {
  const InjectedFaults& faults = board_.faults();
  const uint64_t wait = faults.swd_wait_ppm, fault = wait + faults.swd_fault_ppm;
  const uint64_t parity = fault + faults.swd_parity_ppm;
  if (parity == 0) return Ack::kOk;
  const uint64_t drawn = SplitMix(faults.swd_seed * kSplitMixStep ^ ++draws_) % kMillion;
  if (drawn >= parity) return Ack::kOk;
  if (drawn >= fault) {
    const bool abort = !request.ap && !request.read && request.address == 0;
    return abort ? Ack::kOk : Ack::kParity;
  }
  if (!DebugPort::MayBeRefused(request)) return Ack::kOk;
  return drawn < wait ? Ack::kWait : Ack::kFault;
}

bool SerialWire::PulledNow() {
  InjectedFaults& faults = board_.faults();
  if (!pulled_ && faults.probe_pull >= 0 && faults.probe_pull-- == 0) {
    pulled_ = true;
    linked_ = after_reset_ = false;
    HoldReset(false);
  }
  return pulled_;
}

void SerialWire::PlugIn() {
  pulled_ = linked_ = after_reset_ = false;
  line_.PowerOn();
  port_.PowerOn();
}

void SerialWire::HoldReset(bool held) {
  if (held == held_) return;
  held_ = held;
  board_.HoldReset(held);
  Pass();
}

void SerialWire::Idle(uint64_t nanoseconds) {
  owed_s_ += static_cast<double>(nanoseconds) * kNanosecond;
  Pass();
}

void SerialWire::CallAt(Cycle cycle, std::function<Cycle()> call) {
  call_at_ = cycle;
  call_ = std::move(call);
}

Stop SerialWire::TakeStop() { return std::exchange(stop_, Stop{}); }

void SerialWire::Clock(uint32_t cycles) {
  counters_.swclk_cycles += cycles;
  owed_s_ += static_cast<double>(cycles) / hz_;
}

// Gives the time that is owed to the board.
void SerialWire::Pass() {
  for (;;) {
    if (board_.now() >= call_at_ && call_) call_at_ = call_();
    const double cycles = owed_s_ * board_.core_hz();
    if (!(cycles >= 1)) return;
    const double began = board_.seconds();
    const Cycle now = board_.now();
    const Stop stop = board_.RunThrough(std::min(now + static_cast<Cycle>(cycles), std::max(call_at_, now)));
    owed_s_ -= board_.seconds() - began;
    LookAtPower();
    if (stop.reason == StopReason::kUnmodelled || stop.reason == StopReason::kRequested) {
      stop_ = stop;
      owed_s_ = 0;
      return;
    }
  }
}

// A debug port that has lost its power has forgotten everything.
void SerialWire::LookAtPower() {
  if (board_.power_cycles() == power_cycles_) return;
  power_cycles_ = board_.power_cycles();
  off_ = linked_ = after_reset_ = false;
  line_.PowerOn();
  port_.PowerOn();
}

}  // namespace sim
