// Commands of the MVP model and the passing of time: INIT, START, HALT, STEP, Advance.
#include <limits>

#include "host/mvp/mvp.h"

namespace mvp_model {

void Mvp::Command(uint32_t value) {
  if ((value & kCmdInit) != 0) {
    MachineState& state = sequencer_.state;
    state.pc = 0;
    state.loops = {};
    state.index = {};
    sequencer_.fault = {};
    sequencer_.timing.ClearCounts();
    mode_ = Mode::kIdle;  // what ran or was halted is gone
    launch_debt_ = 0;
  }
  if ((value & kCmdHalt) != 0 && mode_ == Mode::kRunning) mode_ = Mode::kPaused;
  if ((value & kCmdStart) != 0 && mode_ != Mode::kRunning) {
    Start();
    mode_ = Mode::kRunning;
  } else if ((value & kCmdStep) != 0 && mode_ != Mode::kRunning) {
    const Timing::Counts before = sequencer_.timing.counts();
    Start();
    mode_ = Mode::kPaused;
    Finish(sequencer_.Step());
    launch_debt_ = 0;
    CountWraps(before);
  }
}

// Also resumes a paused program: the state registers say where. It then costs no second launch, so that a
// program takes the same cycles in steps as in one run.
void Mvp::Start() {
  launched_ = words_;
  loop_errors_halt_ = (words_[CFG / 4] & kLoopErrHaltDis) == 0;
  sequencer_.Prepare(Decode(launched_), loop_errors_halt_);
  if (mode_ == Mode::kPaused) return;
  sequencer_.timing.Launch();
  launch_debt_ = sequencer_.timing.model().launch;
}

void Mvp::Finish(StepResult result) {
  if (result != StepResult::kContinue) mode_ = Mode::kIdle;
  if (result == StepResult::kEnded) sequencer_.flags |= kIfProgDone;
  words_[IF / 4] |= sequencer_.flags;
  sequencer_.flags = 0;
}

uint64_t Mvp::Advance(uint64_t budget) {
  if (mode_ != Mode::kRunning) return 0;
  const Timing::Counts before = sequencer_.timing.counts();
  const uint64_t begin = sequencer_.timing.run_cycles() - launch_debt_;
  launch_debt_ = 0;
  const uint64_t most = std::numeric_limits<uint64_t>::max();
  Finish(sequencer_.Run(budget < most - begin ? begin + budget : most));
  CountWraps(before);
  return sequencer_.timing.run_cycles() - begin;
}

// Raises PERFCNTn when the counter that register n shows passed 2^24 since `before`.
void Mvp::CountWraps(const Timing::Counts& before) {
  const uint32_t cfg = words_[CFG / 4];
  if ((cfg & kPerfCntEn) == 0) return;
  const Timing::Counts now = sequencer_.timing.counts();
  for (uint32_t n = 0; n < 2; ++n) {
    const uint32_t select = (cfg >> (16 + 4 * n)) & 0xF;
    if (before[select] >> 24 != now[select] >> 24) words_[IF / 4] |= kIfPerfCnt0 << n;
  }
}

}  // namespace mvp_model
