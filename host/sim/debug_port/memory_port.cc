// Registers of Arm's MEM-AP (ADIv5.2, C2). Packed transfers are not there, as on many implementations.
#include "host/sim/debug_port/memory_port.h"

#include <cstring>

namespace sim {
namespace {

constexpr uint32_t kCsw = 0x00, kTar = 0x04, kDrw = 0x0C, kBd0 = 0x10, kBd3 = 0x1C;
constexpr uint32_t kBase = 0xF8, kIdr = 0xFC;
constexpr uint32_t kAhb5Ap = 0x14770015;
constexpr uint32_t kRomTable = 0xE00FF003;
constexpr uint32_t kSizeMask = 7, kWord = 2, kIncrementMask = 0x30, kIncrementSingle = 0x10;
constexpr uint32_t kDeviceEn = 1U << 6, kSpiden = 1U << 23;
constexpr uint32_t kCswKept = 0x7F000000;    // HNONSEC, HPROT
constexpr uint32_t kIncrementRange = 0x400;  // TAR wraps at this boundary

}  // namespace

void MemoryPort::Reset() {
  csw_ = kCswReset;
  tar_ = 0;
}

PortAnswer MemoryPort::Ready() const {
  if (board_.debug_locked()) return PortAnswer::kError;
  const bool starts = board_.starting();
  if (!starts) return PortAnswer::kDone;
  return board_.faults().se_start_faults ? PortAnswer::kError : PortAnswer::kBusy;
}

PortAnswer MemoryPort::Read(uint32_t offset, uint32_t& value) {
  value = 0;
  if (offset >= kBd0 && offset <= kBd3) return ReadBanked(offset, value);
  switch (offset) {
    case kCsw:
      value = csw_ | (board_.debug_locked() ? 0 : kDeviceEn | kSpiden);
      return PortAnswer::kDone;
    case kTar:
      value = tar_;
      return PortAnswer::kDone;
    case kDrw:
      return ReadData(value);
    case kBase:
      value = kRomTable;
      return PortAnswer::kDone;
    case kIdr:
      value = kAhb5Ap;
      return PortAnswer::kDone;
    default:
      return PortAnswer::kDone;
  }
}

PortAnswer MemoryPort::Write(uint32_t offset, uint32_t value) {
  if (offset >= kBd0 && offset <= kBd3) return WriteBanked(offset, value);
  if (offset == kCsw) {
    const uint32_t size = (value & kSizeMask) > kWord ? kWord : value & kSizeMask;
    const uint32_t increment = (value & kIncrementMask) == kIncrementSingle ? kIncrementSingle : 0;
    csw_ = (value & kCswKept) | increment | size;
  } else if (offset == kTar) {
    tar_ = value;
  } else if (offset == kDrw) {
    return WriteData(value);
  }
  return PortAnswer::kDone;
}

// Data of 8 and 16 bits sit on the byte lanes of their address.
PortAnswer MemoryPort::ReadData(uint32_t& value) {
  const PortAnswer ready = Ready();
  if (ready != PortAnswer::kDone) return ready;
  uint8_t data[4] = {};
  if (tar_ % bytes() != 0 || !board_.ReadMemory(tar_, data, bytes())) return PortAnswer::kError;
  uint8_t lanes[4] = {};
  std::memcpy(lanes + tar_ % 4, data, bytes());
  std::memcpy(&value, lanes, sizeof value);
  Advance();
  return PortAnswer::kDone;
}

PortAnswer MemoryPort::WriteData(uint32_t value) {
  const PortAnswer ready = Ready();
  if (ready != PortAnswer::kDone) return ready;
  uint8_t lanes[4];
  std::memcpy(lanes, &value, sizeof value);
  if (tar_ % bytes() != 0 || !board_.WriteMemory(tar_, lanes + tar_ % 4, bytes())) return PortAnswer::kError;
  Advance();
  return PortAnswer::kDone;
}

void MemoryPort::Advance() {
  if ((csw_ & kIncrementMask) == 0) return;
  const uint32_t within = (tar_ + bytes()) % kIncrementRange;
  tar_ = tar_ / kIncrementRange * kIncrementRange + within;
}

PortAnswer MemoryPort::ReadBanked(uint32_t offset, uint32_t& value) {
  const PortAnswer ready = Ready();
  if (ready != PortAnswer::kDone) return ready;
  uint8_t data[4] = {};
  if (!board_.ReadMemory((tar_ & ~0xFU) + (offset - kBd0), data, 4)) return PortAnswer::kError;
  std::memcpy(&value, data, sizeof value);
  return PortAnswer::kDone;
}

PortAnswer MemoryPort::WriteBanked(uint32_t offset, uint32_t value) {
  const PortAnswer ready = Ready();
  if (ready != PortAnswer::kDone) return ready;
  uint8_t data[4];
  std::memcpy(data, &value, sizeof value);
  const bool done = board_.WriteMemory((tar_ & ~0xFU) + (offset - kBd0), data, 4);
  return done ? PortAnswer::kDone : PortAnswer::kError;
}

}  // namespace sim
