// Loads and stores of the core outside of its memories: the private bus, the peripherals, and what is
// refused.
#include <cstdio>

#include "host/sim/core/board_impl.h"

namespace sim {
namespace {

constexpr uint32_t kDwtAndFpb = 0xE0001000, kDwtAndFpbBytes = 0x2000;

}  // namespace

uint8_t* Board::Impl::FindMemory(uint32_t address, uint32_t size) { return memories.Find(address, size); }

bool Board::Impl::LoadWord(uint32_t address, uint32_t& value) {
  if (const uint8_t* bytes = FindMemory(address, 4)) {
    value =
        uint32_t{bytes[0]} | uint32_t{bytes[1]} << 8 | uint32_t{bytes[2]} << 16 | uint32_t{bytes[3]} << 24;
    return true;
  }
  return false;
}

bool Board::Impl::StoreWord(uint32_t address, uint32_t value) {
  uint8_t* bytes = FindMemory(address, 4);
  const bool read_only = address - kFlashBase < memories.flash.size() || address - kUserDataBase < 0x10000;
  if (bytes == nullptr || read_only) return false;
  for (unsigned i = 0; i < 4; ++i) bytes[i] = static_cast<uint8_t>(value >> (8 * i));
  return true;
}

uint32_t Board::Impl::OnRead(uint32_t address, unsigned size) {
  if (address >= kPrivateBase) {
    uint32_t value = 0;
    if (!private_bus.Read(address, size, value, false)) NoteUnmodelled(address, false, 0);
    AfterAccess();
    return value;
  }
  const BusResult result = bus.Read(address, size);
  if (result.answer >= BusAnswer::kNotedFault) NoteUnmodelled(address, false, 0);
  if (result.answer == BusAnswer::kFault || result.answer == BusAnswer::kNotedFault) {
    FaultAccess(address);
    return 0;
  }
  AfterAccess();
  return result.value;
}

void Board::Impl::OnWrite(uint32_t address, unsigned size, uint32_t value) {
  if (address >= kPrivateBase) {
    if (!private_bus.Write(address, size, value, false)) NoteUnmodelled(address, true, value);
    if (address - kDwtAndFpb < kDwtAndFpbBytes) watches_changed_ = true;
    AfterAccess();
    return;
  }
  const BusResult result = bus.Write(address, size, value);
  if (result.answer >= BusAnswer::kNotedFault) NoteUnmodelled(address, true, value);
  if (result.answer == BusAnswer::kFault || result.answer == BusAnswer::kNotedFault) {
    FaultAccess(address);
    return;
  }
  AfterAccess();
}

// The access may have brought an event nearer or an interrupt up.
void Board::Impl::AfterAccess() {
  if (scheduler.next() < real_limit_ || peripherals.mvp.busy() || AttentionNeeded() || InspectsCode())
    UpdateLimit();
}

void Board::Impl::FaultAccess(uint32_t address) {
  access_fault_ = true;
  fault_address_ = address;
  engine.StopAtAccess();
}

void Board::Impl::NoteUnmodelled(uint32_t address, bool write, uint32_t value) {
  UnmodelledAccess& access = unmodelled[std::make_pair(address, write)];
  if (access.count++ == 0) access.pc = engine.Register(15);
  access.address = address;
  access.write = write;
  access.value = value;
  if (!settings.strict) return;
  const char* block = bus.BlockName(address);
  char text[160];
  std::snprintf(text, sizeof text, "%s of 0x%08x%s%s, which is not modelled, at PC 0x%08x",
                write ? "write" : "read", address, block[0] == 0 ? "" : " in ", block, engine.Register(15));
  Refuse(text);
}

void Board::Impl::Refuse(std::string why) {
  if (refusal_.empty()) refusal_ = std::move(why);
  engine.set_limit(0);
}

// The engine stops after a store that is only watched: what it overwrites is kept, to be put back.
void Board::Impl::StopAtWatched(uint32_t address, unsigned size, bool write) {
  overwritten_.clear();
  const uint8_t* bytes = FindMemory(address, size);
  if (write && bytes != nullptr) overwritten_.assign(bytes, bytes + size);
  fault_address_ = address;
  engine.StopAtAccess();
}

void Board::Impl::OnWatchedData(uint32_t address, unsigned size, bool write) {
  if ((words.ccr & kCcrUnalignTrp) != 0 && address % size != 0 && !alignment_fault_) {
    alignment_fault_ = true;
    StopAtWatched(address, size, write);
    return;
  }
  if (!debug.halting_debug() || !debug.trace_enabled() || data_watch_hit_ || data_watch_passes_) return;
  for (const DataWatch& watch : dwt.DataWatches()) {
    const bool hit = address < watch.address + watch.bytes && watch.address < address + size;
    if (!hit || !(write ? watch.writes : watch.reads)) continue;
    dwt.SetMatched(watch.address);
    // The instruction runs again by itself, so that the core halts right after the access.
    data_watch_hit_ = true;
    StopAtWatched(address, size, write);
    return;
  }
}

}  // namespace sim
