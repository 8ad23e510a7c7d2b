// The SW-DP of the chip (ADIv5.2, version 2) with its access ports: what one transfer does and how it is
// answered. Knows nothing of time and of the wire.
#pragma once

#include <cstdint>

#include "host/sim/debug_port/access_ports.h"

namespace sim {

// The acknowledge bits, and two that a probe adds.
enum class Ack : uint8_t { kOk = 1, kWait = 2, kFault = 4, kNone = 7, kParity = 8 };

// The request byte as on the wire without start, parity, stop and park.
struct SwdRequest {
  bool ap = false;       // APnDP
  bool read = false;     // RnW
  uint32_t address = 0;  // A[3:2] as 0, 4, 8 or 12
};

class DebugPort {
 public:
  explicit DebugPort(Board& board) : ports_(board) {}

  // A read's `data` is that of an earlier AP read where `request` is an AP read (posted).
  Ack Transfer(const SwdRequest& request, uint32_t& data);
  // Answers with `ack` in place of doing it; FAULT and WAIT leave the flags that they would.
  void Refuse(Ack ack);
  // The data of a write arrived broken: nothing is written, the next transfer faults.
  void BreakWrite() { ctrl_stat_ |= kWdataerr; }
  // A line reset: bank 0 of the DP is selected.
  void LineReset() { select_ &= ~0xFU; }
  void PowerOn();

  bool overrun_detection() const { return (ctrl_stat_ & kOrundetect) != 0; }
  // Whether an error that nobody has cleared yet answers this request.
  bool Refuses(const SwdRequest& request) const { return Stuck() && MayBeRefused(request); }
  // Whether a request may be answered WAIT or FAULT at all.
  static bool MayBeRefused(const SwdRequest& request);

 private:
  static constexpr uint32_t kOrundetect = 1, kStickyorun = 1 << 1, kStickycmp = 1 << 4, kStickyerr = 1 << 5;
  static constexpr uint32_t kReadok = 1 << 6, kWdataerr = 1 << 7;

  bool Stuck() const { return (ctrl_stat_ & (kStickyorun | kStickycmp | kStickyerr | kWdataerr)) != 0; }
  bool Powered() const { return (ctrl_stat_ >> 28 & 1) != 0; }
  Ack Access(const SwdRequest& request, uint32_t& data);
  uint32_t ReadRegister(uint32_t address);
  uint32_t ReadBanked() const;
  void WriteRegister(uint32_t address, uint32_t value);
  void Abort(uint32_t value);

  AccessPorts ports_;
  uint32_t ctrl_stat_ = 0;
  uint32_t select_ = 0;
  uint32_t dlcr_ = 0;
  uint32_t result_ = 0;  // of the last AP read
  uint32_t resend_ = 0;  // what the last AP read or read of RDBUFF returned
};

}  // namespace sim
