// Cycle account of a running program: issue, hazards, and words arriving on the two load streams.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "host/mvp/alu.h"
#include "host/mvp/cycle_model.h"
#include "host/mvp/memory.h"
#include "host/mvp/program.h"

namespace mvp_model {

// Cumulative counts since INIT; the index is the PERFnCNTSEL code that selects the count.
enum Count : int {
  kRun,
  kCommand,
  kStall,
  kNoop,
  kAluActive,
  kPipeStall,
  kIoFenceStall,
  kLoad0Stall,
  kLoad1Stall,
  kStoreStall,
  kBusStall,
  kLoad0AhbStall,
  kLoad1AhbStall,
  kLoad0FenceStall,
  kLoad1FenceStall,
  kCounts,
};

class Timing {
 public:
  using Counts = std::array<uint64_t, 16>;  // 4-bit select; code 15 stays 0

  explicit Timing(const CycleModel& model) : model_(model) {}

  const CycleModel& model() const { return model_; }
  void set_model(const CycleModel& model) { model_ = model; }
  const Counts& counts() const { return counts_; }
  void ClearCounts() { counts_ = {}; }

  // Charges the launch; nothing is cached, and no instruction stands before the first.
  void Launch() {
    counts_[kRun] += model_.launch;
    now_ = 0;
    previous_z_ = -1;
    previous_part_word_store_ = false;
    streams_ = {};
  }

  // To be called for each instruction in this order: Begin, Fetch for each load, End.
  void Begin(const Instruction& instruction) {
    const int z = previous_z_;
    const bool dependent = (ReadsX(instruction.op) && instruction.x.reg == z) ||
                           (ReadsY(instruction.op) && instruction.y.reg == z);
    pipe_stall_ = dependent ? model_.xy_dependency : 0;
    fence_stall_ = previous_part_word_store_ && instruction.has_load ? model_.store_to_load : 0;
    ready_ = now_ + pipe_stall_ + fence_stall_;
    issue_ = ready_;
  }

  // The access of load stream `stream` to the word at `address`.
  void Fetch(int stream, uint32_t address, RegionKind kind) {
    Stream& s = streams_[stream];
    const uint32_t word = address & ~3u;
    if (s.valid && s.word == word) return;
    const uint64_t arrival =
        s.valid ? s.idle_since + (kind == RegionKind::kFlash ? model_.flash_word : model_.ram_word)
                : (kind == RegionKind::kFlash ? model_.first_flash_word : 0);
    if (arrival > ready_) counts_[kLoad0Stall + stream] += arrival - ready_;
    issue_ = std::max(issue_, arrival);
    s.word = word;
    s.valid = true;
    s.fetched = true;
  }

  // `stored_bytes` is 0 for an instruction without a store.
  void End(const Instruction& instruction, int stored_bytes) {
    for (Stream& s : streams_) {
      if (s.fetched) s.idle_since = issue_;
      s.fetched = false;
    }
    Account(instruction);
    now_ = issue_ + model_.issue;
    previous_z_ = instruction.op == NOOP ? -1 : instruction.z;
    previous_part_word_store_ = stored_bytes > 0 && stored_bytes < 4;
  }

 private:
  struct Stream {
    uint32_t word = 0;        // the word it holds
    uint64_t idle_since = 0;  // when it could begin to fetch the next one: at the first use of this one
    bool valid = false;
    bool fetched = false;  // by the instruction under way
  };

  void Account(const Instruction& instruction) {
    const uint64_t bus_stall = issue_ - ready_;
    counts_[kRun] += issue_ + model_.issue - now_;
    counts_[kCommand] += 1;
    counts_[kStall] += issue_ - now_;
    counts_[instruction.op == NOOP ? kNoop : kAluActive] += 1;
    counts_[kPipeStall] += pipe_stall_;
    counts_[kIoFenceStall] += fence_stall_;
    counts_[kBusStall] += bus_stall;
    for (int s = 0; s < 2; ++s) {
      counts_[kLoad0AhbStall + s] = counts_[kLoad0Stall + s];
      if (instruction.load[s].enabled) counts_[kLoad0FenceStall + s] += fence_stall_;
    }
  }

  CycleModel model_;
  Counts counts_{};
  uint64_t now_ = 0;  // cycles since the end of the launch
  uint64_t ready_ = 0;
  uint64_t issue_ = 0;
  uint32_t pipe_stall_ = 0;
  uint32_t fence_stall_ = 0;
  int previous_z_ = -1;
  bool previous_part_word_store_ = false;
  std::array<Stream, 2> streams_{};
};

}  // namespace mvp_model
