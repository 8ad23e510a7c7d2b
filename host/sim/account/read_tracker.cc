// Register values that a block's own code determines, and the addresses that follow from them.
#include "host/sim/account/read_tracker.h"

#include <algorithm>
#include <cstring>

namespace sim {

ReadTracker::ReadTracker(Memories& memories, TimedBlock& block) : memories_(memories), block_(block) {
  for (uint8_t i = 0; i < kPc; ++i) registers_[i] = {Knowledge::kEntry, i, 0};
}

void ReadTracker::Follow(const Instruction& one, bool predicated) {
  const bool stores = one.kind == InstructionKind::kStore || one.kind == InstructionKind::kStoreMultiple ||
                      one.kind == InstructionKind::kFloatStore ||
                      one.kind == InstructionKind::kFloatStoreMultiple;
  if (one.base != kNoRegister && !stores && one.transfers != 0) Load(one);
  if (one.alignment > 1) Align(one);
  const Value result = Result(one);
  Value moved_base;
  if (one.writes_base) {
    moved_base = registers_[one.base];
    moved_base.amount += static_cast<uint32_t>(one.base_change);
  }
  for (unsigned i = 0; i < 16; ++i) {
    if ((one.writes >> i & 1) != 0) registers_[i] = {};
  }
  if (predicated) return;
  if (one.writes_base) registers_[one.base] = moved_base;
  if (one.target < kPc) registers_[one.target] = result;
}

ReadTracker::Value ReadTracker::Result(const Instruction& one) const {
  Value result;
  switch (one.effect) {
    case ValueEffect::kConstant:
      return {Knowledge::kConstant, 0, one.value};
    case ValueEffect::kUpperHalf:
      result = registers_[one.source];
      if (result.knowledge != Knowledge::kConstant) return {};
      result.amount = (result.amount & 0xFFFF) | one.value << 16;
      return result;
    case ValueEffect::kSum:
      if (one.source > kPc) return {};
      result = registers_[one.source];
      result.amount += one.value;
      return result;
    case ValueEffect::kLiteral:
      if (const uint8_t* bytes = memories_.Find(one.value, 4)) {
        result.knowledge = Knowledge::kConstant;
        std::memcpy(&result.amount, bytes, 4);
      }
      return result;
    case ValueEffect::kOther:
      break;
  }
  return {};
}

void ReadTracker::Load(const Instruction& one) {
  Value base = registers_[one.base];
  base.amount += static_cast<uint32_t>(one.offset);
  if (one.base == kPc) base = {Knowledge::kConstant, 0, one.literal};
  Value index;
  if (one.index != kNoRegister) index = registers_[one.index];
  if (index.knowledge == Knowledge::kConstant) base.amount += index.amount << one.shift;
  if (base.knowledge == Knowledge::kUnknown && one.shift == 0)
    std::swap(base, index);  // the pointer may be either
  if (base.knowledge == Knowledge::kUnknown) return;
  if (base.knowledge == Knowledge::kConstant && index.knowledge != Knowledge::kEntry) {
    if (InFlash(base.amount)) flash_reads_ += one.transfers;
    return;
  }
  if (base.knowledge == Knowledge::kConstant) {
    // A table at a known place, or an array of a caller at a small constant offset.
    if (InFlash(base.amount)) {
      flash_reads_ += one.transfers;
    } else if (one.shift == 0) {
      List({index.entry, EntryRead::kNone, 0, one.transfers,
            static_cast<int32_t>(base.amount + index.amount)});
    }
    return;
  }
  if (base.entry == kSp) return;  // the stack lies in RAM
  EntryRead read{base.entry, EntryRead::kNone, 0, one.transfers, static_cast<int32_t>(base.amount)};
  if (index.knowledge == Knowledge::kEntry && one.index != kNoRegister) {
    read.index = index.entry;
    read.shift = one.shift;
    read.offset = static_cast<int32_t>(base.amount + (index.amount << one.shift));
  }
  List(read);
}

void ReadTracker::Align(const Instruction& one) {
  if (one.base >= kPc || one.base == kSp) return;  // these are aligned always
  const Value base = registers_[one.base];
  if (base.knowledge == Knowledge::kUnknown || (base.knowledge == Knowledge::kEntry && base.entry == kSp))
    return;
  const bool off = (base.amount + static_cast<uint32_t>(one.offset)) % one.alignment != 0;
  if (base.knowledge == Knowledge::kConstant) {
    block_.inspect |= off;
  } else if (off || one.alignment != 4) {
    block_.inspect = true;
  } else {
    block_.word_bases |= static_cast<uint16_t>(1U << base.entry);
  }
}

void ReadTracker::List(const EntryRead& read) {
  const auto end = block_.reads.begin() + block_.read_count;
  const auto same = std::find_if(block_.reads.begin(), end, [&read](const EntryRead& other) {
    return other.base == read.base && other.index == read.index && other.shift == read.shift;
  });
  if (same != end) {
    same->count = static_cast<uint8_t>(std::min(255, same->count + read.count));
  } else if (block_.read_count < TimedBlock::kMostReads) {
    block_.reads[block_.read_count++] = read;
  }
}

}  // namespace sim
