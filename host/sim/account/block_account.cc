// Charging of blocks: look-up, cache misses, flash reads, and forgetting what changed.
#include "host/sim/account/block_account.h"

#include <algorithm>

#include "host/sim/account/block_timing.h"
#include "host/sim/account/recorder.h"

namespace sim {

BlockAccount::BlockAccount(Memories& memories, const Clocks& clocks, const AccountParameters& parameters)
    : memories_(memories), clocks_(clocks), parameters_(parameters), slots_(kSlots) {
  if (!parameters_.instruction_cache) cache_.Enable(false);
}

TimedBlock& BlockAccount::FindSlowly(Slot& slot, uint32_t address, uint32_t size) {
  const uint64_t key = Key(address, size);
  TimedBlock*& block = known_[key];
  if (block == nullptr) {
    block = &blocks_.emplace_back();
    block->stale = true;
    const uint32_t last = address + std::max<uint32_t>(size, 1) - 1;
    for (uint32_t page = address >> kCodePageShift; page <= last >> kCodePageShift; ++page) {
      by_page_[page].push_back(block);
    }
  }
  if (block->stale) {
    TimedBlock timed;
    TimeBlock(memories_, parameters_, address, size, timed);
    if (!InFlash(address)) timed.fetches = 0;
    timed.function = block->function;
    timed.executions = block->executions;
    timed.cycles = block->cycles;
    *block = timed;
  }
  slot = {key, block};
  return *block;
}

uint32_t BlockAccount::Fetch(TimedBlock& block) {
  if (!InFlash(block.address)) {
    block.resident_at = cache_.evictions();
    return 0;
  }
  const uint32_t misses = cache_.Touch(block.address, block.end);
  if (cache_.enabled()) {
    block.resident_at = cache_.evictions();
    cache_misses_ += misses;
  } else {
    fetches_ -= block.fetches;  // Enter counts them, but nobody asked the cache
  }
  return misses * clocks_.flash_wait_states;
}

uint32_t BlockAccount::FlashReads(const TimedBlock& block) const {
  if (registers_ == nullptr || parameters_.flash_data_read == 0) return 0;
  uint32_t reads = 0;
  for (unsigned i = 0; i < block.read_count; ++i) {
    const EntryRead& read = block.reads[i];
    uint32_t address = registers_->Register(read.base) + static_cast<uint32_t>(read.offset);
    if (read.index != EntryRead::kNone) address += registers_->Register(read.index) << read.shift;
    if (InFlash(address)) reads += read.count;
  }
  return reads * parameters_.flash_data_read;
}

void BlockAccount::set_recorder(Recorder* recorder) {
  recorder_ = recorder != nullptr && recorder->following() ? recorder : nullptr;
}

void BlockAccount::Record(TimedBlock& block, uint32_t owed, uint32_t cycles) {
  recorder_->Entered(*previous_, owed, block, cycles);
}

void BlockAccount::Invalidate(uint32_t from, uint32_t to) {
  if (from >= to) return;
  if (InFlash(from) || InFlash(to - 1)) cache_.Flush();
  for (uint32_t page = from >> kCodePageShift; page <= (to - 1) >> kCodePageShift; ++page) {
    const auto found = by_page_.find(page);
    if (found == by_page_.end()) continue;
    for (TimedBlock* block : found->second) {
      block->stale = true;
      Slot& slot = slots_[block->address >> 1 & (kSlots - 1)];
      if (slot.block == block) slot = {};
    }
  }
}

void BlockAccount::EnableCache(bool on) { cache_.Enable(on && parameters_.instruction_cache); }

void BlockAccount::ClearCounts() {
  for (TimedBlock& block : blocks_) block.executions = block.cycles = 0;
}

void BlockAccount::ForgetFunctions() {
  for (TimedBlock& block : blocks_) block.function = 0;
}

}  // namespace sim
