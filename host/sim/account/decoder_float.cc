// Floating point: coprocessors 10 (single precision) and 11 (double registers).
#include "host/sim/account/decoder.h"

namespace sim {
namespace {

using Kind = InstructionKind;

// S registers from `from` on, as a mask; what is beyond S31 is dropped.
uint32_t Singles(unsigned from, unsigned count) {
  const uint64_t mask = ((uint64_t{1} << count) - 1) << from;
  return static_cast<uint32_t>(mask);
}

// A register operand: four bits and a fifth, which is the lowest of a single's number, the highest of a
// double's.
uint32_t Operand(unsigned four, unsigned fifth, bool is_double) {
  return is_double ? (fifth != 0 ? 0 : Singles(four * 2, 2)) : Singles(four * 2 + fifth, 1);
}

Instruction CorePair(uint16_t first, uint16_t second) {
  Instruction one = WideOf(Kind::kFloatTransfer);
  one.transfers = 2;
  const bool to_core = Field(first, 4, 1) != 0, is_double = Field(second, 8, 1) != 0;
  const uint16_t pair = Bit(Field(second, 12, 4)) | Bit(Field(first, 0, 4));
  const unsigned four = Field(second, 0, 4), fifth = Field(second, 5, 1);
  const uint32_t floats = is_double ? Operand(four, fifth, true) : Singles(four * 2 + fifth, 2);
  (to_core ? one.writes : one.reads) = pair;
  (to_core ? one.float_reads : one.float_writes) = floats;
  return one;
}

Instruction LoadStore(uint16_t first, uint16_t second, uint32_t address) {
  const bool before = Field(first, 8, 1) != 0, up = Field(first, 7, 1) != 0, back = Field(first, 5, 1) != 0;
  const bool load = Field(first, 4, 1) != 0, is_double = Field(second, 8, 1) != 0;
  if (!before && !up) {
    if (back) return WideOf(Kind::kSystem);  // VLLDM, VLSTM
    return Field(first, 6, 1) != 0 ? CorePair(first, second) : WideOf(Kind::kUndefined);
  }
  if (before && up && back) return WideOf(Kind::kUndefined);
  const bool single_address = before && !back;
  const unsigned four = Field(second, 12, 4), fifth = Field(first, 6, 1), words = Field(second, 0, 8);
  const unsigned count = single_address ? (is_double ? 2 : 1) : words > 32 ? 32 : words;
  const int32_t bytes = static_cast<int32_t>(words * 4), change = up ? bytes : -bytes;
  Instruction one =
      WideOf(count == 1 && single_address ? (load ? Kind::kFloatLoad : Kind::kFloatStore)
                                          : (load ? Kind::kFloatLoadMultiple : Kind::kFloatStoreMultiple));
  one.transfers = static_cast<uint8_t>(count);
  one.alignment = 4;
  one.base = Field(first, 0, 4);
  one.reads = Bit(one.base);
  one.offset = before ? change : 0;
  one.literal = ((address + 4) & ~3U) + static_cast<uint32_t>(change);
  one.writes_base = back;
  one.base_change = change;
  if (back) one.writes = Bit(one.base);
  const uint32_t floats = Singles(is_double ? four * 2 : four * 2 + fifth, count);
  (load ? one.float_writes : one.float_reads) = floats;
  return one;
}

Instruction CoreTransfer(uint16_t first, uint16_t second) {
  Instruction one = WideOf(Kind::kFloatTransfer);
  const bool to_core = Field(first, 4, 1) != 0, is_scalar = Field(second, 8, 1) != 0;
  const unsigned rt = Field(second, 12, 4), operation = Field(first, 5, 3);
  one.transfers = 1;
  if (rt != kPc) (to_core ? one.writes : one.reads) = Bit(rt);
  if (is_scalar) {
    const uint32_t half = Singles(Field(first, 0, 4) * 2 + (operation & 1), 1);
    (to_core ? one.float_reads : one.float_writes) = half;
    return one;
  }
  if (operation == 7) return one;  // VMRS, VMSR
  if (operation != 0) return WideOf(Kind::kUndefined);
  (to_core ? one.float_reads : one.float_writes) = Operand(Field(first, 0, 4), Field(second, 7, 1), false);
  return one;
}

// VABS, VNEG, VSQRT, VMOV, VCMP, VRINT, VCVT: at most one register operand.
Instruction OneOperand(Instruction one, uint16_t first, uint16_t second, uint32_t sd, uint32_t sm) {
  const unsigned operation = Field(first, 0, 4), variant = Field(second, 6, 2);
  one.float_writes = sd;
  one.float_reads = sm;
  if ((variant & 1) == 0) {
    one.float_reads = 0;  // VMOV of a constant
    return one;
  }
  if (operation == 4 || operation == 5) {
    one.float_writes = 0;
    one.float_reads = sd | (operation == 4 ? sm : 0);
  }
  if (operation == 1 && variant == 3) one.kind = Kind::kFloatDivide;
  const bool fixed_point = operation == 10 || operation == 11 || operation >= 14;
  if (fixed_point) one.float_reads = sd;
  if (operation == 9) one.kind = Kind::kUndefined;
  return one;
}

Instruction DataProcessing(uint16_t first, uint16_t second) {
  const bool is_double = Field(second, 8, 1) != 0, later = Field(first, 12, 1) != 0;
  const unsigned operation = Field(first, 4, 4) & 11;
  const uint32_t sd = Operand(Field(second, 12, 4), Field(first, 6, 1), is_double);
  const uint32_t sn = Operand(Field(first, 0, 4), Field(second, 7, 1), is_double);
  const uint32_t sm = Operand(Field(second, 0, 4), Field(second, 5, 1), is_double);
  Instruction one = WideOf(Kind::kFloat);
  one.float_writes = sd;
  one.float_reads = sn | sm;
  if (later) {  // VSEL, VMAXNM, VMINNM, VCVTA…, VRINTA…
    if (operation == 11) one.float_reads = sm;
    return operation < 8 || operation == 8 || operation == 11 ? one : WideOf(Kind::kUndefined);
  }
  switch (operation) {
    case 0:
    case 1:
    case 9:
    case 10:
      one.kind = Kind::kFloatAccumulate;
      one.float_reads |= sd;
      return one;
    case 2:
    case 3:
      return one;
    case 8:
      one.kind = Kind::kFloatDivide;
      return one;
    default:
      return OneOperand(one, first, second, sd, sm);
  }
}

}  // namespace

Instruction DecodeFloat(uint16_t first, uint16_t second, uint32_t address) {
  const unsigned coprocessor = Field(second, 8, 4), group = Field(first, 8, 4);
  if (coprocessor >> 1 != 5 || group == 15) return WideOf(Kind::kUndefined);
  const bool later = Field(first, 12, 1) != 0;
  if (group == 14) {
    if (Field(second, 4, 1) == 0) return DataProcessing(first, second);
    return later ? WideOf(Kind::kUndefined) : CoreTransfer(first, second);
  }
  return later ? WideOf(Kind::kUndefined) : LoadStore(first, second, address);
}

}  // namespace sim
