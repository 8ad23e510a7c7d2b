// Registers and sticky flags of ADIv5.2, B2. Pushed operations (TRNMODE) and the reset request of CTRL/STAT
// are left out: their bits read 0.
#include "host/sim/debug_port/debug_port.h"

namespace sim {
namespace {

constexpr uint32_t kDpidr = 0x6BA02477;
constexpr uint32_t kTargetid = 0x00000001;      // bit 0 is always 1; the part's own is not documented
constexpr uint32_t kDlpidr = 0x00000001;        // SWD protocol version 2
constexpr uint32_t kCtrlStatKept = 0x50000F01;  // power-up requests, MASKLANE, ORUNDETECT
constexpr uint32_t kDlcrKept = 0x00000300, kDlcrFixed = 0x00000040;
constexpr uint32_t kSelectKept = 0xFF0000FF;

}  // namespace

void DebugPort::PowerOn() {
  ports_.Reset();
  ctrl_stat_ = select_ = dlcr_ = result_ = resend_ = 0;
}

bool DebugPort::MayBeRefused(const SwdRequest& request) {
  if (request.ap) return true;
  return request.read ? request.address >= 8 : request.address != 0;
}

Ack DebugPort::Transfer(const SwdRequest& request, uint32_t& data) {
  if (Refuses(request)) {
    Refuse(Ack::kFault);
    return Ack::kFault;
  }
  if (request.ap) return Access(request, data);
  if (request.read) {
    data = ReadRegister(request.address);
  } else {
    WriteRegister(request.address, data);
  }
  return Ack::kOk;
}

void DebugPort::Refuse(Ack ack) {
  if (overrun_detection()) ctrl_stat_ |= kStickyorun;
  if (ack == Ack::kFault && !Stuck()) ctrl_stat_ |= kStickyerr;
}

Ack DebugPort::Access(const SwdRequest& request, uint32_t& data) {
  if (!Powered()) {
    ctrl_stat_ |= kStickyerr;
    return Ack::kFault;
  }
  const uint32_t number = select_ >> 24, offset = (select_ & 0xF0) | request.address;
  uint32_t value = data;
  const PortAnswer answer =
      request.read ? ports_.Read(number, offset, value) : ports_.Write(number, offset, value);
  if (answer == PortAnswer::kBusy) {
    Refuse(Ack::kWait);
    return Ack::kWait;
  }
  if (request.read) {
    data = resend_ = result_;
    result_ = value;
    ctrl_stat_ = answer == PortAnswer::kDone ? ctrl_stat_ | kReadok : ctrl_stat_ & ~kReadok;
  }
  if (answer == PortAnswer::kError) ctrl_stat_ |= kStickyerr;
  return Ack::kOk;
}

uint32_t DebugPort::ReadRegister(uint32_t address) {
  switch (address) {
    case 0:
      return kDpidr;
    case 4:
      return ReadBanked();
    case 8:
      return resend_;
    default:
      resend_ = result_;
      return result_;
  }
}

uint32_t DebugPort::ReadBanked() const {
  switch (select_ & 0xF) {
    case 0:  // the acknowledges follow their requests at once
      return ctrl_stat_ | (ctrl_stat_ & 0x50000000) << 1;
    case 1:
      return dlcr_ | kDlcrFixed;
    case 2:
      return kTargetid;
    case 3:
      return kDlpidr;
    default:
      return 0;
  }
}

void DebugPort::WriteRegister(uint32_t address, uint32_t value) {
  if (address == 0) Abort(value);
  if (address == 8) select_ = value & kSelectKept;
  if (address != 4) return;
  if ((select_ & 0xF) == 0) ctrl_stat_ = (ctrl_stat_ & ~kCtrlStatKept) | (value & kCtrlStatKept);
  if ((select_ & 0xF) == 1) dlcr_ = value & kDlcrKept;
}

void DebugPort::Abort(uint32_t value) {
  if ((value & 2) != 0) ctrl_stat_ &= ~kStickycmp;
  if ((value & 4) != 0) ctrl_stat_ &= ~kStickyerr;
  if ((value & 8) != 0) ctrl_stat_ &= ~kWdataerr;
  if ((value & 16) != 0) ctrl_stat_ &= ~kStickyorun;
}

}  // namespace sim
