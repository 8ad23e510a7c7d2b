// Cycle account of a running program: issue, hazards, and words arriving on the two load streams.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "host/mvp/cycle_model.h"
#include "host/mvp/memory.h"
#include "host/mvp/program.h"

namespace mvp_model {

// Cumulative counts since INIT; the index is the PERFnCNTSEL code that selects the count. STORESTALL stays 0:
// no published figure shows a store waiting for its memory (what follows a store of less than a word is
// charged to the load after it, as IOFENCESTALL).
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

// The accesses of one load stream in iterations of one instruction.
struct RepeatedLoad {
  bool enabled = false;
  uint32_t address = 0;  // of the first
  int32_t step = 0;      // from each to the next
  RegionKind kind = RegionKind::kRam;
};

class Timing {
 public:
  using Counts = std::array<uint64_t, 16>;  // 4-bit select; code 15 stays 0

  explicit Timing(const CycleModel& model) { set_model(model); }

  const CycleModel& model() const { return model_; }
  void set_model(const CycleModel& model);
  Counts counts() const;
  uint64_t run_cycles() const { return tally_.run; }
  void ClearCounts() { tally_ = {}; }

  // No instruction takes longer.
  uint32_t longest_instruction() const { return longest_instruction_; }

  // Charges the launch; nothing is cached, and no instruction stands before the first.
  void Launch();

  // To be called for each instruction in this order: Begin, Fetch for each load, End.
  void Begin(const Instruction& instruction) {
    const int z = line_.previous_z;
    const bool dependent = (ReadsX(instruction.op) && instruction.x.reg == z) ||
                           (ReadsY(instruction.op) && instruction.y.reg == z);
    pipe_stall_ = dependent ? model_.xy_dependency : 0;
    fence_stall_ = line_.previous_part_word_store && instruction.has_load ? model_.store_to_load : 0;
    ready_ = line_.now + pipe_stall_ + fence_stall_;
    issue_ = std::max(ready_, line_.now + line_.busy);
    tally_.load[1] += issue_ - ready_;  // the second of two fetches at once is LOAD1's
    charged_ = {ready_, issue_};
    fetched_ = {};
  }

  // The access of load stream `stream` to the word at `address`.
  void Fetch(int stream, uint32_t address, RegionKind kind) {
    Stream& s = line_.streams[stream];
    const uint32_t word = address & ~3u;
    if (s.valid && s.word == word) return;
    const uint64_t arrival =
        s.valid ? s.idle_since + (kind == RegionKind::kFlash ? model_.flash_word : model_.ram_word)
                : (kind == RegionKind::kFlash ? model_.first_flash_word : 0);
    if (arrival > charged_[stream]) tally_.load[stream] += arrival - charged_[stream];
    issue_ = std::max(issue_, arrival);
    s.word = word;
    s.valid = true;
    fetched_[stream] = true;
  }

  // `stored_bytes` is 0 for an instruction without a store.
  void End(const Instruction& instruction, int stored_bytes) {
    for (int s = 0; s < 2; ++s) {
      if (fetched_[s]) line_.streams[s].idle_since = issue_;
      if (instruction.load[s].enabled) tally_.load_fence[s] += fence_stall_;
    }
    tally_.run += issue_ + model_.issue - line_.now;
    tally_.commands += 1;
    tally_.noops += instruction.op == NOOP ? 1 : 0;
    tally_.pipe += pipe_stall_;
    tally_.fence += fence_stall_;
    tally_.bus += issue_ - ready_;
    line_.now = issue_ + model_.issue;
    line_.busy = fetched_[0] && fetched_[1] ? model_.both_miss : 0;
    line_.previous_z = instruction.op == NOOP ? -1 : instruction.z;
    line_.previous_part_word_store = stored_bytes > 0 && stored_bytes < 4;
  }

  // The same as `times` instructions of this kind one by one, in less time.
  void Repeat(const Instruction& instruction, const std::array<RepeatedLoad, 2>& loads, int stored_bytes,
              uint32_t times);

  // The account between two instructions, field by field; the cycle model is not part of it.
  template <class Archive>
  void Serialize(Archive& archive) {
    for (uint64_t* count : {&tally_.run, &tally_.commands, &tally_.noops, &tally_.pipe, &tally_.fence,
                            &tally_.bus, &line_.now}) {
      archive(*count);
    }
    for (uint64_t& count : tally_.load) archive(count);
    for (uint64_t& count : tally_.load_fence) archive(count);
    archive(line_.busy);
    archive(line_.previous_z);
    archive(line_.previous_part_word_store);
    for (Stream& stream : line_.streams) {
      archive(stream.word);
      archive(stream.idle_since);
      archive(stream.valid);
    }
  }

 private:
  struct Stream {
    uint32_t word = 0;        // the word it holds
    uint64_t idle_since = 0;  // when it could begin to fetch the next one: at the first use of this one
    bool valid = false;
  };

  // What the cycles of coming instructions depend on.
  struct Line {
    uint64_t now = 0;   // cycles since the end of the launch
    uint32_t busy = 0;  // for how long from now the streams are held up by two fetches at once
    int previous_z = -1;
    bool previous_part_word_store = false;
    std::array<Stream, 2> streams{};
  };

  // The counts that do not follow from others.
  struct Tally {
    uint64_t run = 0, commands = 0, noops = 0, pipe = 0, fence = 0, bus = 0;
    std::array<uint64_t, 2> load{}, load_fence{};
  };

  void Once(const Instruction& instruction, const std::array<RepeatedLoad, 2>& loads, int stored_bytes,
            uint32_t iteration);
  bool WaitsLike(const Line& earlier) const;
  void Skip(const Line& line, const Tally& tally, uint32_t periods);

  CycleModel model_{};
  uint32_t longest_word_ = 0;
  uint32_t longest_instruction_ = 0;
  Tally tally_;
  Line line_;
  // Of the instruction under way.
  uint64_t ready_ = 0;
  uint64_t issue_ = 0;
  uint32_t pipe_stall_ = 0;
  uint32_t fence_stall_ = 0;
  std::array<uint64_t, 2> charged_{};  // until when each stream's waiting is accounted for
  std::array<bool, 2> fetched_{};
};

}  // namespace mvp_model
