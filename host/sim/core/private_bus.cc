// Addresses to units.
#include "host/sim/core/private_bus.h"

#include "host/sim/core/coresight_ids.h"

namespace sim {
namespace {

constexpr uint32_t kItm = 0xE0000000, kDwt = 0xE0001000, kFpb = 0xE0002000, kScs = 0xE000E000;
constexpr uint32_t kScsNonSecure = 0xE002E000;
constexpr uint32_t kUnitBytes = 0x1000;
constexpr uint32_t kSystickFirst = 0xE000E010, kSystickLast = 0xE000E01C;
constexpr uint32_t kDebugFirst = 0xE000EDF0, kDebugLast = 0xE000EDFC;
constexpr uint32_t kCfsr = 0xE000ED28;
constexpr uint32_t kDscsr = 0xE000EE08, kDscsrSecure = 1U << 16;
constexpr uint32_t kStir = 0xE000EF00;

// Registers of which a byte can be written and the others stay: NVIC_IPR and SHPR.
bool HoldsBytes(uint32_t address) {
  return (address >= 0xE000E400 && address < 0xE000E5F0) || (address >= 0xE000ED18 && address < 0xE000ED24);
}

}  // namespace

bool PrivateBus::ReadWord(uint32_t address, uint32_t& value, bool debugger) {
  value = 0;
  if (ReadCoresightId(address, value)) return true;
  switch (address / kUnitBytes * kUnitBytes) {
    case kItm:
      return true;  // trace output goes nowhere; its stimulus ports are never ready
    case kDwt:
      return dwt_.Read(address, value);
    case kFpb:
      return fpb_.Read(address, value);
    case kScs:
      break;
    case kScsNonSecure:  // there is no Non-secure state to look at
      return true;
    default:
      return false;
  }
  if (address >= kSystickFirst && address <= kSystickLast) return systick_.Read(address, value, debugger);
  if (address >= kDebugFirst && address <= kDebugLast) return debug_.Read(address, value);
  if (address == kDscsr) {
    value = kDscsrSecure;
    return true;
  }
  return nvic_.Read(address, value) || control_.Read(address, value);
}

bool PrivateBus::WriteWord(uint32_t address, uint32_t value, bool debugger) {
  switch (address / kUnitBytes * kUnitBytes) {
    case kItm:
    case kScsNonSecure:
      return true;
    case kDwt:
      return dwt_.Write(address, value);
    case kFpb:
      return fpb_.Write(address, value);
    case kScs:
      break;
    default:
      return false;
  }
  if (address >= kSystickFirst && address <= kSystickLast) return systick_.Write(address, value);
  if (address >= kDebugFirst && address <= kDebugLast) return debug_.Write(address, value, debugger);
  if (address == kStir) {
    nvic_.Trigger(value);
    return true;
  }
  return nvic_.Write(address, value) || control_.Write(address, value);
}

bool PrivateBus::Read(uint32_t address, unsigned size, uint32_t& value, bool debugger) {
  const uint32_t word = address & ~3U;
  if (!ReadWord(word, value, debugger)) return false;
  value >>= 8 * (address - word);
  if (size < 4) value &= (1U << (8 * size)) - 1;
  return true;
}

bool PrivateBus::Write(uint32_t address, unsigned size, uint32_t value, bool debugger) {
  const uint32_t word = address & ~3U;
  if (size == 4) return WriteWord(word, value, debugger);
  const unsigned shift = 8 * (address - word);
  const uint32_t mask = ((1U << (8 * size)) - 1) << shift;
  uint32_t old = 0;
  if (HoldsBytes(word)) {
    if (!ReadWord(word, old, debugger)) return false;
  } else if (word != kCfsr) {
    return WriteWord(word, value << shift & mask, debugger);
  }
  return WriteWord(word, (old & ~mask) | (value << shift & mask), debugger);
}

}  // namespace sim
