// The board's one clock, in core (HCLK) cycles, and the events that are due on it.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "host/sim/core/archive.h"

namespace sim {

using Cycle = uint64_t;  // core cycles since power-on

inline constexpr Cycle kNever = std::numeric_limits<Cycle>::max();

// Events live in slots that are made once, when the board is built, so that a snapshot is a list of due
// times. Events of one cycle happen in the order of their slots: runs are deterministic.
class Scheduler {
 public:
  using Slot = uint32_t;

  // `name` is for traces. The callback may schedule and cancel, its own slot too.
  Slot Add(std::string name, std::function<void()> callback);

  // A slot has at most one due time; a time in the past means now.
  void At(Slot slot, Cycle due);
  void After(Slot slot, Cycle cycles) { At(slot, now_ + cycles); }
  void Cancel(Slot slot) { At(slot, kNever); }
  Cycle due(Slot slot) const { return slots_[slot].due; }

  Cycle now() const { return now_; }

  // When the next event is due; kNever without one.
  Cycle next() const { return next_; }

  // Core cycles pass without events happening; they wait for RunDue.
  void Pass(Cycle cycles) { now_ += cycles; }

  // Moves time to `cycle`, not before now, and runs what is due until then, each event at its own time.
  void AdvanceTo(Cycle cycle);

  // Runs what is due by now.
  void RunDue() {
    if (next_ <= now_) AdvanceTo(now_);
  }

  // Power-on: nothing due. Time goes on.
  void CancelAll();

  template <class Archive>
  void Serialize(Archive& archive) {
    archive(now_);
    for (Event& event : slots_) archive(event.due);
    if constexpr (Archive::kLoads) FindNext();
  }

 private:
  struct Event {
    std::string name;
    std::function<void()> callback;
    Cycle due = kNever;
  };

  void FindNext();

  std::vector<Event> slots_;
  Cycle now_ = 0;
  Cycle next_ = kNever;
};

}  // namespace sim
