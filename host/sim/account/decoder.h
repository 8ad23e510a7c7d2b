// Decodes the Thumb-2 instructions of an Armv8-M Mainline core with DSP and single-precision floating point
// (Armv8-M Architecture Reference Manual, DDI 0553, chapter C2) as far as the cycle account needs it.
#pragma once

#include <cstdint>

#include "host/sim/account/instruction.h"

namespace sim {

// Whether the first halfword begins an instruction of 32 bits.
constexpr bool IsWide(uint16_t first) { return first >> 11 >= 0x1D; }

// The instruction at `address` (even), `second` being the halfword after it (not looked at for 16-bit ones).
// Any bits are accepted: what is not defined for this core comes back as kUndefined with the right size.
Instruction Decode(uint16_t first, uint16_t second, uint32_t address);

// The parts of Decode, for one encoding space each.
Instruction DecodeNarrow(uint16_t first, uint32_t address);
Instruction DecodeWide(uint16_t first, uint16_t second, uint32_t address);
// Of the wide ones, loads, stores and table branches.
Instruction DecodeWideAccess(uint16_t first, uint16_t second, uint32_t address);
// Coprocessors 10 and 11: floating point.
Instruction DecodeFloat(uint16_t first, uint16_t second, uint32_t address);

// Bits [low, low + count) of a word.
constexpr uint32_t Field(uint32_t word, unsigned low, unsigned count) {
  return word >> low & ((1U << count) - 1);
}
constexpr uint16_t Bit(unsigned number) { return static_cast<uint16_t>(1U << number); }

// An instruction of which only size and kind are known yet.
inline Instruction NarrowOf(InstructionKind kind) {
  Instruction one;
  one.kind = kind;
  return one;
}
inline Instruction WideOf(InstructionKind kind) {
  Instruction one = NarrowOf(kind);
  one.size = 4;
  return one;
}

}  // namespace sim
