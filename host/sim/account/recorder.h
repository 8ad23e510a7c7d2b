// Follows a run for profile, coverage and trace: calls, exceptions, accelerator programs and serial bytes
// with their cycles. Block counts are BlockAccount::blocks() and need no recorder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/sim/account/timed_block.h"
#include "host/sim/core/scheduler.h"

namespace sim {

class BlockAccount;

// A function of the image, from its symbol; `end` is exclusive.
struct FunctionRange {
  uint32_t begin, end;
};

// One moment of a trace.
struct TraceEvent {
  enum class Kind : uint8_t {
    kFunctionBegin,     // value: index into the function ranges, or kUnknownFunction
    kFunctionEnd,       // value: the same
    kExceptionBegin,    // value: exception number (IPSR)
    kExceptionEnd,      // value: the same
    kAcceleratorBegin,  // value: 0
    kAcceleratorEnd,    // value: 1 if the program faulted
    kSleepBegin,        // value: 0
    kSleepEnd,          // value: 0
    kSent,              // value: port << 8 | byte; the cycle of the stop bit
    kReceived,          // value: the same
  };
  Cycle cycle = 0;
  uint32_t value = 0;
  Kind kind = Kind::kFunctionBegin;
};

inline constexpr uint32_t kUnknownFunction = 0x7FFFFFFF;  // code outside of all ranges
inline constexpr uint32_t kException = 0x80000000;        // + number of the exception

// A stack of calls, as a node of the tree of all stacks: what was charged while exactly these were active.
struct CallNode {
  uint32_t parent = 0;    // index of the caller's node; node 0 is the root, its own parent
  uint32_t function = 0;  // index into the ranges, kUnknownFunction, or kException + number
  uint64_t cycles = 0;    // of this stack itself, without what it called
  uint64_t calls = 0;
};

// One run's recording. A call is BL or BLX, a return what a compiler returns with; a jump from one function
// into another replaces the jumping one on the stack (tail call). Returns that skip frames drop them all.
class Recorder {
 public:
  static constexpr size_t kMostEvents = 4'000'000;

  // Both must outlive this.
  Recorder(const Scheduler& scheduler, BlockAccount& account) : scheduler_(scheduler), account_(account) {}
  ~Recorder() { Stop(); }
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // Functions sorted by address, without overlap. Forgets the calls and events recorded before.
  void SetFunctions(std::vector<FunctionRange> functions);

  // Follows calls from now on (for flame graphs), with `events` into the list of events too, at most `most`
  // of them; later ones are only counted. Forgets what was recorded before.
  void Start(bool events, size_t most = kMostEvents);
  void Stop();
  bool following() const { return following_; }

  // Reports of the account and the board; they do next to nothing while nothing is followed.
  void Entered(const TimedBlock& previous, uint32_t owed, TimedBlock& block, uint32_t cycles);
  void ExceptionEntered(uint32_t number);
  void ExceptionReturned();
  void Restarted();  // the core was reset or a snapshot restored: no function is active
  // The accelerator may be ahead of the clock.
  void AcceleratorStarted(Cycle cycle) { AddAt(TraceEvent::Kind::kAcceleratorBegin, 0, cycle); }
  void AcceleratorFinished(Cycle cycle, bool faulted) {
    AddAt(TraceEvent::Kind::kAcceleratorEnd, faulted ? 1 : 0, cycle);
  }
  void SleepBegins() { Add(TraceEvent::Kind::kSleepBegin, 0); }
  void SleepEnds() { Add(TraceEvent::Kind::kSleepEnd, 0); }
  void Sent(unsigned port, uint8_t value) { Add(TraceEvent::Kind::kSent, port << 8 | value); }
  void Received(unsigned port, uint8_t value) { Add(TraceEvent::Kind::kReceived, port << 8 | value); }

  // Where the counts of blocks are.
  BlockAccount& account() { return account_; }
  const std::vector<FunctionRange>& functions() const { return functions_; }
  // In the order of time on each track (functions, exceptions, accelerator, …).
  const std::vector<TraceEvent>& events() const { return events_; }
  uint64_t dropped() const { return dropped_; }  // events beyond the most
  const std::vector<CallNode>& calls() const { return nodes_; }

 private:
  static constexpr size_t kDeepest = 512;  // frames; deeper calls replace the deepest one

  void Add(TraceEvent::Kind kind, uint32_t value) { AddAt(kind, value, scheduler_.now()); }
  void AddAt(TraceEvent::Kind kind, uint32_t value, Cycle cycle) {
    if (events_on_) Append({cycle, value, kind});
  }
  void Append(const TraceEvent& event);
  uint32_t FunctionOf(TimedBlock& block) const;
  void Push(uint32_t function);
  void Pop();
  void PopAll();
  void Return(uint32_t function);
  void Forget();
  uint32_t ChildOf(uint32_t parent, uint32_t function);
  uint32_t top() const { return stack_.empty() ? 0 : stack_.back(); }

  const Scheduler& scheduler_;
  BlockAccount& account_;
  std::vector<FunctionRange> functions_;
  bool following_ = false;
  bool events_on_ = false;
  bool first_ = true;  // the next block begins a stack, or an exception's handler
  size_t most_ = 0;
  uint64_t dropped_ = 0;
  std::vector<TraceEvent> events_;
  std::vector<CallNode> nodes_;
  std::vector<std::vector<uint32_t>> children_;  // of each node
  std::vector<uint32_t> stack_;                  // nodes
};

}  // namespace sim
