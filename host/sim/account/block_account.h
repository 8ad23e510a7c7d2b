// What a block of instructions costs on a Cortex-M33, and who pays: the seam between the core and the
// account. Cycles are an estimate (about ±20 % until compared with a board); cost_table.h says what each
// figure rests on.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "host/sim/account/instruction_cache.h"
#include "host/sim/account/timed_block.h"
#include "host/sim/core/clocks.h"
#include "host/sim/core/memories.h"

namespace sim {

class Recorder;

// Supplied by the core: the registers R0..R15 as they are where a block begins.
class RegisterReader {
 public:
  virtual uint32_t Register(unsigned number) const = 0;

 protected:
  ~RegisterReader() = default;
};

// Parameters of the account, all in core cycles; each says in account/cost_table.h what it rests on.
struct AccountParameters {
  uint32_t flash_data_read = 1;   // wait states of the core's data reads from flash, uncached
  uint32_t exception_entry = 12;  // from the instruction boundary to the handler's first instruction
  uint32_t exception_return = 10;
  uint32_t taken_branch = 1;      // extra, beyond the branch's own cycle
  uint32_t divide = 7;            // SDIV, UDIV: 2 to 12 by operands, charged as one figure
  bool instruction_cache = true;  // false: as if ICACHE0.CTRL.CACHEDIS were always 1
};

// Charges each block when it is entered. What a block costs by itself is found once, when its bytes are first
// seen; on entry come the branch that led to it, cache misses, and data reads from flash. A block's last
// conditional branch is settled by the address that is entered next.
//
// Data reads from flash are recognised when their address depends on the registers at the block's entry and
// on constants of the block only. Not caught: a pointer that the same block loaded from elsewhere than a
// literal pool, or computed otherwise than by moves and additions of constants; more than
// TimedBlock::kMostReads different pointers of one block; a literal that changes while its code does not;
// reads of user data and DEVINFO. All reads through one pointer of a block are taken to hit the same memory.
class BlockAccount {
 public:
  // Both must outlive this; the clocks give the flash's wait states of the moment.
  BlockAccount(Memories& memories, const Clocks& clocks, const AccountParameters& parameters);

  // Without a reader (nullptr) only data reads at constant addresses are charged for flash.
  void set_registers(const RegisterReader* registers) { registers_ = registers; }
  // What follows calls; nullptr, or one that is not following, for none. Recorder::Start and Stop call it.
  void set_recorder(Recorder* recorder);
  const AccountParameters& parameters() const { return parameters_; }

  // To be called before the block's first instruction. The return value is what passes for the whole block,
  // and for what the branch before it still owes.
  uint32_t Enter(uint32_t address, uint32_t size) { return Enter(Find(address, size)); }

  // The same in two steps.
  TimedBlock& Find(uint32_t address, uint32_t size) {
    Slot& slot = slots_[address >> 1 & (kSlots - 1)];
    if (slot.key == Key(address, size)) return *slot.block;
    return FindSlowly(slot, address, size);
  }
  uint32_t Enter(TimedBlock& block) {
    const uint32_t owed = block.address != previous_->end ? previous_->taken_extra : 0;
    previous_->cycles += owed;
    uint32_t cycles = block.cost;
    if (block.resident_at != cache_.evictions()) cycles += Fetch(block);
    if (block.read_count != 0) cycles += FlashReads(block);
    ++block.executions;
    block.cycles += cycles;
    instructions_ += block.instructions;
    fetches_ += block.fetches;
    if (recorder_ != nullptr) Record(block, owed, cycles);
    previous_ = &block;
    return owed + cycles;
  }

  // The core did not go on where its last block led: exception entry or return, reset, a debugger's write to
  // the PC. The last block's conditional branch counts as not taken.
  void Redirect() { previous_ = &nowhere_; }

  // The bytes of [from, to) changed: blocks in there are timed anew, and of flash the cache's
  // lines too (ICACHE0.CTRL.AUTOFLUSHDIS = 0). Cheap where no code was.
  void Invalidate(uint32_t from, uint32_t to);

  // ICACHE0: CTRL.CACHEDIS, CMD.FLUSH, and the performance counters since power-on (32-bit fetches).
  void EnableCache(bool on);
  void FlushCache() { cache_.Flush(); }
  uint64_t cache_hits() const { return fetches_ - cache_misses_; }
  uint64_t cache_misses() const { return cache_misses_; }

  // Entered so far; all instructions of a block count, also those that a condition skips.
  uint64_t instructions() const { return instructions_; }

  // All blocks ever entered, with what was counted of each; a block whose bytes changed goes on counting.
  const std::deque<TimedBlock>& blocks() const { return blocks_; }
  // Counts from zero.
  void ClearCounts();
  // For the recorder: the functions of blocks are to be looked up again.
  void ForgetFunctions();

  // Snapshot: cache, counters and the branch that is not settled. Counts of blocks are an observation, not
  // state.
  template <class Archive>
  void Serialize(Archive& archive) {
    archive(instructions_);
    archive(fetches_);
    archive(cache_misses_);
    uint32_t end = previous_->end;
    uint32_t taken_extra = previous_->taken_extra;
    archive(end);
    archive(taken_extra);
    cache_.Serialize(archive);
    if constexpr (Archive::kLoads) {
      nowhere_ = TimedBlock{};
      resumed_ = TimedBlock{};
      resumed_.end = end;
      resumed_.taken_extra = taken_extra;
      previous_ = &resumed_;
    }
  }

 private:
  static constexpr uint32_t kSlots = 1U << 14;
  static constexpr uint32_t kCodePageShift = 10;

  struct Slot {
    uint64_t key = 0;
    TimedBlock* block = nullptr;
  };

  static uint64_t Key(uint32_t address, uint32_t size) { return uint64_t{address} << 32 | size; }

  TimedBlock& FindSlowly(Slot& slot, uint32_t address, uint32_t size);
  // Cycles lost because the block's instructions are not in the cache, or because there is none.
  uint32_t Fetch(TimedBlock& block);
  // Cycles lost to data reads that turn out to be from flash.
  uint32_t FlashReads(const TimedBlock& block) const;
  bool InFlash(uint32_t address) const { return address - kFlashBase < memories_.flash.size(); }
  void Record(TimedBlock& block, uint32_t owed, uint32_t cycles);

  Memories& memories_;
  const Clocks& clocks_;
  const AccountParameters parameters_;
  const RegisterReader* registers_ = nullptr;
  Recorder* recorder_ = nullptr;
  InstructionCache cache_;
  uint64_t instructions_ = 0;
  uint64_t fetches_ = 0;
  uint64_t cache_misses_ = 0;
  TimedBlock nowhere_, resumed_;  // stand for the block before the first one
  TimedBlock* previous_ = &nowhere_;
  std::vector<Slot> slots_;
  std::deque<TimedBlock> blocks_;
  std::unordered_map<uint64_t, TimedBlock*> known_;
  std::unordered_map<uint32_t, std::vector<TimedBlock*>> by_page_;  // code page -> blocks that touch it
};

}  // namespace sim
