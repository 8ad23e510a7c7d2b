// The debug control block: DHCSR, DCRSR, DCRDR, DEMCR. Halting belongs to the debugger: only its accesses
// change DHCSR.
#pragma once

#include <cstdint>
#include <functional>

#include "host/sim/core/core_words.h"

namespace sim {

struct DebugEffects {
  std::function<uint32_t(unsigned dcrsr)> read_register;
  std::function<bool(unsigned dcrsr, uint32_t value)> write_register;
  std::function<void(bool on)> enable_monitor;  // DEMCR.MON_EN
  std::function<void(bool pending)> pend_monitor;
};

class DebugControl {
 public:
  DebugControl(CoreWords& words, DebugEffects effects);

  bool Read(uint32_t address, uint32_t& value);
  bool Write(uint32_t address, uint32_t value, bool debugger);

  bool halting_debug() const { return (dhcsr_ & 1) != 0; }
  bool halted() const { return halted_; }
  bool stepping() const { return halting_debug() && !halted_ && (dhcsr_ & 4) != 0; }
  bool masks_interrupts() const { return halting_debug() && (dhcsr_ & 8) != 0; }
  bool trace_enabled() const { return (demcr_ >> 24 & 1) != 0; }
  bool catches_reset() const { return halting_debug() && (demcr_ & 1) != 0; }
  bool catches_hard_fault() const { return halting_debug() && (demcr_ >> 10 & 1) != 0; }
  // The core stops for the debugger; `dfsr` tells why: HALTED 0, BKPT 1, DWTTRAP 2, VCATCH 3.
  void Halt(unsigned dfsr_bit);
  // A core reset: C_DEBUGEN survives it, DEMCR too.
  void OnReset();

  template <class Archive>
  void Serialize(Archive& archive) {
    archive(dhcsr_);
    archive(dcrdr_);
    archive(demcr_);
    archive(halted_);
    archive(reset_seen_);
  }

 private:
  void WriteDhcsr(uint32_t value);
  void WriteDemcr(uint32_t value);

  CoreWords& words_;
  DebugEffects effects_;
  uint32_t dhcsr_ = 0;  // C_DEBUGEN, C_HALT, C_STEP, C_MASKINTS
  uint32_t dcrdr_ = 0;
  uint32_t demcr_ = 0;
  bool halted_ = false;
  bool reset_seen_ = true;  // S_RESET_ST, sticky until read
};

}  // namespace sim
