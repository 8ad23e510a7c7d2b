// A transfer through DCRSR completes at once: S_REGRDY always reads 1 while halted.
#include "host/sim/core/debug_control.h"

#include <utility>

namespace sim {
namespace {

constexpr uint32_t kDhcsr = 0xE000EDF0;
constexpr uint32_t kDcrsr = 0xE000EDF4;
constexpr uint32_t kDcrdr = 0xE000EDF8;
constexpr uint32_t kDemcr = 0xE000EDFC;
constexpr uint32_t kDbgkey = 0xA05F;
constexpr uint32_t kHalt = 2;
constexpr uint32_t kDcrsrWrite = 1U << 16;
constexpr uint32_t kDemcrMask = 0x010F07F1;
constexpr uint32_t kMonEn = 1U << 16, kMonPend = 1U << 17;

}  // namespace

DebugControl::DebugControl(CoreWords& words, DebugEffects effects)
    : words_(words), effects_(std::move(effects)) {}

void DebugControl::Halt(unsigned dfsr_bit) {
  halted_ = true;
  dhcsr_ |= kHalt;
  words_.locked_up = false;  // entering Debug state ends it
  words_.dfsr |= 1U << dfsr_bit;
}

void DebugControl::OnReset() {
  reset_seen_ = true;
  halted_ = false;
  dhcsr_ &= 1;  // C_DEBUGEN alone survives
  if (catches_reset()) Halt(3);
}

void DebugControl::WriteDhcsr(uint32_t value) {
  if (value >> 16 != kDbgkey) return;
  dhcsr_ = value & 0xF;
  if (!halting_debug()) dhcsr_ = 0;
  if ((dhcsr_ & kHalt) == 0) {
    halted_ = false;
  } else if (!halted_) {
    Halt(0);
  }
}

void DebugControl::WriteDemcr(uint32_t value) {
  demcr_ = value & kDemcrMask;
  effects_.enable_monitor((demcr_ & kMonEn) != 0);
  if ((demcr_ & kMonEn) != 0) effects_.pend_monitor((demcr_ & kMonPend) != 0);
}

bool DebugControl::Read(uint32_t address, uint32_t& value) {
  switch (address) {
    case kDhcsr: {
      const bool sleeps = words_.sleeping && !halted_;
      const bool runs = !halted_ && !words_.sleeping && !words_.locked_up;
      value = dhcsr_ | 1U << 16 | uint32_t{halted_} << 17 | uint32_t{sleeps} << 18 |
              uint32_t{words_.locked_up} << 19 | 1U << 20 | uint32_t{runs} << 24 |
              uint32_t{reset_seen_} << 25;
      reset_seen_ = false;
      return true;
    }
    case kDcrsr:
      value = 0;
      return true;
    case kDcrdr:
      value = dcrdr_;
      return true;
    case kDemcr:
      value = demcr_;
      return true;
    default:
      return false;
  }
}

bool DebugControl::Write(uint32_t address, uint32_t value, bool debugger) {
  switch (address) {
    case kDhcsr:
      if (debugger) WriteDhcsr(value);
      return true;
    case kDcrsr:
      if (!debugger || !halted_) return true;
      if ((value & kDcrsrWrite) != 0) {
        effects_.write_register(value & 0x7F, dcrdr_);
      } else {
        dcrdr_ = effects_.read_register(value & 0x7F);
      }
      return true;
    case kDcrdr:
      dcrdr_ = value;
      return true;
    case kDemcr:
      WriteDemcr(value);
      return true;
    default:
      return false;
  }
}

}  // namespace sim
