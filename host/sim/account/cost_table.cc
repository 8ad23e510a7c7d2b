// The table of cost_table.h as a function.
#include "host/sim/account/cost_table.h"

namespace sim {

Timing TimingOf(const Instruction& one, const AccountParameters& parameters) {
  const uint32_t transfers = one.transfers * kCyclesPerTransfer;
  switch (one.kind) {
    case InstructionKind::kArithmeticShifted:
      return {kArithmeticCycles, kShiftedLatency, 0};
    case InstructionKind::kArithmeticConstant:
      return {one.sets_flags ? kLateFlagsCycles : kArithmeticCycles, kShiftedLatency, 0};
    case InstructionKind::kMultiply:
      return {kArithmeticCycles, kMultiplyLatency, 0};
    case InstructionKind::kMultiplyNarrow:
      return {one.sets_flags ? kLateFlagsCycles : kArithmeticCycles, kMultiplyLatency, 0};
    case InstructionKind::kDivide:
      return {parameters.divide, parameters.divide, 0};
    case InstructionKind::kLoad:
    case InstructionKind::kLoadMultiple:
      if (one.branch != BranchKind::kNone)
        return {transfers + kLoadedPcCycles + parameters.taken_branch, 1, 0};
      return {transfers, one.kind == InstructionKind::kLoad ? kLoadLatency : 1, 0};
    case InstructionKind::kStore:
    case InstructionKind::kStoreMultiple:
    case InstructionKind::kFloatStore:
    case InstructionKind::kFloatStoreMultiple:
    case InstructionKind::kFloatLoadMultiple:
      return {transfers, 1, 0};
    case InstructionKind::kFloatLoad:
      return {transfers, kFloatLoadLatency, 0};
    case InstructionKind::kBranch:
      return {kBranchCycles + (one.conditional ? 0 : parameters.taken_branch), 1, 0};
    case InstructionKind::kTableBranch:
      return {kTableBranchCycles + parameters.taken_branch, 1, 0};
    case InstructionKind::kSystem:
      return {kSystemCycles, 1, 0};
    case InstructionKind::kBarrier:
      return {kBarrierCycles, 1, 0};
    case InstructionKind::kFloat:
      return {kArithmeticCycles, kFloatLatency, 0};
    case InstructionKind::kFloatAccumulate:
      return {kArithmeticCycles, kFloatAccumulateLatency, kFloatAccumulateLatency};
    case InstructionKind::kFloatDivide:
      return {kFloatDivideCycles, kFloatDivideCycles, 0};
    case InstructionKind::kFloatTransfer:
      return {one.transfers * kCyclesPerMove, 1, 0};
    case InstructionKind::kUndefined:
    case InstructionKind::kArithmetic:
    case InstructionKind::kIt:
    case InstructionKind::kNop:
      break;
  }
  return {kNopCycles, 1, 0};
}

bool CanPair(const Instruction& first, const Instruction& second) {
  if (first.size != 2 || second.size != 2 || first.branch != BranchKind::kNone) return false;
  if (second.kind == InstructionKind::kNop || second.kind == InstructionKind::kIt) return true;
  if (second.kind != InstructionKind::kBranch || second.branch != BranchKind::kJump) return false;
  const bool direct = second.conditional || second.reads == 0;
  return direct && (second.reads & first.writes) == 0;
}

}  // namespace sim
