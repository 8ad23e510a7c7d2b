// Counts of the cycle account, and its short cut for an instruction that repeats.
#include "host/mvp/timing.h"

namespace mvp_model {
namespace {

// Iterations after which the accesses have the same places in their words again: 1, 2 or 4.
uint32_t Period(const std::array<RepeatedLoad, 2>& loads) {
  uint32_t steps = 0;
  for (const RepeatedLoad& load : loads) {
    if (load.enabled) steps |= static_cast<uint32_t>(load.step);
  }
  return (steps & 3) == 0 ? 1 : (steps & 1) == 0 ? 2 : 4;
}

}  // namespace

void Timing::set_model(const CycleModel& model) {
  model_ = model;
  longest_word_ = std::max(model.ram_word, model.flash_word);
  longest_instruction_ = model.issue + model.xy_dependency + model.store_to_load + model.both_miss +
                         std::max(longest_word_, model.first_flash_word);
}

Timing::Counts Timing::counts() const {
  const Tally& t = tally_;
  const uint64_t stalls = t.pipe + t.fence + t.bus;
  return {t.run,  t.commands, stalls,    t.noops,         t.commands - t.noops,
          t.pipe, t.fence,    t.load[0], t.load[1],       0,
          t.bus,  t.load[0],  t.load[1], t.load_fence[0], t.load_fence[1],
          0};
}

void Timing::Launch() {
  tally_.run += model_.launch;
  line_ = {};
}

void Timing::Once(const Instruction& instruction, const std::array<RepeatedLoad, 2>& loads, int stored_bytes,
                  uint32_t iteration) {
  Begin(instruction);
  for (int s = 0; s < 2; ++s) {
    const RepeatedLoad& load = loads[s];
    if (load.enabled) Fetch(s, load.address + static_cast<uint32_t>(load.step) * iteration, load.kind);
  }
  End(instruction, stored_bytes);
}

// After the first iteration, which accesses need a new word repeats with Period(). Once a whole period leaves
// all waiting times as it found them, each further one costs the same.
void Timing::Repeat(const Instruction& instruction, const std::array<RepeatedLoad, 2>& loads,
                    int stored_bytes, uint32_t times) {
  const uint32_t period = Period(loads);
  uint32_t done = 0;
  if (times > 0) Once(instruction, loads, stored_bytes, done++);
  while (times - done >= 2 * period) {
    const Line line = line_;
    const Tally tally = tally_;
    for (uint32_t i = 0; i < period; ++i) Once(instruction, loads, stored_bytes, done++);
    if (!WaitsLike(line)) continue;
    const uint32_t periods = (times - done) / period;
    Skip(line, tally, periods);
    done += periods * period;
    for (int s = 0; s < 2; ++s) {
      if (!loads[s].enabled) continue;
      line_.streams[s].word = (loads[s].address + static_cast<uint32_t>(loads[s].step) * (done - 1)) & ~3u;
    }
  }
  while (done < times) Once(instruction, loads, stored_bytes, done++);
}

// True when a fetch from now on waits as it would have from `earlier` on. A stream that has been idle for
// longer than any fetch takes never waits.
bool Timing::WaitsLike(const Line& earlier) const {
  if (line_.busy != earlier.busy) return false;
  for (int s = 0; s < 2; ++s) {
    const uint64_t idle = line_.now - line_.streams[s].idle_since;
    const uint64_t idle_earlier = earlier.now - earlier.streams[s].idle_since;
    if (std::min<uint64_t>(idle, longest_word_) != std::min<uint64_t>(idle_earlier, longest_word_))
      return false;
  }
  return true;
}

// Charges `periods` times what was charged since `line` and `tally`.
void Timing::Skip(const Line& line, const Tally& tally, uint32_t periods) {
  const auto repeat = [periods](uint64_t& now, uint64_t before) { now += periods * (now - before); };
  const uint64_t passed = periods * (line_.now - line.now);
  line_.now += passed;
  repeat(tally_.run, tally.run);
  repeat(tally_.commands, tally.commands);
  repeat(tally_.noops, tally.noops);
  repeat(tally_.pipe, tally.pipe);
  repeat(tally_.fence, tally.fence);
  repeat(tally_.bus, tally.bus);
  for (int s = 0; s < 2; ++s) {
    // A stream that fetched does so in each period, at the same place in it.
    if (line_.streams[s].idle_since != line.streams[s].idle_since) line_.streams[s].idle_since += passed;
    repeat(tally_.load[s], tally.load[s]);
    repeat(tally_.load_fence[s], tally.load_fence[s]);
  }
}

}  // namespace mvp_model
