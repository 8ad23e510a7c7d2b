// Bring-up, launch and counters of the MVP accelerator.
#include "mvp/driver.h"

#include "mvp/registers.h"

namespace mvp {
namespace {

// Polls of a busy flag that hardware clears within a few cycles.
constexpr int kBusyPolls = 1000;

bool WaitWhile(port::Accelerator& accelerator, uint32_t offset, uint32_t busy) {
  for (int i = 0; i < kBusyPolls; ++i) {
    if ((accelerator.Read(offset) & busy) == 0) return true;
  }
  return false;
}

}  // namespace

Status Driver::Init() {
  ready_ = false;
  if (!accelerator_.Present()) return Status::kAbsent;
  accelerator_.PowerUp();
  BringUp();
  ready_ = true;
  return Status::kOk;
}

// The vendor's order: EN, IEN, CFG. All three are lost whenever EN was 0.
void Driver::BringUp() {
  accelerator_.Write(reg::EN, EN_EN);
  accelerator_.Write(reg::IF + reg::CLR, IF_ALL);
  accelerator_.Write(reg::IEN, IF_PERFCNT0 | IF_PERFCNT1 | IF_PROGDONE | IF_FAULTS);
  accelerator_.Write(reg::CFG, CFG_PERFCNTEN | CFG_PERF0CNTSEL_RUN | CFG_PERF1CNTSEL_STALL);
}

[[gnu::hot]] Status Driver::Start(const Launch& launch, uint32_t timeout_cycles) {
  if (running_) {
    const Status previous = Finish();
    if (previous != Status::kOk) return previous;
  }
  if (!ready_) return Status::kAbsent;
  accelerator_.Launch(launch.words());
  timeout_cycles_ = timeout_cycles;
  running_ = true;
  return Status::kOk;
}

[[gnu::hot]] Status Driver::Finish() {
  if (!running_) return Status::kOk;
  running_ = false;
  ++launches_;
  const port::ProgramEnd end = accelerator_.WaitForEnd(timeout_cycles_);
  wait_cycles_ += end.wait.wait_cycles;
  if (!end.wait.finished) return Fail(Status::kTimeout);
  if ((end.flags & IF_FAULTS) != 0) return Fail(Status::kFault);
  accelerator_cycles_ += end.cycles;
  if ((end.flags & IF_PERFCNT0) != 0) accelerator_cycles_ += kCounterSpan;
  return Status::kOk;
}

Status Driver::Run(const Program& program, uint32_t timeout_cycles) {
  const Status started = Start(Launch(program), timeout_cycles);
  return started == Status::kOk ? Finish() : started;
}

Status Driver::Fail(Status status) {
  ++faults_;
  last_fault_ = {status, launches_, accelerator_.Read(reg::IF) & IF_FAULTS,
                 accelerator_.Read(reg::FAULTSTATUS), accelerator_.Read(reg::FAULTADDR)};
  accelerator_.Write(reg::SWRST, SWRST_SWRST);
  // A block that does not come out of reset stays unused: its layers run on the CPU from then on.
  ready_ = WaitWhile(accelerator_, reg::SWRST, SWRST_RESETTING);
  if (ready_) BringUp();
  return status;
}

}  // namespace mvp
