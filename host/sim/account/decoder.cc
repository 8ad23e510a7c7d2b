// The 16-bit instructions.
#include "host/sim/account/decoder.h"

namespace sim {
namespace {

using Kind = InstructionKind;

// rd = rn op …, flags set outside of an IT block.
Instruction Arithmetic(unsigned rd, uint16_t reads) {
  Instruction one = NarrowOf(Kind::kArithmetic);
  one.writes = Bit(rd);
  one.reads = reads;
  one.sets_flags = true;
  return one;
}

Instruction Compare(uint16_t reads) {
  Instruction one = NarrowOf(Kind::kArithmetic);
  one.reads = reads;
  one.sets_flags = one.compares = true;
  return one;
}

Instruction Access(bool load, unsigned rt, unsigned base, int32_t offset) {
  Instruction one = NarrowOf(load ? Kind::kLoad : Kind::kStore);
  one.transfers = 1;
  one.base = static_cast<uint8_t>(base);
  one.offset = offset;
  one.reads = Bit(base);
  if (load) {
    one.writes = Bit(rt);
  } else {
    one.reads |= Bit(rt);
    one.late_reads = Bit(rt) & ~Bit(base);
  }
  return one;
}

uint8_t CountBits(uint32_t mask) { return static_cast<uint8_t>(__builtin_popcount(mask)); }

Instruction Multiple(bool load, unsigned base, uint16_t list, bool writes_base, int32_t change) {
  Instruction one = NarrowOf(load ? Kind::kLoadMultiple : Kind::kStoreMultiple);
  one.alignment = 4;
  one.transfers = CountBits(list);
  one.base = static_cast<uint8_t>(base);
  one.reads = Bit(base);
  (load ? one.writes : one.reads) |= list;
  one.writes_base = writes_base;
  one.base_change = change;
  if (writes_base) one.writes |= Bit(base);
  if (load && (list & Bit(kPc)) != 0) one.branch = BranchKind::kReturn;
  return one;
}

Instruction ShiftAddMove(uint16_t h) {
  const unsigned low = Field(h, 0, 3), middle = Field(h, 3, 3), high = Field(h, 6, 3), wide = Field(h, 8, 3);
  Instruction one;
  switch (h >> 11) {
    case 3:
      one = Arithmetic(low, Bit(middle));
      if (Field(h, 10, 1) == 0) {
        one.reads |= Bit(high);
      } else {
        one.Becomes(low, ValueEffect::kSum, middle, Field(h, 9, 1) == 0 ? high : 0U - high);
      }
      return one;
    case 4:
      one = Arithmetic(wide, 0);
      one.Becomes(wide, ValueEffect::kConstant, kNoRegister, Field(h, 0, 8));
      return one;
    case 5:
      return Compare(Bit(wide));
    case 6:
    case 7:
      one = Arithmetic(wide, Bit(wide));
      one.Becomes(wide, ValueEffect::kSum, wide, h >> 11 == 6 ? Field(h, 0, 8) : 0U - Field(h, 0, 8));
      return one;
    default:  // LSL, LSR, ASR; LSL #0 is MOVS
      one = Arithmetic(low, Bit(middle));
      if (h >> 6 == 0) one.Becomes(low, ValueEffect::kSum, middle, 0);
      return one;
  }
}

Instruction DataProcessing(uint16_t h) {
  const unsigned rdn = Field(h, 0, 3), rm = Field(h, 3, 3), operation = Field(h, 6, 4);
  const uint16_t both = Bit(rdn) | Bit(rm);
  if (operation == 8 || operation == 10 || operation == 11) return Compare(both);         // TST, CMP, CMN
  Instruction one = Arithmetic(rdn, operation == 9 || operation == 15 ? Bit(rm) : both);  // RSB, MVN
  if (operation == 13) one.kind = Kind::kMultiplyNarrow;
  return one;
}

Instruction HighRegisters(uint16_t h) {
  const unsigned rdn = Field(h, 0, 3) | Field(h, 7, 1) << 3, rm = Field(h, 3, 4);
  Instruction one = NarrowOf(Kind::kArithmetic);
  switch (Field(h, 8, 2)) {
    case 0:
      one.reads = Bit(rdn) | Bit(rm);
      one.writes = Bit(rdn);
      break;
    case 1:
      return Compare(Bit(rdn) | Bit(rm));
    case 2:
      one.reads = Bit(rm);
      one.writes = Bit(rdn);
      if (rm != kPc) one.Becomes(rdn, ValueEffect::kSum, rm, 0);
      break;
    default:
      one.kind = Kind::kBranch;
      one.reads = Bit(rm);
      one.branch = Field(h, 7, 1) != 0 ? BranchKind::kCall
                   : rm == kLr         ? BranchKind::kReturn
                                       : BranchKind::kJump;
      if (one.branch == BranchKind::kCall) one.writes = Bit(kLr);
      return one;
  }
  if (rdn == kPc) {
    one.kind = Kind::kBranch;
    one.branch = rm == kLr ? BranchKind::kReturn : BranchKind::kJump;
  }
  return one;
}

Instruction Literal(uint16_t h, uint32_t address) {
  const unsigned rt = Field(h, 8, 3);
  Instruction one = Access(true, rt, kPc, 0);
  one.literal = ((address + 4) & ~3U) + Field(h, 0, 8) * 4;
  one.Becomes(rt, ValueEffect::kLiteral, kNoRegister, one.literal);
  return one;
}

Instruction RegisterOffset(uint16_t h) {
  const unsigned operation = Field(h, 9, 3), rm = Field(h, 6, 3);
  Instruction one = Access(operation >= 3, Field(h, 0, 3), Field(h, 3, 3), 0);
  one.index = static_cast<uint8_t>(rm);
  one.reads |= Bit(rm);
  one.late_reads &= ~Bit(rm);
  return one;
}

Instruction ImmediateOffset(uint16_t h) {
  const bool load = Field(h, 11, 1) != 0;
  if (h >> 12 == 9) return Access(load, Field(h, 8, 3), kSp, static_cast<int32_t>(Field(h, 0, 8) * 4));
  const uint32_t scale = h >> 12 == 8 ? 2 : h >> 12 == 7 ? 1 : 4;
  return Access(load, Field(h, 0, 3), Field(h, 3, 3), static_cast<int32_t>(Field(h, 6, 5) * scale));
}

Instruction AddressOf(uint16_t h, uint32_t address) {
  const unsigned rd = Field(h, 8, 3);
  const uint32_t offset = Field(h, 0, 8) * 4;
  Instruction one = NarrowOf(Kind::kArithmetic);
  one.writes = Bit(rd);
  if (Field(h, 11, 1) == 0) {
    one.Becomes(rd, ValueEffect::kConstant, kNoRegister, ((address + 4) & ~3U) + offset);
  } else {
    one.reads = Bit(kSp);
    one.Becomes(rd, ValueEffect::kSum, kSp, offset);
  }
  return one;
}

Instruction Hint(uint16_t h) {
  Instruction one = NarrowOf(Field(h, 0, 4) != 0 ? Kind::kIt : Kind::kNop);
  if (one.kind == Kind::kIt) one.predicated = static_cast<uint8_t>(4 - __builtin_ctz(Field(h, 0, 4)));
  return one;
}

// Miscellaneous 16-bit instructions, 1011 ….
Instruction Miscellaneous(uint16_t h) {
  const unsigned code = Field(h, 8, 4);
  Instruction one;
  if ((code & 5) == 1) {  // CBZ, CBNZ
    one = NarrowOf(Kind::kBranch);
    one.branch = BranchKind::kJump;
    one.conditional = true;
    one.reads = Bit(Field(h, 0, 3));
    return one;
  }
  if ((code & 14) == 4) {
    const uint16_t list = Field(h, 0, 8) | (Field(h, 8, 1) != 0 ? Bit(kLr) : 0);
    return Multiple(false, kSp, list, true, -4 * CountBits(list));
  }
  if ((code & 14) == 12) {
    const uint16_t list = Field(h, 0, 8) | (Field(h, 8, 1) != 0 ? Bit(kPc) : 0);
    return Multiple(true, kSp, list, true, 4 * CountBits(list));
  }
  switch (code) {
    case 0:
      one = NarrowOf(Kind::kArithmetic);
      one.reads = one.writes = Bit(kSp);
      one.Becomes(kSp, ValueEffect::kSum, kSp, (Field(h, 7, 1) == 0 ? 4U : 0U - 4U) * Field(h, 0, 7));
      return one;
    case 2:
    case 10:
      if (code == 10 && Field(h, 6, 2) == 2) return NarrowOf(Kind::kSystem);  // HLT
      one = NarrowOf(Kind::kArithmetic);
      one.reads = Bit(Field(h, 3, 3));
      one.writes = Bit(Field(h, 0, 3));
      return one;
    case 6:
      return NarrowOf(Field(h, 5, 3) == 3 ? Kind::kSystem : Kind::kUndefined);  // CPS
    case 14:
      return NarrowOf(Kind::kSystem);  // BKPT
    case 15:
      return Hint(h);
    default:
      return NarrowOf(Kind::kUndefined);
  }
}

Instruction LoadStoreMultiple(uint16_t h) {
  const bool load = Field(h, 11, 1) != 0;
  const unsigned rn = Field(h, 8, 3);
  const uint16_t list = Field(h, 0, 8);
  const bool writes_base = !load || (list & Bit(rn)) == 0;
  return Multiple(load, rn, list, writes_base, 4 * CountBits(list));
}

Instruction Branch(uint16_t h) {
  const unsigned condition = Field(h, 8, 4);
  if (h >> 12 == 13 && condition >= 14) return NarrowOf(condition == 15 ? Kind::kSystem : Kind::kUndefined);
  Instruction one = NarrowOf(Kind::kBranch);
  one.branch = BranchKind::kJump;
  one.conditional = h >> 12 == 13;
  return one;
}

}  // namespace

Instruction Decode(uint16_t first, uint16_t second, uint32_t address) {
  return IsWide(first) ? DecodeWide(first, second, address) : DecodeNarrow(first, address);
}

Instruction DecodeNarrow(uint16_t first, uint32_t address) {
  switch (first >> 12) {
    case 0:
    case 1:
    case 2:
    case 3:
      return ShiftAddMove(first);
    case 4:
      if (Field(first, 11, 1) != 0) return Literal(first, address);
      return Field(first, 10, 1) == 0 ? DataProcessing(first) : HighRegisters(first);
    case 5:
      return RegisterOffset(first);
    case 6:
    case 7:
    case 8:
    case 9:
      return ImmediateOffset(first);
    case 10:
      return AddressOf(first, address);
    case 11:
      return Miscellaneous(first);
    case 12:
      return LoadStoreMultiple(first);
    default:
      return Branch(first);
  }
}

}  // namespace sim
