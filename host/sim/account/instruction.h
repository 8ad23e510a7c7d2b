// One decoded instruction: what its cost, its hazards and its data reads depend on.
#pragma once

#include <cstdint>

namespace sim {

// Classes that cost alike; cost_table.h gives each its cycles.
enum class InstructionKind : uint8_t {
  kUndefined,           // and whatever this core lacks; takes a fault
  kArithmetic,          // on core registers
  kArithmeticShifted,   // with a shifted register operand, or extend-and-add
  kArithmeticConstant,  // with a shifted constant
  kMultiply,            // MUL, MLA, SMLAxy, SMLAD, SMULL, …
  kMultiplyNarrow,      // the 16-bit MULS
  kDivide,
  kLoad,  // one transfer; also LDREX, PLD
  kStore,
  kLoadMultiple,  // LDM, POP, LDRD
  kStoreMultiple,
  kBranch,  // every change of the PC by a branch, direct or by register
  kTableBranch,
  kIt,
  kNop,      // and hints
  kSystem,   // MRS, MSR, CPS, SVC, BKPT, SG
  kBarrier,  // DSB, DMB, ISB
  kFloat,
  kFloatAccumulate,
  kFloatDivide,    // VDIV, VSQRT
  kFloatTransfer,  // between core and float registers
  kFloatLoad,
  kFloatStore,
  kFloatLoadMultiple,  // VLDM, VPOP, VLDR of a double
  kFloatStoreMultiple,
};

enum class BranchKind : uint8_t { kNone, kJump, kCall, kReturn };

// What a destination register holds afterwards, where that can be told.
enum class ValueEffect : uint8_t {
  kOther,
  kConstant,   // value
  kUpperHalf,  // value << 16 over the lower half that it had (MOVT)
  kSum,        // R[source] + value
  kLiteral,    // the word at address `value`
};

inline constexpr unsigned kSp = 13;
inline constexpr unsigned kLr = 14;
inline constexpr unsigned kPc = 15;
inline constexpr uint8_t kNoRegister = 0xFF;

// Masks have a bit for each of R0..R15, or of S0..S31.
struct Instruction {
  uint8_t size = 2;  // bytes
  InstructionKind kind = InstructionKind::kUndefined;
  BranchKind branch = BranchKind::kNone;
  bool conditional = false;  // by its own encoding; an IT block before it is the caller's to know
  bool sets_flags = false;   // outside of an IT block
  bool compares = false;     // sets flags in an IT block too
  uint8_t transfers = 0;     // registers loaded or stored
  uint8_t predicated = 0;    // of IT: how many instructions follow

  uint16_t reads = 0, writes = 0;
  uint16_t late_reads = 0;  // those of `reads` that are needed one cycle later: accumulators, stored data
  uint32_t float_reads = 0, float_writes = 0;

  // Address of a load or store: R[base] + (R[index] << shift) + offset, base kNoRegister for none; the base
  // may be the PC, then literal is the address, offset included.
  uint8_t base = kNoRegister;
  uint8_t index = kNoRegister;
  uint8_t shift = 0;
  bool writes_base = false;  // R[base] += base_change
  uint8_t alignment = 1;     // bytes; an address that is no multiple faults whatever CCR.UNALIGN_TRP says
  int32_t offset = 0;
  int32_t base_change = 0;
  uint32_t literal = 0;

  ValueEffect effect = ValueEffect::kOther;  // on `target`
  uint8_t target = kNoRegister;
  uint8_t source = kNoRegister;
  uint32_t value = 0;

  void Becomes(unsigned register_number, ValueEffect what, unsigned from, uint32_t constant) {
    target = static_cast<uint8_t>(register_number);
    effect = what;
    source = static_cast<uint8_t>(from);
    value = constant;
  }
};

}  // namespace sim
