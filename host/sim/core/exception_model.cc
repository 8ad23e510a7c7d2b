// Arbitration by the rules of the Armv8-M manual, chapter "Exception handling" (priorities, R_VMRJ and
// around).
#include "host/sim/core/exception_model.h"

#include <algorithm>

namespace sim {
namespace {

constexpr std::array<const char*, kFirstIrq> kSystemNames = {
    "thread",       "Reset",       "NMI",        "HardFault", "MemManage", "BusFault",
    "UsageFault",   "SecureFault", "reserved 8", "reserved",  "reserved",  "SVCall",
    "DebugMonitor", "reserved",    "PendSV",     "SysTick"};

}  // namespace

std::string ExceptionName(unsigned number) {
  if (number < kFirstIrq) return kSystemNames[number];
  return number < kExceptions ? "IRQ" + std::to_string(number - kFirstIrq) : "nonsense";
}

void ExceptionModel::Reset() {
  pending_ = {};
  active_ = {};
  enabled_ = {};
  priority_ = {};
  level_ = {};
  prigroup_ = 0;
  lines_seen_ = 0;
  for (unsigned number : {kNmi, kHardFault, kSvCall, kPendSv, kSysTick}) enabled_[number] = true;
  ++changes_;
}

void ExceptionModel::Sample(const InterruptLines& lines) {
  if (lines.changes() == lines_seen_) return;
  lines_seen_ = lines.changes();
  for (unsigned irq = 0; irq < kIrqs; ++irq) {
    const bool level = lines.level(irq);
    if (level && !level_[kFirstIrq + irq]) Pend(kFirstIrq + irq);
    level_[kFirstIrq + irq] = level;
  }
}

void ExceptionModel::set_enabled(unsigned number, bool on) {
  enabled_[number] = on;
  ++changes_;
}

void ExceptionModel::set_priority(unsigned number, uint8_t priority) {
  priority_[number] = priority & kPriorityMask;
  ++changes_;
}

void ExceptionModel::set_active(unsigned number, bool on) {
  active_[number] = on;
  ++changes_;
}

void ExceptionModel::set_prigroup(uint32_t prigroup) {
  prigroup_ = prigroup & 7;
  ++changes_;
}

void ExceptionModel::Pend(unsigned number) {
  pending_[number] = true;
  ++changes_;
}

void ExceptionModel::Unpend(unsigned number) {
  pending_[number] = level_[number] && !active_[number];
  ++changes_;
}

void ExceptionModel::Activate(unsigned number) {
  pending_[number] = false;
  active_[number] = true;
  ++changes_;
}

void ExceptionModel::Deactivate(unsigned number) {
  active_[number] = false;
  if (level_[number]) pending_[number] = true;
  ++changes_;
}

int ExceptionModel::Group(uint8_t priority) const {
  const unsigned shift = prigroup_ + 1;
  return shift >= 8 ? 0 : priority >> shift << shift;
}

int ExceptionModel::GroupPriority(unsigned number) const {
  if (number == kNmi) return -2;
  if (number == kHardFault) return -1;
  return Group(priority_[number]);
}

int ExceptionModel::RawExecutionPriority() const {
  int lowest = kLowestPriority;
  for (unsigned number = kNmi; number < kExceptions; ++number) {
    if (active_[number]) lowest = std::min(lowest, GroupPriority(number));
  }
  return lowest;
}

int ExceptionModel::ExecutionPriority(const PriorityMasks& masks) const {
  int priority = RawExecutionPriority();
  const uint8_t basepri = masks.basepri & kPriorityMask;
  if (basepri != 0) priority = std::min(priority, Group(basepri));
  if (masks.primask) priority = std::min(priority, 0);
  if (masks.faultmask) priority = std::min(priority, -1);
  return priority;
}

unsigned ExceptionModel::HighestPending() const {
  unsigned best = 0;
  int best_group = kLowestPriority;
  uint8_t best_priority = 0;
  for (unsigned number = kNmi; number < kExceptions; ++number) {
    if (!pending_[number] || !enabled_[number]) continue;
    const int group = GroupPriority(number);
    if (group < best_group || (group == best_group && priority_[number] < best_priority)) {
      best = number;
      best_group = group;
      best_priority = priority_[number];
    }
  }
  return best;
}

unsigned ExceptionModel::Next(int execution_priority) const {
  const unsigned number = HighestPending();
  return number != 0 && GroupPriority(number) < execution_priority ? number : 0;
}

unsigned ExceptionModel::active_count() const {
  return static_cast<unsigned>(std::count(active_.begin(), active_.end(), true));
}

}  // namespace sim
