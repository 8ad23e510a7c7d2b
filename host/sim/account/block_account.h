// What a block of instructions costs on a Cortex-M33, and who pays: the seam between the core and the
// account.
#pragma once

#include <cstdint>

namespace sim {

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
  bool instruction_cache = true;  // ICACHE0.CTRL.CACHEDIS = 0
};

}  // namespace sim
