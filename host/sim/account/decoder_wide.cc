// The 32-bit instructions but for loads, stores and floating point.
#include "host/sim/account/decoder.h"

namespace sim {
namespace {

using Kind = InstructionKind;

// ThumbExpandImm of the manual, without the carry.
uint32_t ExpandConstant(uint32_t imm12) {
  const uint32_t byte = imm12 & 0xFF;
  switch (imm12 >> 8) {
    case 0:
      return byte;
    case 1:
      return byte << 16 | byte;
    case 2:
      return byte << 24 | byte << 8;
    case 3:
      return byte * 0x01010101;
    default: {
      const uint32_t value = (byte & 0x7F) | 0x80;
      const unsigned rotation = imm12 >> 7;
      return value >> rotation | value << (32 - rotation);
    }
  }
}

uint32_t Constant12(uint16_t first, uint16_t second) {
  return Field(first, 10, 1) << 11 | Field(second, 12, 3) << 8 | Field(second, 0, 8);
}

// Destination, flags and comparisons of the two-operand forms, shifted register and modified constant alike:
// with destination PC and flags AND, EOR, ADD and SUB only compare; without a first operand ORR is MOV, ORN
// MVN.
Instruction TwoOperands(uint16_t first, uint16_t second, uint16_t other_reads) {
  const unsigned operation = Field(first, 5, 4), rn = Field(first, 0, 4), rd = Field(second, 8, 4);
  const bool flags = Field(first, 4, 1) != 0;
  Instruction one = WideOf(Kind::kArithmetic);
  one.sets_flags = flags;
  one.compares = flags;
  one.reads = other_reads;
  if (rn != kPc || (operation != 2 && operation != 3)) one.reads |= Bit(rn);
  const bool comparison =
      rd == kPc && flags && (operation == 0 || operation == 4 || operation == 8 || operation == 13);
  if (!comparison) one.writes = Bit(rd);
  return one;
}

bool Defined(unsigned operation) {
  return operation <= 4 || operation == 6 || operation == 8 || operation == 10 || operation == 11 ||
         operation == 13 || operation == 14;
}

Instruction ShiftedRegister(uint16_t first, uint16_t second) {
  const unsigned operation = Field(first, 5, 4), rm = Field(second, 0, 4), rn = Field(first, 0, 4);
  if (!Defined(operation)) return WideOf(Kind::kUndefined);
  const bool shifted = Field(second, 12, 3) != 0 || Field(second, 4, 4) != 0;
  Instruction one = TwoOperands(first, second, Bit(rm));
  const bool moves = operation == 2 && rn == kPc;  // MOV, or a plain shift
  if (operation == 6) one.sets_flags = one.compares = false;
  if (shifted && !moves) one.kind = Kind::kArithmeticShifted;
  if (moves && !shifted) one.Becomes(Field(second, 8, 4), ValueEffect::kSum, rm, 0);
  return one;
}

Instruction ModifiedConstant(uint16_t first, uint16_t second) {
  const unsigned operation = Field(first, 5, 4), rn = Field(first, 0, 4), rd = Field(second, 8, 4);
  if (!Defined(operation) || operation == 6) return WideOf(Kind::kUndefined);
  const uint32_t imm12 = Constant12(first, second), value = ExpandConstant(imm12);
  Instruction one = TwoOperands(first, second, 0);
  const bool moves = rn == kPc && (operation == 2 || operation == 3);
  if (imm12 >= 0x400 && !moves) one.kind = Kind::kArithmeticConstant;
  if (one.writes == 0) return one;
  if (moves) one.Becomes(rd, ValueEffect::kConstant, kNoRegister, operation == 2 ? value : ~value);
  if (operation == 8) one.Becomes(rd, ValueEffect::kSum, rn, value);
  if (operation == 13) one.Becomes(rd, ValueEffect::kSum, rn, 0U - value);
  return one;
}

Instruction PlainConstant(uint16_t first, uint16_t second, uint32_t address) {
  const unsigned operation = Field(first, 4, 5), rn = Field(first, 0, 4), rd = Field(second, 8, 4);
  const uint32_t imm12 = Constant12(first, second), imm16 = rn << 12 | imm12;
  Instruction one = WideOf(Kind::kArithmetic);
  one.writes = Bit(rd);
  one.reads = Bit(rn);
  const uint32_t aligned = (address + 4) & ~3U;
  switch (operation) {
    case 0:
    case 10: {
      const uint32_t change = operation == 0 ? imm12 : 0U - imm12;
      one.Becomes(rd, rn == kPc ? ValueEffect::kConstant : ValueEffect::kSum, rn,
                  rn == kPc ? aligned + change : change);
      return one;
    }
    case 4:
      one.reads = 0;
      one.Becomes(rd, ValueEffect::kConstant, kNoRegister, imm16);
      return one;
    case 12:
      one.reads = Bit(rd);
      one.Becomes(rd, ValueEffect::kUpperHalf, rd, imm16);
      return one;
    case 22:  // BFI, BFC
      one.reads = Bit(rd) | (rn == kPc ? 0 : Bit(rn));
      return one;
    case 16:
    case 18:
    case 20:
    case 24:
    case 26:
    case 28:
      return one;
    default:
      return WideOf(Kind::kUndefined);
  }
}

Instruction SystemOrHint(uint16_t first, uint16_t second) {
  Instruction one = WideOf(Kind::kSystem);
  switch (Field(first, 4, 7)) {
    case 0x38:
    case 0x39:
      one.reads = Bit(Field(first, 0, 4));
      return one;
    case 0x3A:
      one.kind = Field(second, 8, 3) == 0 ? Kind::kNop : Kind::kSystem;
      return one;
    case 0x3B: {
      const unsigned operation = Field(second, 4, 4);
      one.kind = operation >= 4 && operation <= 6 ? Kind::kBarrier
                 : operation == 2                 ? Kind::kSystem
                                                  : Kind::kUndefined;
      return one;
    }
    case 0x3E:
    case 0x3F:
      one.writes = Bit(Field(second, 8, 4));
      return one;
    default:
      return WideOf(Kind::kUndefined);
  }
}

Instruction BranchOrSystem(uint16_t first, uint16_t second) {
  const unsigned form = second >> 12 & 13;  // 8: conditional or system, 9: B, 12: BLX, 13: BL
  if (form == 12) return WideOf(Kind::kUndefined);
  if (form == 8 && Field(first, 7, 3) == 7) return SystemOrHint(first, second);
  Instruction one = WideOf(Kind::kBranch);
  one.branch = form == 13 ? BranchKind::kCall : BranchKind::kJump;
  one.conditional = form == 8;
  if (form == 13) one.writes = Bit(kLr);
  return one;
}

// Shifts, extensions, parallel additions and other operations on registers only.
Instruction Registers(uint16_t first, uint16_t second) {
  const unsigned operation = Field(first, 4, 4), variant = Field(second, 4, 4), rn = Field(first, 0, 4);
  if (second >> 12 != 15) return WideOf(Kind::kUndefined);
  Instruction one = WideOf(Kind::kArithmetic);
  one.writes = Bit(Field(second, 8, 4));
  one.reads = Bit(rn) | Bit(Field(second, 0, 4));
  if (operation < 8 && variant == 0) {
    one.sets_flags = one.compares = (operation & 1) != 0;
    return one;
  }
  if (operation < 8 && variant >= 8) {
    if (operation >= 6) return WideOf(Kind::kUndefined);
    if (rn == kPc) {  // SXTB and the like
      one.reads = Bit(Field(second, 0, 4));
      return one;
    }
    one.kind = Kind::kArithmeticShifted;
    one.late_reads = Bit(rn) & ~Bit(Field(second, 0, 4));
    return one;
  }
  const bool parallel = operation >= 8 && variant < 8 && (variant & 3) != 3;
  const bool other = operation >= 8 && operation < 12 && variant >= 8 && variant < 12;
  return parallel || other ? one : WideOf(Kind::kUndefined);
}

Instruction Multiply(uint16_t first, uint16_t second) {
  const unsigned ra = Field(second, 12, 4);
  if (Field(second, 6, 2) != 0) return WideOf(Kind::kUndefined);
  const uint16_t factors = Bit(Field(first, 0, 4)) | Bit(Field(second, 0, 4));
  Instruction one = WideOf(Kind::kMultiply);
  one.writes = Bit(Field(second, 8, 4));
  one.reads = factors;
  if (ra != kPc) {
    one.reads |= Bit(ra);
    one.late_reads = Bit(ra) & ~factors;
  }
  return one;
}

Instruction LongMultiplyOrDivide(uint16_t first, uint16_t second) {
  const unsigned operation = Field(first, 4, 3);
  const uint16_t factors = Bit(Field(first, 0, 4)) | Bit(Field(second, 0, 4));
  Instruction one = WideOf(Kind::kMultiply);
  one.reads = factors;
  one.writes = Bit(Field(second, 8, 4));
  if (operation == 1 || operation == 3) {
    if (Field(second, 4, 4) != 15) return WideOf(Kind::kUndefined);
    one.kind = Kind::kDivide;
    return one;
  }
  if (operation == 7) return WideOf(Kind::kUndefined);
  one.writes |= Bit(Field(second, 12, 4));
  if (operation >= 4) {
    one.reads |= one.writes;
    one.late_reads = one.writes & ~factors;
  }
  return one;
}

}  // namespace

Instruction DecodeWide(uint16_t first, uint16_t second, uint32_t address) {
  const unsigned group = Field(first, 11, 2), operation = Field(first, 4, 7);
  if (group != 2 && (operation & 0x40) != 0) return DecodeFloat(first, second, address);
  if (group == 1) {
    if ((operation & 0x20) != 0) return ShiftedRegister(first, second);
    return DecodeWideAccess(first, second, address);
  }
  if (group == 2) {
    if ((second & 0x8000) != 0) return BranchOrSystem(first, second);
    return (operation & 0x20) != 0 ? PlainConstant(first, second, address) : ModifiedConstant(first, second);
  }
  if ((operation & 0x20) == 0) return DecodeWideAccess(first, second, address);
  if ((operation & 0x10) == 0) return Registers(first, second);
  return (operation & 8) == 0 ? Multiply(first, second) : LongMultiplyOrDivide(first, second);
}

}  // namespace sim
