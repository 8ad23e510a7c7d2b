// DWT registers of the Armv8-M manual; the profiling counters read 0 and DWT_CTRL says that they are missing.
#include "host/sim/core/dwt.h"

#include <utility>

namespace sim {
namespace {

constexpr uint32_t kCtrl = 0xE0001000;
constexpr uint32_t kCyccnt = 0xE0001004;
constexpr uint32_t kLastCounter = 0xE0001018;  // CPICNT, EXCCNT, SLEEPCNT, LSUCNT, FOLDCNT
constexpr uint32_t kPcsr = 0xE000101C;
constexpr uint32_t kComp0 = 0xE0001020;
constexpr uint32_t kStride = 0x10;
constexpr uint32_t kDevarch = 0xE0001FBC;
constexpr uint32_t kCyccntena = 1;
constexpr uint32_t kCyccdiss = 1U << 23;  // no counting in Secure state: never counts here
constexpr uint32_t kCtrlKept = kCyccntena | kCyccdiss | 0x1FFE;
constexpr uint32_t kNoTraceNoProfile = 1U << 27 | 1U << 26 | 1U << 24;  // NOTRCPKT, NOEXTTRIG, NOPRFCNT
constexpr uint32_t kFunctionKept = 0x00000C3F;
constexpr uint32_t kMatched = 1U << 24;
constexpr uint32_t kCapabilities = 0x0BU << 27;  // instruction and data addresses

}  // namespace

Dwt::Dwt(std::function<Cycle()> counted) : counted_(std::move(counted)) {}

void Dwt::Reset() {
  ctrl_ = 0;
  held_ = 0;
  base_ = 0;
  comp_ = {};
  function_ = {};
}

uint32_t Dwt::Count() const {
  const bool counts = (ctrl_ & (kCyccntena | kCyccdiss)) == kCyccntena;
  return counts ? static_cast<uint32_t>(counted_() - base_) : held_;
}

bool Dwt::Read(uint32_t address, uint32_t& value) {
  value = 0;
  if (address == kCtrl) {
    value = ctrl_ | kNoTraceNoProfile | kComparators << 28;
  } else if (address == kCyccnt) {
    value = Count();
  } else if (address > kCyccnt && address <= kPcsr) {
    value = address == kPcsr ? 0xFFFFFFFF : 0;
  } else if (address == kDevarch) {
    value = 0x47701A02;
  } else if (address >= kComp0 && address < kComp0 + kComparators * kStride) {
    const uint32_t n = (address - kComp0) / kStride;
    if (address % kStride == 0) value = comp_[n];
    if (address % kStride == 8) {
      value = function_[n] | kCapabilities;
      function_[n] &= ~kMatched;
    }
  } else {
    return false;
  }
  return true;
}

bool Dwt::Write(uint32_t address, uint32_t value) {
  if (address == kCtrl) {
    held_ = Count();
    ctrl_ = value & kCtrlKept;
    base_ = counted_() - held_;
  } else if (address == kCyccnt) {
    held_ = value;
    base_ = counted_() - value;
  } else if (address > kCyccnt && address <= kLastCounter) {
    return true;
  } else if (address >= kComp0 && address < kComp0 + kComparators * kStride) {
    const uint32_t n = (address - kComp0) / kStride;
    if (address % kStride == 0) comp_[n] = value;
    if (address % kStride == 8) function_[n] = value & kFunctionKept;
  } else {
    return false;
  }
  return true;
}

std::vector<uint32_t> Dwt::CodeAddresses() const {
  std::vector<uint32_t> addresses;
  for (unsigned n = 0; n < kComparators; ++n) {
    if ((function_[n] & 0x3F) == 0x12) addresses.push_back(comp_[n] & ~1U);
  }
  return addresses;
}

std::vector<DataWatch> Dwt::DataWatches() const {
  std::vector<DataWatch> watches;
  for (unsigned n = 0; n < kComparators; ++n) {
    const uint32_t match = function_[n] & 0xF;
    if ((function_[n] >> 4 & 3) != 1 || match < 4 || match > 6) continue;
    watches.push_back({comp_[n], 1U << (function_[n] >> 10 & 3), match != 5, match != 6});
  }
  return watches;
}

void Dwt::SetMatched(uint32_t address) {
  for (unsigned n = 0; n < kComparators; ++n) {
    const uint32_t bytes = (function_[n] & 0xF) == 2 ? 2 : 1U << (function_[n] >> 10 & 3);
    if (address - comp_[n] < bytes) function_[n] |= kMatched;
  }
}

}  // namespace sim
