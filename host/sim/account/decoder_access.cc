// The 32-bit loads, stores and table branches but for floating point.
#include "host/sim/account/decoder.h"

namespace sim {
namespace {

using Kind = InstructionKind;

Instruction Multiple(uint16_t first, uint16_t second) {
  const bool load = Field(first, 4, 1) != 0;
  const unsigned mode = Field(first, 7, 2), base = Field(first, 0, 4);
  if (mode == 0 || mode == 3) return WideOf(Kind::kUndefined);  // SRS, RFE: not of this profile
  Instruction one = WideOf(load ? Kind::kLoadMultiple : Kind::kStoreMultiple);
  one.alignment = 4;
  one.transfers = static_cast<uint8_t>(__builtin_popcount(second));
  const int32_t bytes = one.transfers * 4;
  one.base = static_cast<uint8_t>(base);
  one.offset = mode == 2 ? -bytes : 0;
  one.reads = Bit(base);
  (load ? one.writes : one.reads) |= second;
  one.writes_base = Field(first, 5, 1) != 0;
  one.base_change = mode == 2 ? -bytes : bytes;
  if (one.writes_base) one.writes |= Bit(base);
  if (load && (second & Bit(kPc)) != 0) one.branch = BranchKind::kReturn;
  return one;
}

Instruction TableBranch(uint16_t first, uint16_t second, uint32_t address) {
  Instruction one = WideOf(Kind::kTableBranch);
  one.branch = BranchKind::kJump;
  one.transfers = 1;
  one.base = Field(first, 0, 4);
  one.index = Field(second, 0, 4);
  one.shift = Field(second, 4, 1);
  one.literal = address + 4;
  one.reads = Bit(one.base) | Bit(one.index);
  return one;
}

// LDREX, STREX, load-acquire, store-release, TT, TBB.
Instruction Exclusive(uint16_t first, uint16_t second, uint32_t address) {
  const bool load = Field(first, 4, 1) != 0, sized = Field(first, 7, 1) != 0;
  const unsigned operation = Field(second, 4, 4), base = Field(first, 0, 4);
  if (sized && load && operation < 2) return TableBranch(first, second, address);
  if (sized && (operation < 4 || operation == 7)) return WideOf(Kind::kUndefined);
  const unsigned rt = Field(second, 12, 4);
  if (!sized && !load && rt == kPc) {  // TT
    Instruction one = WideOf(Kind::kSystem);
    one.writes = Bit(Field(second, 8, 4));
    return one;
  }
  Instruction one = WideOf(load ? Kind::kLoad : Kind::kStore);
  one.transfers = 1;
  one.base = static_cast<uint8_t>(base);
  one.offset = sized ? 0 : static_cast<int32_t>(Field(second, 0, 8) * 4);
  one.alignment = sized ? static_cast<uint8_t>(1U << Field(second, 4, 2)) : 4;
  one.reads = Bit(base);
  (load ? one.writes : one.reads) |= Bit(rt);
  // Where success is told: STREX; STREXB and STREXH; STLEX and its kin, but not STL.
  if (!load && !sized) one.writes = Bit(Field(second, 8, 4));
  if (!load && sized && (operation < 8 || operation >= 12)) one.writes = Bit(Field(second, 0, 4));
  return one;
}

Instruction DualOrExclusive(uint16_t first, uint16_t second, uint32_t address) {
  if (first == 0xE97F && second == 0xE97F) return WideOf(Kind::kSystem);  // SG
  const bool indexed = Field(first, 8, 1) != 0, back = Field(first, 5, 1) != 0;
  if (!indexed && !back) return Exclusive(first, second, address);
  const bool load = Field(first, 4, 1) != 0;
  const unsigned base = Field(first, 0, 4);
  const uint16_t pair = Bit(Field(second, 12, 4)) | Bit(Field(second, 8, 4));
  const int32_t size = static_cast<int32_t>(Field(second, 0, 8) * 4);
  const int32_t offset = Field(first, 7, 1) != 0 ? size : -size;
  Instruction one = WideOf(load ? Kind::kLoadMultiple : Kind::kStoreMultiple);
  one.alignment = 4;
  one.transfers = 2;
  one.base = static_cast<uint8_t>(base);
  one.offset = indexed ? offset : 0;
  one.literal = ((address + 4) & ~3U) + static_cast<uint32_t>(offset);
  one.writes_base = back;
  one.base_change = offset;
  one.reads = Bit(base);
  (load ? one.writes : one.reads) |= pair;
  if (back) one.writes |= Bit(base);
  return one;
}

// The address of a single load or store; false if the encoding is not defined.
bool SingleAddress(Instruction& one, uint16_t first, uint16_t second, uint32_t address) {
  const unsigned base = Field(first, 0, 4);
  const bool long_offset = Field(first, 7, 1) != 0;
  one.base = static_cast<uint8_t>(base);
  one.reads = Bit(base);
  const int32_t imm12 = static_cast<int32_t>(Field(second, 0, 12)),
                imm8 = static_cast<int32_t>(Field(second, 0, 8));
  if (base == kPc) {
    one.literal = ((address + 4) & ~3U) + static_cast<uint32_t>(long_offset ? imm12 : -imm12);
  } else if (long_offset) {
    one.offset = imm12;
  } else if (Field(second, 11, 1) != 0) {
    const int32_t change = Field(second, 9, 1) != 0 ? imm8 : -imm8;
    const bool before = Field(second, 10, 1) != 0, back = Field(second, 8, 1) != 0;
    if (!before && !back) return false;
    one.offset = before ? change : 0;
    one.writes_base = back;
    one.base_change = change;
    if (back) one.writes = Bit(base);
  } else {
    if (Field(second, 6, 5) != 0) return false;
    one.index = Field(second, 0, 4);
    one.shift = Field(second, 4, 2);
    one.reads |= Bit(one.index);
  }
  return true;
}

Instruction Single(uint16_t first, uint16_t second, uint32_t address) {
  const bool load = Field(first, 4, 1) != 0, extends = Field(first, 8, 1) != 0;
  const unsigned size = Field(first, 5, 2), rt = Field(second, 12, 4), base = Field(first, 0, 4);
  Instruction one = WideOf(load ? Kind::kLoad : Kind::kStore);
  // There is no store with sign extension.
  if (size == 3 || (!load && (base == kPc || extends))) return WideOf(Kind::kUndefined);
  if (!SingleAddress(one, first, second, address)) return WideOf(Kind::kUndefined);
  one.transfers = 1;
  if (!load) {
    one.late_reads = Bit(rt) & ~one.reads;
    one.reads |= Bit(rt);
    return one;
  }
  if (rt == kPc && size != 2) {  // PLD, PLI: no register, hardly a read
    one.kind = Kind::kNop;
    one.transfers = 0;
    return one;
  }
  one.writes |= Bit(rt);
  if (rt == kPc) one.branch = one.writes_base && base == kSp ? BranchKind::kReturn : BranchKind::kJump;
  if (base == kPc && size == 2) one.Becomes(rt, ValueEffect::kLiteral, kNoRegister, one.literal);
  return one;
}

}  // namespace

Instruction DecodeWideAccess(uint16_t first, uint16_t second, uint32_t address) {
  if (Field(first, 11, 2) == 3) return Single(first, second, address);
  return Field(first, 6, 1) != 0 ? DualOrExclusive(first, second, address) : Multiple(first, second);
}

}  // namespace sim
