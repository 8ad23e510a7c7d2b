// Taking an exception: the frame, late arrival and derived faults, and the jump through the vector table.
// Rules of the Armv8-M manual, B3 "Exception entry" and the pseudocode ExceptionEntry, PushStack,
// DerivedLateArrival, ExceptionTaken.
#include "host/sim/core/processor.h"

namespace sim {
namespace {

constexpr uint32_t kControlNpriv = 1, kControlSpsel = 2, kControlFpca = 4, kControlSfpa = 8;
constexpr uint32_t kBasicFrame = 0x20, kExtendedFrame = 0x68, kFloatOffset = 0x20;
constexpr uint32_t kAlignBit = 1U << 9;
// EXC_RETURN: prefix, S, DCRS; then FType, Mode, SPSEL, ES.
constexpr uint32_t kExcReturn = 0xFFFFFFE1;
constexpr uint32_t kExcReturnSpsel = 1U << 2, kExcReturnThread = 1U << 3, kExcReturnBasic = 1U << 4;
constexpr unsigned kFrameWords = 8;
constexpr unsigned kStackedFloats = 16;
constexpr uint32_t kThumb = 1U << 24;

}  // namespace

Processor::Processor(Engine& engine, ExceptionModel& exceptions, CoreWords& words, WordMemory& memory)
    : engine_(engine), exceptions_(exceptions), words_(words), memory_(memory) {}

PriorityMasks Processor::masks() {
  PriorityMasks masks;
  masks.primask = (engine_.special(Engine::Special::kPrimask) & 1) != 0;
  masks.faultmask = (engine_.special(Engine::Special::kFaultmask) & 1) != 0;
  masks.basepri = static_cast<uint8_t>(engine_.special(Engine::Special::kBasepri));
  return masks;
}

bool Processor::WouldWake() {
  PriorityMasks masks = this->masks();
  masks.primask = false;
  return exceptions_.Next(exceptions_.ExecutionPriority(masks)) != 0;
}

void Processor::Reset(uint32_t vectors) {
  const uint32_t actlr = 0;
  words_ = CoreWords{};
  words_.vtor = vectors;
  words_.actlr = actlr;
  fault_ = {};
  lockup_.clear();
  engine_.set_ipsr(0);
  engine_.set_control(0);
  for (auto which : {Engine::Special::kPrimask, Engine::Special::kBasepri, Engine::Special::kFaultmask,
                     Engine::Special::kPsp}) {
    engine_.set_special(which, 0);
  }
  engine_.set_stack_limits(0, 0);
  engine_.ClearExclusive();
  engine_.set_float_control(0, true);
  engine_.set_fpscr(0);
  for (unsigned i = 0; i < 13; ++i) engine_.SetRegister(i, 0);
  engine_.SetRegister(14, 0xFFFFFFFF);
  uint32_t sp = 0, pc = 0;
  const bool read = memory_.LoadWord(vectors, sp) && memory_.LoadWord(vectors + 4, pc);
  engine_.SetRegister(13, sp & ~3U);
  engine_.set_xpsr((pc & 1) != 0 ? kThumb : 0);
  engine_.SetRegister(15, pc & ~1U);
  if ((pc & 1) == 0) engine_.set_xpsr(0);
  if (!read) Lockup("the reset vector cannot be read");
}

uint32_t Processor::TakePending(const AccountParameters& cost) {
  const int priority = ExecutionPriority();
  unsigned number = exceptions_.Next(priority);
  if (number == 0) return 0;
  const Frame frame = Push(engine_.Register(15));
  number = Arbitrate(number, frame, priority);
  if (number != 0) Take(number, frame.exc_return);
  return cost.exception_entry;
}

Processor::Frame Processor::Push(uint32_t return_address) {
  const bool thread = engine_.ipsr() == 0;
  const uint32_t control = engine_.control();
  const bool process = thread && (control & kControlSpsel) != 0;
  const bool extended = (control & kControlFpca) != 0 && (words_.fpccr & kFpccrAspen) != 0;
  const Engine::Hidden hidden = engine_.hidden();
  const uint32_t limit = process ? hidden.psplim : hidden.msplim;
  const uint32_t sp = engine_.Register(13);
  const uint32_t frame = (sp - (extended ? kExtendedFrame : kBasicFrame)) & ~7U;
  if (hidden.exclusive) engine_.ClearExclusive();

  Frame made{kExcReturn, 0, 0};
  if (process) made.exc_return |= kExcReturnSpsel;
  if (thread) made.exc_return |= kExcReturnThread;
  if (!extended) made.exc_return |= kExcReturnBasic;
  const bool overflows = frame < limit || frame > sp;
  if (overflows) {  // the pointer stops at the limit and nothing is written
    made.derived = kUsageFault;
    made.cfsr_bit = kStkof;
    engine_.SetRegister(13, limit);
  }
  const uint32_t xpsr = (engine_.xpsr() & ~kAlignBit) | ((sp & 4) != 0 ? kAlignBit : 0);
  const uint32_t words[kFrameWords] = {
      engine_.Register(0),  engine_.Register(1),  engine_.Register(2),  engine_.Register(3),
      engine_.Register(12), engine_.Register(14), return_address & ~1U, xpsr};
  bool stored = true;
  for (unsigned i = 0; i < kFrameWords && !overflows; ++i) {
    stored = memory_.StoreWord(frame + 4 * i, words[i]) && stored;
  }
  if (extended) {
    const int priority = ExecutionPriority();
    if ((words_.fpccr & kFpccrLspen) != 0) {
      NoteLazyFrame(frame + kFloatOffset, priority, thread);
    } else if (!overflows) {
      stored = StoreFloat(frame + kFloatOffset) && stored;
    }
  }
  if (!overflows) engine_.SetRegister(13, frame);
  if (!stored) {
    made.derived = kBusFault;
    made.cfsr_bit = kStkerr;
  }
  return made;
}

void Processor::NoteLazyFrame(uint32_t frame, int priority, bool thread) {
  words_.fpcar = frame & ~7U;
  uint32_t fpccr = words_.fpccr & ~(kFpccrUser | kFpccrThread | kFpccrHfrdy | kFpccrMmrdy | kFpccrBfrdy |
                                    kFpccrMonrdy | kFpccrUfrdy);
  const auto ready = [&](Exception number) {
    return exceptions_.enabled(number) && exceptions_.GroupPriority(number) < priority;
  };
  fpccr |= kFpccrLspact;
  if (thread && (engine_.control() & kControlNpriv) != 0) fpccr |= kFpccrUser;
  if (thread) fpccr |= kFpccrThread;
  if (priority > -1) fpccr |= kFpccrHfrdy;
  if (ready(kMemManage)) fpccr |= kFpccrMmrdy;
  if (ready(kBusFault)) fpccr |= kFpccrBfrdy;
  if (ready(kUsageFault)) fpccr |= kFpccrUfrdy;
  if (ready(kDebugMonitor)) fpccr |= kFpccrMonrdy;
  words_.fpccr = fpccr;
}

bool Processor::StoreFloat(uint32_t at) {
  bool stored = true;
  for (unsigned i = 0; i < kStackedFloats; ++i) {
    stored = memory_.StoreWord(at + 4 * i, engine_.s(i)) && stored;
  }
  return memory_.StoreWord(at + 4 * kStackedFloats, engine_.fpscr()) && stored;
}

// Which exception is taken now: the one that was to be, or one that stacking for it raised, if that has the
// higher priority. 0 after a lock-up.
unsigned Processor::Arbitrate(unsigned number, const Frame& frame, int priority_before) {
  if (frame.derived == 0) return number;
  words_.cfsr |= frame.cfsr_bit;
  fault_ = {frame.derived, frame.derived, frame.cfsr_bit, engine_.Register(15), 0, 0};
  unsigned derived = frame.derived;
  if (!exceptions_.enabled(derived) || exceptions_.GroupPriority(derived) >= priority_before) {
    words_.hfsr |= kHfsrForced;
    derived = kHardFault;
  }
  fault_.taken = derived;
  if (derived == kHardFault && (number == kHardFault || number == kNmi || priority_before <= -1)) {
    if (number == kHardFault || priority_before <= -1) {
      Lockup("the exception frame cannot be stacked");
      exceptions_.Activate(number);  // a debugger that halts the core finds it at this priority
      engine_.set_ipsr(number);
      return 0;
    }
  }
  exceptions_.Pend(derived);
  const int group = exceptions_.GroupPriority(derived);
  return group < exceptions_.GroupPriority(number) ? derived : number;
}

void Processor::Take(unsigned number, uint32_t exc_return) {
  uint32_t vector = 0;
  if (!memory_.LoadWord(words_.vtor + 4 * number, vector)) {
    words_.hfsr |= kHfsrVecttbl;
    fault_ = {kHardFault, kHardFault, 0, engine_.Register(15), words_.vtor + 4 * number, 1};
    const bool hopeless = number == kHardFault || number == kNmi || exceptions_.RawExecutionPriority() <= -1;
    if (hopeless || !memory_.LoadWord(words_.vtor + 4 * kHardFault, vector)) {
      Lockup("its vector cannot be read");
      exceptions_.Activate(number);
      engine_.set_ipsr(number);
      return;
    }
    number = kHardFault;
  }
  if (exceptions_.RawExecutionPriority() >= 0) faultmask_kept_ = engine_.special(Engine::Special::kFaultmask);
  exceptions_.Activate(number);
  engine_.set_ipsr(number);  // the main stack from here on
  engine_.set_control(engine_.control() & ~(kControlSpsel | kControlFpca | kControlSfpa));
  engine_.SetRegister(14, exc_return);
  engine_.set_xpsr((engine_.xpsr() & 0xF80F0000) | ((vector & 1) != 0 ? kThumb : 0));  // no IT bits
  engine_.SetRegister(15, vector & ~1U);
  if ((vector & 1) == 0) engine_.set_xpsr(engine_.xpsr() & ~kThumb);
  words_.event = true;
  words_.sleeping = false;
}

}  // namespace sim
