// Due times are few (one per slot), so a linear search beats a queue.
#include "host/sim/core/scheduler.h"

#include <algorithm>
#include <utility>

namespace sim {

Scheduler::Slot Scheduler::Add(std::string name, std::function<void()> callback) {
  slots_.push_back({std::move(name), std::move(callback), kNever});
  return static_cast<Slot>(slots_.size() - 1);
}

void Scheduler::At(Slot slot, Cycle due) {
  const Cycle before = slots_[slot].due;
  slots_[slot].due = due;
  if (due < next_) {
    next_ = due;
  } else if (before == next_) {
    FindNext();
  }
}

void Scheduler::AdvanceTo(Cycle cycle) {
  const Cycle target = std::max(cycle, now_);
  while (next_ <= target) {
    const auto first = std::min_element(slots_.begin(), slots_.end(),
                                        [](const Event& a, const Event& b) { return a.due < b.due; });
    // An event that became due inside a block of instructions happens late, never in the past.
    now_ = std::max(now_, first->due);
    first->due = kNever;
    FindNext();
    first->callback();
  }
  now_ = std::max(now_, target);
}

void Scheduler::CancelAll() {
  for (Event& event : slots_) event.due = kNever;
  next_ = kNever;
}

void Scheduler::FindNext() {
  next_ = kNever;
  for (const Event& event : slots_) next_ = std::min(next_, event.due);
}

}  // namespace sim
