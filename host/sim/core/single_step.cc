// One instruction at a time, as a debugger steps.
#include <algorithm>

#include "host/sim/core/board_impl.h"

namespace sim {

Stop Board::Impl::Step() {
  Stop stop;
  run_until_ = kNever;
  stop_requested_ = false;
  Housekeep();
  if (ReasonToStop(stop)) return stop;
  if (CoreStands()) {
    PassIdly(scheduler.next());
    return stop;
  }
  if (TakeException()) {
    stop.pc = engine.Register(15);
    return stop;
  }
  if (words.sleeping && !Awake()) {
    if (scheduler.next() == kNever && !peripherals.mvp.busy()) return stop;
    Sleep(kNever);
    return stop;
  }
  StepInstruction(stop);
  if (stop.reason == StopReason::kBreakpoint) stop.reason = StopReason::kCycles;
  Housekeep();
  stop.pc = engine.Register(15);
  return stop;
}

void Board::Impl::StepInstruction(Stop& stop) {
  const uint32_t pc = engine.Register(15);
  const uint32_t next = pc + InstructionSize(pc);
  stepping_ = true;
  step_blocks_ = 0;
  bool go_on = true;
  // An instruction that needs care or an access that is told twice takes two goes.
  for (int i = 0; i < 3 && go_on && engine.Register(15) == pc; ++i) {
    engine.ForgetCode(pc, next);
    step_blocks_ = 0;
    const uint64_t before = exceptions.changes();
    if (care_found_ && care_.address == pc && !HandleCare()) break;
    if (exceptions.changes() != before) break;  // it faulted
    care_found_ = false;
    go_on = Execute(stop, next);
    if (exceptions.changes() != before) break;
  }
  engine.ForgetCode(pc, next);
  stepping_ = false;
  if (data_watch_passes_) debug.Halt(2);
  data_watch_passes_ = false;
}

// DHCSR.C_STEP: an instruction, or the entry to an exception, and the core halts again.
void Board::Impl::StepForDebugger(Stop& stop) {
  if (Stalled(engine.Register(15))) {
    scheduler.AdvanceTo(std::min({run_until_, scheduler.next(), stalled_until_}));
    return;
  }
  if (!TakeException()) StepInstruction(stop);
  stop = Stop{};
  if (!debug.halted()) debug.Halt(0);
}

}  // namespace sim
