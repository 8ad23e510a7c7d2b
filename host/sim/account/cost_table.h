// Cycles of Cortex-M33 instructions, from a memory without wait states.
//
// Arm publishes no instruction timings for this core. Each figure has one of three grounds:
//   [R] measured on an RP2350 (Cortex-M33 r1p0) by the author of jnk0le/random on GitHub, in
//       `pipeline cycle test/doc/cortex_m33.md`: the best there is, but another chip's revision of the core;
//   [4] the technical reference manual of the Cortex-M4 with FPU (DDI 0439), the core before it: the M33's
//       pipeline is a different one, so this is a bound rather than a fact;
//   [A] an assumption, made because nobody states a figure.
//
// What [R] states and this account leaves out: flags of an instruction with a shifted register operand come a
// cycle late for a branch on them. What nobody states and it leaves out: conflicts of data and instruction
// accesses on the bus, the write buffer, slower accesses to peripherals, unaligned accesses, and whatever one
// block leaves behind for the next but its branch.
#pragma once

#include <cstdint>

#include "host/sim/account/block_account.h"
#include "host/sim/account/instruction.h"

namespace sim {

// [R] Arithmetic, bit fields, saturation, parallel additions: one cycle, result for the next instruction.
inline constexpr uint32_t kArithmeticCycles = 1;
// [R] A shifted or rotated operand or an extend-and-add: one cycle, result after two.
inline constexpr uint32_t kShiftedLatency = 2;
// [R] Flags set by an instruction with a shifted constant, and by the 16-bit MULS: two cycles.
inline constexpr uint32_t kLateFlagsCycles = 2;
// [R] Multiplications with and without accumulation: one cycle, result after two; as the accumulator of a
// next one after one. The long ones are not stated: [A] the same, which the M4 agrees with.
inline constexpr uint32_t kMultiplyLatency = 2;
// [R] A load: one cycle, result after two, as stored data or an accumulator after one. A store: one cycle.
inline constexpr uint32_t kLoadLatency = 2;
// [R] n registers of LDM, STM, PUSH, POP, LDRD, STRD, VLDM, VSTM: n cycles; [A] the last loaded one comes no
// later than the others.
inline constexpr uint32_t kCyclesPerTransfer = 1;
// [R] A branch: one cycle, and AccountParameters::taken_branch more if taken (two in all); see `pairs` below.
inline constexpr uint32_t kBranchCycles = 1;
// [A] A loaded PC (POP {PC}, LDR PC): the branch begins a load's latency after the last transfer.
inline constexpr uint32_t kLoadedPcCycles = 1;
// [A] TBB, TBH: a load, its latency, and the addition to the PC, then a taken branch.
inline constexpr uint32_t kTableBranchCycles = 3;
// [R] IT and NOP, when they do not pair.
inline constexpr uint32_t kNopCycles = 1;
// [A] MRS, MSR, CPS, SVC, BKPT, SG; the M4 states 1 or 2 for most of them.
inline constexpr uint32_t kSystemCycles = 2;
// [A] DSB, DMB, ISB: the M4 states 1 and however long the barrier waits.
inline constexpr uint32_t kBarrierCycles = 4;
// [4] Float addition, multiplication, comparison, conversion: one cycle; the next instruction waits for the
// result one cycle.
inline constexpr uint32_t kFloatLatency = 2;
// [R] VMLA, VFMA and the like: one cycle, result after three, and no other float instruction in the next two.
// A VSTR of the result waits one more.
inline constexpr uint32_t kFloatAccumulateLatency = 3;
inline constexpr uint32_t kFloatAccumulateStoreDelay = 1;
// [4] VDIV, VSQRT. [A] Nothing else goes on meanwhile.
inline constexpr uint32_t kFloatDivideCycles = 14;
// [4] VMOV between core and float registers: one cycle a register. VMRS, VMSR: one.
inline constexpr uint32_t kCyclesPerMove = 1;
// [R] VLDR: one cycle, result for the next instruction.
inline constexpr uint32_t kFloatLoadLatency = 1;
// Integer division is AccountParameters::divide: [4] 2 to 12 cycles by the operands' values, which are not
// looked at; [A] the middle. Exception entry and return are parameters too: [4] 12 and 10, without the float
// frame.

struct Timing {
  uint32_t cycles = 1;      // until the next instruction can issue
  uint32_t latency = 1;     // from issue until a result is usable; the greater of the two counts
  uint32_t float_busy = 0;  // from issue until the next float instruction can issue
};

// The cost of an instruction on its own: not taken if it is a conditional branch, taken otherwise.
Timing TimingOf(const Instruction& instruction, const AccountParameters& parameters);

// [R] The second of two 16-bit instructions issues with the first, if it is a NOP, IT or direct branch. It
// then takes no cycle itself; a taken branch still takes its own if the first one sets flags. [A] CBZ
// likewise, unless the first one makes the register that it tests. A branch to a register never does.
bool CanPair(const Instruction& first, const Instruction& second);

}  // namespace sim
