// Leaving an exception: checks, tail-chaining, the frame. Rules of the Armv8-M manual, B3 "Exception return"
// and the pseudocode ExceptionReturn, ValidateExceptionReturn, PopStack, TailChain.
#include "host/sim/core/processor.h"

namespace sim {
namespace {

constexpr uint32_t kControlSpsel = 2, kControlFpca = 4, kControlSfpa = 8;
constexpr uint32_t kExcReturnPrefix = 0xFFFFFF80;
constexpr uint32_t kExcReturnEs = 1U << 0, kExcReturnSpsel = 1U << 2, kExcReturnThread = 1U << 3;
constexpr uint32_t kExcReturnBasic = 1U << 4, kExcReturnDcrs = 1U << 5, kExcReturnS = 1U << 6;
constexpr uint32_t kBasicFrame = 0x20, kExtendedFrame = 0x68, kFloatOffset = 0x20;
constexpr uint32_t kAlignBit = 1U << 9;
constexpr uint32_t kIpsrMask = 0x1FF;
constexpr uint32_t kThumb = 1U << 24;
constexpr unsigned kStackedFloats = 16;
constexpr uint32_t kTailChainCycles = 6;  // of the entry's cost, for there is no stacking

}  // namespace

bool Processor::ReturnIsValid(uint32_t exc_return, unsigned number) const {
  if ((exc_return & kExcReturnPrefix) != kExcReturnPrefix || (exc_return & 2) != 0) return false;
  // Only the Secure state exists: exception taken to it, frame on its stack, the default register rules.
  if ((exc_return & kExcReturnEs) == 0 || (exc_return & kExcReturnS) == 0) return false;
  if ((exc_return & kExcReturnDcrs) == 0) return false;
  if ((exc_return & kExcReturnThread) == 0 && (exc_return & kExcReturnSpsel) != 0) return false;
  return number < kExceptions && exceptions_.active(number);
}

uint32_t Processor::Return(uint32_t exc_return, const AccountParameters& cost) {
  const unsigned number = engine_.ipsr();
  const bool valid = ReturnIsValid(exc_return, number);
  // Cleared, but not by a return from negative priority, where it cannot have been set either.
  const bool negative = exceptions_.RawExecutionPriority() < 0;
  const uint32_t faultmask = engine_.special(Engine::Special::kFaultmask);
  engine_.set_special(Engine::Special::kFaultmask, negative ? faultmask & faultmask_kept_ : 0);
  if (number < kExceptions) exceptions_.Deactivate(number);
  words_.event = true;
  if (!valid) return Fail(exc_return, kUsageFault, kInvpc, cost);
  if (const unsigned next = exceptions_.Next(ExecutionPriority())) {  // tail-chaining: the frame stays
    Take(next, exc_return);
    return kTailChainCycles;
  }
  if (!Pop(exc_return)) return Fail(exc_return, kBusFault, kUnstkerr, cost);
  if (words_.locked_up) return cost.exception_return;
  FinishReturn(exc_return);
  return cost.exception_return;
}

// A return that goes wrong: the fault is taken without stacking again, on the frame that is still there.
uint32_t Processor::Fail(uint32_t exc_return, Exception exception, uint32_t cfsr_bit,
                         const AccountParameters& cost) {
  Fault(exception, cfsr_bit);
  if (words_.locked_up) return cost.exception_entry;
  const uint32_t kept = 0xF0000000 | (exc_return & 0x0FFFFFFF);
  const unsigned next = exceptions_.Next(ExecutionPriority());
  if (next != 0) Take(next, kept);
  return cost.exception_entry;
}

bool Processor::PopFloat(uint32_t frame) {
  if ((words_.fpccr & kFpccrLspact) != 0) {  // never saved: still in the registers
    words_.fpccr &= ~kFpccrLspact;
    return true;
  }
  uint32_t values[kStackedFloats + 1];
  for (unsigned i = 0; i <= kStackedFloats; ++i) {
    if (!memory_.LoadWord(frame + kFloatOffset + 4 * i, values[i])) return false;
  }
  for (unsigned i = 0; i < kStackedFloats; ++i) engine_.set_s(i, values[i]);
  engine_.set_fpscr(values[kStackedFloats]);
  return true;
}

// Restores registers from the frame. False on a bus error; a frame of nonsense raises INVPC by itself.
bool Processor::Pop(uint32_t exc_return) {
  const bool thread = (exc_return & kExcReturnThread) != 0;
  const bool process = (exc_return & kExcReturnSpsel) != 0;
  const bool extended = (exc_return & kExcReturnBasic) == 0;
  const auto stack = process ? Engine::Special::kPsp : Engine::Special::kMsp;
  const uint32_t frame = engine_.special(stack);
  uint32_t words[8];
  for (unsigned i = 0; i < 8; ++i) {
    if (!memory_.LoadWord(frame + 4 * i, words[i])) return false;
  }
  const uint32_t xpsr = words[7];
  if (thread != ((xpsr & kIpsrMask) == 0)) {  // mode and exception number contradict each other
    Fail(exc_return, kUsageFault, kInvpc, AccountParameters{});
    return true;
  }
  if (extended && !PopFloat(frame)) return false;

  uint32_t control = engine_.control() & ~(kControlSpsel | kControlFpca | kControlSfpa);
  if (process) control |= kControlSpsel;
  if (extended) control |= kControlFpca | kControlSfpa;
  const uint32_t popped = frame + (extended ? kExtendedFrame : kBasicFrame);
  engine_.set_special(stack, popped | ((xpsr & kAlignBit) != 0 ? 4 : 0));
  engine_.set_control(control);
  for (unsigned i = 0; i < 4; ++i) engine_.SetRegister(i, words[i]);
  engine_.SetRegister(12, words[4]);
  engine_.SetRegister(14, words[5]);
  engine_.set_xpsr(xpsr & ~(kIpsrMask | kAlignBit));
  engine_.SetRegister(15, words[6] & ~1U);
  if ((xpsr & kThumb) == 0) engine_.set_xpsr(xpsr & ~(kIpsrMask | kAlignBit));
  engine_.set_ipsr(xpsr & kIpsrMask);  // last: it may end privilege
  if (engine_.hidden().exclusive) engine_.ClearExclusive();
  return true;
}

void Processor::FinishReturn(uint32_t exc_return) {
  const bool thread = (exc_return & kExcReturnThread) != 0;
  if (thread && exceptions_.active_count() == 0 && (words_.scr & kScrSleeponexit) != 0) {
    words_.sleeping = true;
    words_.sleeps_for_event = false;
  }
}

}  // namespace sim
