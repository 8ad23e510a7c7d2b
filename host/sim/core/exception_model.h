// Exceptions as the architecture orders them: pending, active, enabled, priorities, and which one is next. No
// registers, no memory; the NVIC's and the SCB's registers look at it and change it.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "host/sim/core/interrupt_lines.h"

namespace sim {

enum Exception : unsigned {
  kNoException = 0,
  kNmi = 2,
  kHardFault = 3,
  kMemManage = 4,
  kBusFault = 5,
  kUsageFault = 6,
  kSecureFault = 7,
  kSvCall = 11,
  kDebugMonitor = 12,
  kPendSv = 14,
  kSysTick = 15,
  kFirstIrq = 16,
};
inline constexpr unsigned kExceptions = kFirstIrq + kIrqs;
inline constexpr uint8_t kPriorityMask = 0xF0;  // 4 priority bits
inline constexpr int kLowestPriority = 256;     // of thread mode without masks

// The name of an exception as the manual has it, IRQ15 for interrupts.
std::string ExceptionName(unsigned number);

struct PriorityMasks {
  bool primask = false;
  bool faultmask = false;
  uint8_t basepri = 0;
};

class ExceptionModel {
 public:
  void Reset();

  // Interrupt lines: a line that goes up makes its interrupt pending, until it is taken or cleared.
  void Sample(const InterruptLines& lines);

  bool pending(unsigned number) const { return pending_[number]; }
  bool active(unsigned number) const { return active_[number]; }
  bool enabled(unsigned number) const { return enabled_[number]; }
  uint8_t priority(unsigned number) const { return priority_[number]; }
  void set_enabled(unsigned number, bool on);
  void set_priority(unsigned number, uint8_t priority);
  void set_active(unsigned number, bool on);  // SHCSR
  uint32_t prigroup() const { return prigroup_; }
  void set_prigroup(uint32_t prigroup);

  void Pend(unsigned number);
  void Unpend(unsigned number);  // an interrupt whose line is up stays pending
  // Pending to active, and active to inactive (pending again if its line is still up).
  void Activate(unsigned number);
  void Deactivate(unsigned number);

  // The priority that decides about preemption: -2 NMI, -1 HardFault, else that of its group.
  int GroupPriority(unsigned number) const;
  // Of the active exceptions; with the masks.
  int RawExecutionPriority() const;
  int ExecutionPriority(const PriorityMasks& masks) const;

  // The enabled pending exception of highest priority, lowest number first; 0 for none.
  unsigned HighestPending() const;
  // The same if it preempts execution at this priority, else 0.
  unsigned Next(int execution_priority) const;

  unsigned active_count() const;
  bool any_pending() const { return HighestPending() != 0; }
  // Goes up with every change that may make another exception next.
  uint64_t changes() const { return changes_; }

  template <class Archive>
  void Serialize(Archive& archive) {
    archive(pending_);
    archive(active_);
    archive(enabled_);
    archive(level_);
    archive(priority_);
    archive(prigroup_);
    if constexpr (Archive::kLoads) lines_seen_ = 0;
    ++changes_;
  }

 private:
  int Group(uint8_t priority) const;

  std::array<bool, kExceptions> pending_{}, active_{}, enabled_{}, level_{};
  std::array<uint8_t, kExceptions> priority_{};
  uint32_t prigroup_ = 0;
  uint64_t lines_seen_ = 0;
  uint64_t changes_ = 0;
};

}  // namespace sim
