// The fixed cost of a block: its instructions in order, what they wait for, and which of them pair.
#include "host/sim/account/block_timing.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "host/sim/account/cost_table.h"
#include "host/sim/account/decoder.h"
#include "host/sim/account/read_tracker.h"

namespace sim {
namespace {

bool IsFloat(const Instruction& one) { return one.kind >= InstructionKind::kFloat; }

bool IsFloatStore(const Instruction& one) {
  return one.kind == InstructionKind::kFloatStore || one.kind == InstructionKind::kFloatStoreMultiple;
}

// When which result is there, in cycles since the block's entry, where everything is.
class Scoreboard {
 public:
  uint32_t now() const { return now_; }

  // Issues an instruction and lets its cycles pass.
  void Issue(const Instruction& one, const Timing& timing) {
    const uint32_t start = Start(one);
    const uint32_t ready = start + std::max(timing.cycles, timing.latency);
    const bool is_load = one.kind == InstructionKind::kLoad;
    for (unsigned i = 0; i < 16; ++i) {
      if ((one.writes >> i & 1) == 0) continue;
      const bool only_base = one.writes_base && i == one.base;
      ready_[i] = only_base ? start + timing.cycles : ready;
    }
    loaded_ = static_cast<uint16_t>((loaded_ & ~one.writes) | (is_load ? one.writes : 0));
    for (unsigned i = 0; i < 32; ++i) {
      if ((one.float_writes >> i & 1) != 0) float_ready_[i] = ready;
    }
    const bool accumulates = one.kind == InstructionKind::kFloatAccumulate;
    accumulated_ = (accumulated_ & ~one.float_writes) | (accumulates ? one.float_writes : 0);
    if (timing.float_busy != 0) float_free_ = start + timing.float_busy;
    now_ = start + timing.cycles;
  }

 private:
  uint32_t Start(const Instruction& one) const {
    uint32_t start = now_;
    // Extend-and-add takes its accumulator late from other arithmetic, from a load it does not.
    const bool picky = one.kind == InstructionKind::kArithmeticShifted;
    for (unsigned i = 0; i < 16; ++i) {
      if ((one.reads >> i & 1) == 0) continue;
      const bool late = (one.late_reads >> i & 1) != 0 && !(picky && (loaded_ >> i & 1) != 0);
      start = std::max(start, ready_[i] - (late && ready_[i] > 0 ? 1 : 0));
    }
    const uint32_t delay = IsFloatStore(one) ? kFloatAccumulateStoreDelay : 0;
    for (unsigned i = 0; i < 32; ++i) {
      if ((one.float_reads >> i & 1) == 0) continue;
      start = std::max(start, float_ready_[i] + ((accumulated_ >> i & 1) != 0 ? delay : 0));
    }
    return IsFloat(one) ? std::max(start, float_free_) : start;
  }

  uint32_t now_ = 0;
  uint32_t float_free_ = 0;
  uint16_t loaded_ = 0;
  uint32_t accumulated_ = 0;
  std::array<uint32_t, 16> ready_{};
  std::array<uint32_t, 32> float_ready_{};
};

// Goes through a block once.
class BlockTimer {
 public:
  BlockTimer(Memories& memories, const AccountParameters& parameters, TimedBlock& block)
      : parameters_(parameters), block_(block), reads_(memories, block) {}

  void Add(Instruction one) {
    const bool predicated = predicated_ > 0;
    if (predicated) {
      --predicated_;
      one.sets_flags = one.compares;
    }
    const bool pairs = !follows_pair_ && block_.instructions != 0 && CanPair(before_, one);
    Timing timing = TimingOf(one, parameters_);
    block_.taken_extra = 0;
    if (pairs) timing.cycles -= kBranchCycles;
    if (one.branch != BranchKind::kNone) Branch(one, predicated, pairs, timing);
    board_.Issue(one, timing);
    reads_.Follow(one, predicated);
    if (one.kind == InstructionKind::kIt) predicated_ = one.predicated;
    follows_pair_ = pairs;
    before_ = one;
    ++block_.instructions;
  }

  void Finish() { block_.cost = board_.now() + reads_.flash_reads() * parameters_.flash_data_read; }

 private:
  // A branch that may not be taken: its cost is that of not taking it, the rest is owed.
  void Branch(const Instruction& one, bool predicated, bool pairs, Timing& timing) {
    block_.ending = one.branch == BranchKind::kCall     ? BlockEnd::kCall
                    : one.branch == BranchKind::kReturn ? BlockEnd::kReturn
                                                        : BlockEnd::kJump;
    const uint32_t flags_wait = pairs && before_.sets_flags ? kBranchCycles : 0;
    if (one.conditional) {
      block_.taken_extra = parameters_.taken_branch + flags_wait;
    } else if (predicated) {
      const uint32_t skipped = pairs ? 0 : std::min(timing.cycles, kNopCycles);
      block_.taken_extra = timing.cycles - skipped;
      timing.cycles = skipped;
    } else {
      timing.cycles += flags_wait;
    }
  }

  const AccountParameters& parameters_;
  TimedBlock& block_;
  Scoreboard board_;
  ReadTracker reads_;
  Instruction before_;
  bool follows_pair_ = false;
  unsigned predicated_ = 0;  // instructions that the IT block still covers
};

}  // namespace

void TimeBlock(Memories& memories, const AccountParameters& parameters, uint32_t address, uint32_t size,
               TimedBlock& block) {
  block.address = address;
  block.end = address + size;
  block.fetches = static_cast<uint16_t>((block.end + 3) / 4 - address / 4);
  const uint8_t* bytes = memories.Find(address, size);
  if (bytes == nullptr || size < 2) {
    block.instructions = static_cast<uint16_t>(std::max<uint32_t>(1, size / 2));
    block.cost = block.instructions;
    return;
  }
  BlockTimer timer(memories, parameters, block);
  for (uint32_t at = 0; at + 2 <= size;) {
    uint16_t halves[2] = {};
    std::memcpy(halves, bytes + at, std::min<uint32_t>(4, size - at));
    const Instruction one = Decode(halves[0], halves[1], address + at);
    timer.Add(one);
    at += one.size;
  }
  timer.Finish();
}

}  // namespace sim
