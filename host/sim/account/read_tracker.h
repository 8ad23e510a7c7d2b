// Where a block's loads read from, and which addresses must be aligned, as far as its own instructions tell.
#pragma once

#include <array>
#include <cstdint>

#include "host/sim/account/instruction.h"
#include "host/sim/account/timed_block.h"
#include "host/sim/core/memories.h"

namespace sim {

// Follows what registers hold through moves, additions of constants and literals, and collects the loads:
// those at constant addresses in flash are counted, those that depend on the registers at the block's entry
// are listed. So are the registers that must be aligned for LDM, LDRD, VLDR, LDA and their kin: the engine
// does not check these.
class ReadTracker {
 public:
  ReadTracker(Memories& memories, TimedBlock& block);

  // In program order; `predicated` if an IT block may skip it: what it writes is unknown then.
  void Follow(const Instruction& instruction, bool predicated);

  // 32-bit (or smaller) reads at constant addresses in flash.
  uint32_t flash_reads() const { return flash_reads_; }

 private:
  enum class Knowledge : uint8_t { kUnknown, kConstant, kEntry };
  struct Value {
    Knowledge knowledge = Knowledge::kUnknown;
    uint8_t entry = 0;    // of kEntry: the register
    uint32_t amount = 0;  // the constant, or what was added to the register
  };

  void Load(const Instruction& instruction);
  void Align(const Instruction& instruction);
  void List(const EntryRead& read);
  Value Result(const Instruction& instruction) const;
  bool InFlash(uint32_t address) const { return address - kFlashBase < memories_.flash.size(); }

  Memories& memories_;
  TimedBlock& block_;
  std::array<Value, 16> registers_{};
  uint32_t flash_reads_ = 0;
};

}  // namespace sim
