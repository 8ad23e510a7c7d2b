// The run loop: slices of instructions between events, exceptions and sleep in between.
#include <algorithm>
#include <cstdio>

#include "host/sim/core/board_impl.h"

namespace sim {
namespace {

constexpr uint32_t kSleepdeep = kScrSleepdeep;

std::string At(const char* text, uint32_t address) {
  char line[160];
  std::snprintf(line, sizeof line, "%s 0x%08x", text, address);
  return line;
}

}  // namespace

// Events that are due, the accelerator's share, and whatever a program asked for meanwhile.
void Board::Impl::Housekeep() {
  scheduler.RunDue();
  if (!peripherals.mvp.busy()) {
    next_catch_up_ = kNever;
  } else if (next_catch_up_ == kNever || scheduler.now() >= next_catch_up_) {
    if (next_catch_up_ != kNever) peripherals.mvp.CatchUp(scheduler.now());
    // On a fixed grid, so that it does not matter how a run is divided.
    next_catch_up_ = (scheduler.now() / kCatchUpCycles + 1) * kCatchUpCycles;
    scheduler.RunDue();
  }
  if (watches_changed_) RefreshDebugWatches();
  if (float_control_changed_) engine.set_float_control(words.fpdscr, (words.fpccr & kFpccrAspen) != 0);
  float_control_changed_ = false;
  if (reset_requested_ != 0) {
    const uint32_t cause = reset_requested_;
    reset_requested_ = 0;
    Reset(cause);
  }
}

// The engine asks again at this time, or at the next block where something has to be decided.
void Board::Impl::UpdateLimit() {
  real_limit_ = std::min(run_until_, scheduler.next());
  if (peripherals.mvp.busy()) {
    if (next_catch_up_ == kNever) next_catch_up_ = (scheduler.now() / kCatchUpCycles + 1) * kCatchUpCycles;
    real_limit_ = std::min(real_limit_, next_catch_up_);
  }
  const bool ask =
      AttentionNeeded() || stalled_until_ > scheduler.now() || resumes_ || stepping_ || InspectsCode();
  engine.set_limit(ask ? 0 : real_limit_);
}

// Something is pending that masks or priorities hold back, or has changed and was not looked at.
bool Board::Impl::AttentionNeeded() {
  if (stop_requested_ || float_control_changed_ || watches_changed_ || reset_requested_ != 0 ||
      !refusal_.empty() || debug.halted())
    return true;
  if (lines.changes() != lines_seen_ || exceptions.changes() != exceptions_seen_) {
    exceptions.Sample(lines);
    lines_seen_ = lines.changes();
    exceptions_seen_ = exceptions.changes();
    attention_ = exceptions.any_pending();
  }
  return attention_;
}

BlockAnswer Board::Impl::OnLimit(uint32_t address, uint32_t size) {
  if (stop_requested_ || float_control_changed_ || watches_changed_ || reset_requested_ != 0 ||
      !refusal_.empty() || debug.halted())
    return BlockAnswer::kStop;
  if (stepping_ && step_blocks_++ != 0) return BlockAnswer::kStop;
  const bool rest = resumes_ && address == resume_pc_;
  if (!rest && scheduler.now() >= real_limit_) return BlockAnswer::kStop;
  if (Stalled(address)) return BlockAnswer::kStop;
  if (AttentionNeeded() && !debug.masks_interrupts() && processor.MayTake()) return BlockAnswer::kStop;
  if (InspectsCode() && FindCare(address, address + size)) return BlockAnswer::kStop;
  if (resumes_) {
    resumes_ = false;
    UpdateLimit();
  }
  return rest ? BlockAnswer::kNoCharge : BlockAnswer::kCharge;
}

bool Board::Impl::Stalled(uint32_t pc) const {
  return stalled_until_ > scheduler.now() && pc - kFlashBase < settings.flash_bytes;
}

// Reasons that need no instruction to be executed, the most important first.
bool Board::Impl::ReasonToStop(Stop& stop) {
  stop.pc = engine.Register(15);
  if (power_cut_) {
    power_cut_ = false;
    stop.reason = StopReason::kPowerCut;
    stop.detail = At("power cut, the core was at PC", stop.pc);
    PowerOn();
  } else if (!refusal_.empty()) {
    stop.reason = StopReason::kUnmodelled;
    stop.detail.swap(refusal_);
  } else if (debug.halted() && !through_halts_) {
    stop.reason = StopReason::kHalted;
    stop.detail = At("halted at PC", stop.pc);
  } else if (stop_requested_) {
    stop_requested_ = false;
    stop.reason = StopReason::kRequested;
  } else if (words.locked_up && peripherals.emu.RequestReset(kResetLockup)) {
    return false;
  } else if (words.locked_up && !through_halts_) {
    stop.reason = StopReason::kLockup;
    stop.detail = processor.lockup_text();
  } else if (scheduler.now() >= run_until_) {
    stop.reason = StopReason::kCycles;
  } else {
    return false;
  }
  return true;
}

Stop Board::Impl::Run(Cycle until) {
  Stop stop;
  run_until_ = until;
  stop_requested_ = false;
  for (;;) {
    Housekeep();
    if (ReasonToStop(stop)) return stop;
    if (reset_requested_ != 0) continue;
    if (CoreStands()) {
      if (!PassIdly(run_until_)) return stop;
      continue;
    }
    systick.SetHalted(false);
    peripherals.tree.SetCoreState(CoreState::kRuns);
    if (debug.stepping()) {
      StepForDebugger(stop);
      continue;
    }
    if (TakeException()) continue;
    if (words.sleeping) {
      if (!Awake()) {
        if (run_until_ == kNever && scheduler.next() == kNever && !peripherals.mvp.busy()) {
          stop.detail = At("asleep with nothing left to wake the core, PC", stop.pc);
          return stop;
        }
        Sleep(run_until_);
      }
      continue;
    }
    if (Stalled(engine.Register(15))) {
      scheduler.AdvanceTo(std::min({run_until_, scheduler.next(), stalled_until_}));
      continue;
    }
    if (!Execute(stop, 0)) return stop;
  }
}

Stop Board::Impl::RunThrough(Cycle until) {
  through_halts_ = true;
  const Stop stop = Run(until);
  through_halts_ = false;
  return stop;
}

bool Board::Impl::TakeException() {
  exceptions.Sample(lines);
  if (!exceptions.any_pending()) return false;
  if (debug.masks_interrupts() && exceptions.HighestPending() >= kPendSv) return false;
  const bool slept = words.sleeping;
  const uint32_t cycles = processor.TakePending(account.parameters());
  if (cycles == 0) return false;
  if (slept) recorder.SleepEnds();
  resumes_ = false;
  account.Redirect();
  Charge(cycles);
  recorder.ExceptionEntered(engine.ipsr());
  if (debug.catches_hard_fault() && engine.ipsr() == kHardFault) debug.Halt(3);
  return true;
}

// Whether WFI or WFE ends.
bool Board::Impl::Awake() {
  exceptions.Sample(lines);
  bool awake = exceptions.any_pending() && processor.WouldWake();
  if (words.sleeps_for_event && words.event) {
    words.event = false;
    awake = true;
  }
  if (!awake) return false;
  words.sleeping = false;
  recorder.SleepEnds();
  return true;
}

bool Board::Impl::CoreStands() const { return debug.halted() || words.locked_up || Held(); }

// Time passes while the core stands: false if nothing would ever happen.
bool Board::Impl::PassIdly(Cycle until) {
  if (debug.halted() && words.sleeping) {
    words.sleeping = false;
    recorder.SleepEnds();
  }
  systick.SetHalted(debug.halted());
  peripherals.tree.SetCoreState(debug.halted() ? CoreState::kHalted : CoreState::kRuns);
  const Cycle began = scheduler.now();
  Cycle limit = std::min(until, scheduler.next());
  if (began < released_at_) limit = std::min(limit, released_at_);
  if (peripherals.mvp.busy()) {
    if (limit == kNever) limit = began + (Cycle{1} << 24);
    limit = std::min(limit, std::max(began, peripherals.mvp.CatchUp(limit)));
    limit = std::min(limit, std::max(began, scheduler.next()));
  }
  if (limit == kNever) return false;
  scheduler.AdvanceTo(limit);
  halted_cycles += scheduler.now() - began;
  next_catch_up_ = kNever;
  return true;
}

// Time passes without instructions, until the next event or until the accelerator is done.
void Board::Impl::Sleep(Cycle until) {
  const bool deep = (words.scr & kSleepdeep) != 0;
  peripherals.tree.SetCoreState(deep ? CoreState::kDeepSleeps : CoreState::kSleeps);
  const Cycle began = scheduler.now();
  Cycle limit = std::min(until, scheduler.next());
  if (peripherals.mvp.busy()) {
    if (limit == kNever) limit = began + (Cycle{1} << 24);
    limit = std::min(limit, std::max(began, peripherals.mvp.CatchUp(limit)));
    limit = std::min(limit, std::max(began, scheduler.next()));
  }
  scheduler.AdvanceTo(limit);
  sleep_cycles += scheduler.now() - began;
  next_catch_up_ = kNever;
  peripherals.tree.SetCoreState(CoreState::kRuns);
}

// One slice. False when the run ends, with its reason.
bool Board::Impl::Execute(Stop& stop, uint32_t until) {
  if (care_found_ && until == 0) {
    if (engine.Register(15) == care_.address) return HandleCare();
    until = care_.address;
    engine.ForgetCode(engine.Register(15), until + 4);
  }
  care_found_ = false;
  if (engine.Register(15) != care_passed_) care_passed_ = kNowhere;
  access_fault_ = alignment_fault_ = watch_hit_ = rest_of_block_ = data_watch_hit_ = false;
  if (resumes_from_ != engine.Register(15)) resumes_from_ = kNowhere;
  UpdateLimit();
  const TrapReport report = engine.Run(until);
  if (until != 0) engine.ForgetCode(until, until + 2);
  if (rest_of_block_) {
    resumes_ = true;
    resume_pc_ = stop.pc = engine.Register(15);
    if (!watch_hit_ || debug.halted()) return true;
    stop.reason = StopReason::kBreakpoint;
    return false;
  }
  if ((alignment_fault_ || data_watch_hit_) && !overwritten_.empty()) {
    std::copy(overwritten_.begin(), overwritten_.end(), FindMemory(fault_address_, 1));
  }
  if (data_watch_hit_) {
    resumes_ = data_watch_passes_ = true;
    resume_pc_ = engine.Register(15);
    if (!stepping_) StepInstruction(stop);
    return true;
  }
  if (alignment_fault_) {
    processor.Fault(kUsageFault, kUnaligned);
    return true;
  }
  if (access_fault_) {
    DataFault(fault_address_);
    return true;
  }
  return HandleTrap(report, stop);
}

}  // namespace sim
