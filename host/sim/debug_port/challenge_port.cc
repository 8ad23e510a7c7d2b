// Registers, commands and status bits as hardware description 9 has them. What no document states: the first
// word of a reply is taken to be a result code in bits 31:16 (0 is success) and the bytes of the reply, this
// word included, in bits 15:0; the erase is taken to last as long as one by the flash controller.
#include "host/sim/debug_port/challenge_port.h"

namespace sim {
namespace {

constexpr uint32_t kCsw = 0x00, kTar = 0x04, kDrw = 0x0C, kBase = 0xF8, kIdr = 0xFC;
constexpr uint32_t kNoRomTable = 0xFFFFFFFF;
constexpr uint32_t kApIdr = 0x54770002;  // APB-AP; the part's own is not documented
constexpr uint32_t kCswEnabled = 1U << 6;

constexpr uint32_t kWdata = 0x1000, kRdata = 0x1004, kStatus = 0x1008, kId = 0x10FC;
constexpr uint32_t kIdValue = 0x000DC11D;
constexpr uint32_t kWritePending = 1U << 0, kReadValid = 1U << 8;

constexpr uint32_t kCommandBytes = 8;  // the length word and the command
constexpr uint32_t kReadStatus = 0xFE010000, kApplyLock = 0x430C0000, kEraseDevice = 0x430F0000;
constexpr uint32_t kOk = 0, kRefused = 1;
constexpr double kEraseS = 0.1;

}  // namespace

void ChallengePort::Reset() {
  csw_ = 2;
  tar_ = 0;
  words_expected_ = 0;
  reply_.clear();
  ready_at_s_ = 0;
}

PortAnswer ChallengePort::Read(uint32_t offset, uint32_t& value) {
  value = 0;
  if (offset == kCsw) value = csw_ | kCswEnabled;
  if (offset == kTar) value = tar_;
  if (offset == kDrw) value = ReadWindow();
  if (offset == kBase) value = kNoRomTable;
  if (offset == kIdr) value = kApIdr;
  return PortAnswer::kDone;
}

PortAnswer ChallengePort::Write(uint32_t offset, uint32_t value) {
  if (offset == kCsw) csw_ = value & 0x7F000037;
  if (offset == kTar) tar_ = value;
  if (offset == kDrw) WriteWindow(value);
  return PortAnswer::kDone;
}

uint32_t ChallengePort::ReadWindow() {
  if (tar_ == kId) return kIdValue;
  if (tar_ == kStatus) {
    if (Busy()) return kWritePending;
    return reply_.empty() ? 0 : kReadValid;
  }
  if (tar_ != kRdata || Busy() || reply_.empty()) return 0;
  const uint32_t word = reply_.front();
  reply_.pop_front();
  return word;
}

void ChallengePort::WriteWindow(uint32_t value) {
  if (tar_ != kWdata || Busy()) return;
  if (words_expected_ == 0) {
    reply_.clear();
    if (value == kCommandBytes) {
      words_expected_ = value / 4 - 1;
    } else {
      Answer(kRefused);
    }
    return;
  }
  words_expected_ = 0;
  Execute(value);
}

void ChallengePort::Execute(uint32_t command) {
  InjectedFaults& faults = board_.faults();
  switch (command) {
    case kReadStatus:
      reply_ = {kOk << 16 | 8, Status()};
      break;
    case kApplyLock:
      if (faults.debug_lock == 0) faults.debug_lock = 1;
      Answer(kOk);
      break;
    case kEraseDevice:
      if (board_.EraseDevice()) {
        ready_at_s_ = board_.seconds() + kEraseS;
        Answer(kOk);
      } else {
        Answer(kRefused);
      }
      break;
    default:
      Answer(kRefused);
      break;
  }
}

void ChallengePort::Answer(uint32_t code) { reply_ = {code << 16 | 4}; }

// Bits: 0 lock configured, 1 device erase enabled, 2 secure debug enabled, 5 locked now.
uint32_t ChallengePort::Status() const {
  const uint32_t lock = board_.faults().debug_lock;
  return uint32_t{lock != 0} | uint32_t{lock != 2} << 1 | uint32_t{board_.debug_locked()} << 5;
}

}  // namespace sim
