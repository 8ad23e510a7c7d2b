// Memory and registers as a debugger sees them, and images as they are loaded.
#include <algorithm>
#include <cstring>

#include "host/sim/core/board_impl.h"

namespace sim {
namespace {

constexpr unsigned kPacked = 20, kMspS = 26, kPspS = 27, kMsplimS = 28, kPsplimS = 29, kFpscr = 33;
constexpr unsigned kPackedS = 34, kS0 = 64, kS31 = 95;
constexpr uint32_t kThumb = 1U << 24;

bool Refuses(BusAnswer answer) { return answer == BusAnswer::kFault || answer == BusAnswer::kNotedFault; }

}  // namespace

bool Board::Impl::ReadMemory(uint32_t address, uint8_t* bytes, uint32_t size) {
  if (size == 0) return true;
  if (const uint8_t* memory = FindMemory(address, size)) {
    std::memcpy(bytes, memory, size);
    return true;
  }
  const unsigned width = address % 4 == 0 && size % 4 == 0 ? 4 : (size == 2 && address % 2 == 0 ? 2 : 1);
  if (width == 1 && size != 1) return false;
  for (uint32_t i = 0; i < size; i += width) {
    uint32_t value = 0;
    const uint32_t at = address + i;
    if (at - kPrivateBase < kPrivateBytes) {
      if (!private_bus.Read(at, width, value, true)) value = 0;
    } else if (at - kPeripheralBase < kPeripheralBytes) {
      const BusResult result = bus.Read(at, width);
      if (Refuses(result.answer)) return false;
      value = result.value;
    } else {
      return false;
    }
    for (unsigned b = 0; b < width; ++b) bytes[i + b] = static_cast<uint8_t>(value >> (8 * b));
  }
  return true;
}

bool Board::Impl::WriteMemory(uint32_t address, const uint8_t* bytes, uint32_t size) {
  if (size == 0) return true;
  if (uint8_t* memory = FindMemory(address, size)) {
    const bool read_only = address - kFlashBase < memories.flash.size() || address - kUserDataBase < 0x10000;
    if (read_only) return false;
    std::memcpy(memory, bytes, size);
    MemoryChanged(address, size);
    return true;
  }
  const unsigned width = address % 4 == 0 && size % 4 == 0 ? 4 : (size == 2 && address % 2 == 0 ? 2 : 1);
  if (width == 1 && size != 1) return false;
  for (uint32_t i = 0; i < size; i += width) {
    uint32_t value = 0;
    for (unsigned b = 0; b < width; ++b) value |= uint32_t{bytes[i + b]} << (8 * b);
    const uint32_t at = address + i;
    if (at - kPrivateBase < kPrivateBytes) {
      private_bus.Write(at, width, value, true);
    } else if (at - kPeripheralBase >= kPeripheralBytes || Refuses(bus.Write(at, width, value).answer)) {
      return false;
    }
  }
  RefreshDebugWatches();
  return true;
}

bool Board::Impl::Load(uint32_t address, const uint8_t* bytes, uint32_t size) {
  if (size == 0) return true;
  uint8_t* memory = FindMemory(address, size);
  if (memory == nullptr) return false;
  std::memcpy(memory, bytes, size);
  MemoryChanged(address, size);
  FindSendEvents(address, size);
  return true;
}

void Board::Impl::MemoryChanged(uint32_t address, uint32_t size) {
  engine.ForgetCode(address, address + size);
  account.Invalidate(address, address + size);
  if (address - kFlashBase < memories.flash.size()) FindSendEvents(address, size);
}

uint32_t Board::Impl::ReadRegister(unsigned dcrsr) {
  if (dcrsr < 16) return engine.Register(dcrsr);
  if (dcrsr >= kS0 && dcrsr <= kS31) return engine.s(dcrsr - kS0);
  switch (dcrsr) {
    case kXpsr:
      return engine.xpsr();
    case kMsp:
    case kMspS:
      return engine.special(Engine::Special::kMsp);
    case kPsp:
    case kPspS:
      return engine.special(Engine::Special::kPsp);
    case kPacked:
    case kPackedS:
      return engine.control() << 24 | (engine.special(Engine::Special::kFaultmask) & 1) << 16 |
             (engine.special(Engine::Special::kBasepri) & kPriorityMask) << 8 |
             (engine.special(Engine::Special::kPrimask) & 1);
    case kMsplimS:
      return engine.hidden().msplim;
    case kPsplimS:
      return engine.hidden().psplim;
    case kFpscr:
      return engine.fpscr();
    default:
      return 0;
  }
}

bool Board::Impl::WriteRegister(unsigned dcrsr, uint32_t value) {
  if (dcrsr == 15) {
    account.Redirect();
    resumes_ = false;
    resumes_from_ = care_passed_ = kNowhere;
    engine.SetRegister(15, value & ~1U);
    return true;
  }
  if (dcrsr < 15) {
    engine.SetRegister(dcrsr, dcrsr == 13 ? value & ~3U : value);
    return true;
  }
  if (dcrsr >= kS0 && dcrsr <= kS31) {
    engine.set_s(dcrsr - kS0, value);
    return true;
  }
  switch (dcrsr) {
    case kXpsr:
      engine.set_xpsr(value);
      if ((value & kThumb) == 0) engine.set_xpsr(value & ~kThumb);
      engine.set_ipsr(value);
      return true;
    case kMsp:
    case kMspS:
      engine.set_special(Engine::Special::kMsp, value & ~3U);
      return true;
    case kPsp:
    case kPspS:
      engine.set_special(Engine::Special::kPsp, value & ~3U);
      return true;
    case kPacked:
    case kPackedS:
      engine.set_control(value >> 24 & 0xF);
      engine.set_special(Engine::Special::kFaultmask, value >> 16 & 1);
      engine.set_special(Engine::Special::kBasepri, value >> 8 & kPriorityMask);
      engine.set_special(Engine::Special::kPrimask, value & 1);
      return true;
    case kMsplimS:
      engine.set_stack_limits(value & ~7U, engine.hidden().psplim);
      return true;
    case kPsplimS:
      engine.set_stack_limits(engine.hidden().msplim, value & ~7U);
      return true;
    case kFpscr:
      engine.set_fpscr(value);
      return true;
    default:
      return false;
  }
}

}  // namespace sim
