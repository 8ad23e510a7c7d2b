// The stack of calls as blocks and exceptions tell it, and the list of events.
#include "host/sim/account/recorder.h"

#include <algorithm>
#include <utility>

#include "host/sim/account/block_account.h"

namespace sim {

void Recorder::SetFunctions(std::vector<FunctionRange> functions) {
  functions_ = std::move(functions);
  account_.ForgetFunctions();
  Forget();
}

void Recorder::Forget() {
  events_.clear();
  dropped_ = 0;
  nodes_.assign(1, CallNode{});
  nodes_[0].function = kUnknownFunction;
  children_.assign(1, {});
  stack_.clear();
  first_ = true;
}

void Recorder::Start(bool events, size_t most) {
  Forget();
  following_ = true;
  events_on_ = events;
  most_ = most;
  account_.set_recorder(this);
}

void Recorder::Stop() {
  if (!following_) return;
  PopAll();
  following_ = events_on_ = false;
  account_.set_recorder(nullptr);
}

void Recorder::Append(const TraceEvent& event) {
  if (events_.size() >= most_) {
    ++dropped_;
    return;
  }
  events_.push_back(event);
}

void Recorder::Entered(const TimedBlock& previous, uint32_t owed, TimedBlock& block, uint32_t cycles) {
  nodes_[top()].cycles += owed;
  const uint32_t function = FunctionOf(block);
  const bool went_on = block.address == previous.end;
  if (first_ || stack_.empty()) {
    Push(function);
    first_ = false;
  } else if (previous.ending == BlockEnd::kCall && !went_on) {
    Push(function);
  } else if (previous.ending == BlockEnd::kReturn && !went_on) {
    Return(function);
  } else if (nodes_[top()].function != function) {
    Pop();
    Push(function);
  }
  nodes_[top()].cycles += cycles;
}

void Recorder::Return(uint32_t function) {
  Pop();
  // The caller, or a caller's caller; but no return leaves an exception's handler this way.
  size_t depth = stack_.size();
  while (depth > 0 && nodes_[stack_[depth - 1]].function < kException) {
    if (nodes_[stack_[depth - 1]].function == function) {
      while (stack_.size() > depth) Pop();
      return;
    }
    --depth;
  }
  Push(function);
}

void Recorder::ExceptionEntered(uint32_t number) {
  if (!following_) return;
  Push(kException + number);
  first_ = true;
}

void Recorder::ExceptionReturned() {
  if (!following_) return;
  const auto is_exception = [this](uint32_t node) { return nodes_[node].function >= kException; };
  if (!std::any_of(stack_.begin(), stack_.end(), is_exception)) return;
  while (!is_exception(top())) Pop();
  Pop();
  first_ = stack_.empty();
}

void Recorder::Restarted() {
  if (following_) PopAll();
}

uint32_t Recorder::FunctionOf(TimedBlock& block) const {
  if (block.function == 0) {
    const auto above = std::upper_bound(functions_.begin(), functions_.end(), block.address,
                                        [](uint32_t a, const FunctionRange& f) { return a < f.begin; });
    const bool inside = above != functions_.begin() && block.address < std::prev(above)->end;
    block.function = 1 + (inside ? static_cast<uint32_t>(above - functions_.begin() - 1) : kUnknownFunction);
  }
  return block.function - 1;
}

void Recorder::Push(uint32_t function) {
  if (stack_.size() >= kDeepest) Pop();
  const uint32_t node = ChildOf(top(), function);
  ++nodes_[node].calls;
  stack_.push_back(node);
  const bool exception = function >= kException;
  Add(exception ? TraceEvent::Kind::kExceptionBegin : TraceEvent::Kind::kFunctionBegin,
      exception ? function - kException : function);
}

void Recorder::Pop() {
  const uint32_t function = nodes_[top()].function;
  stack_.pop_back();
  const bool exception = function >= kException;
  Add(exception ? TraceEvent::Kind::kExceptionEnd : TraceEvent::Kind::kFunctionEnd,
      exception ? function - kException : function);
}

void Recorder::PopAll() {
  while (!stack_.empty()) Pop();
  first_ = true;
}

uint32_t Recorder::ChildOf(uint32_t parent, uint32_t function) {
  for (uint32_t child : children_[parent]) {
    if (nodes_[child].function == function) return child;
  }
  const uint32_t child = static_cast<uint32_t>(nodes_.size());
  nodes_.push_back({parent, function, 0, 0});
  children_.emplace_back();
  children_[parent].push_back(child);
  return child;
}

}  // namespace sim
