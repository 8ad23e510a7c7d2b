// The stack of calls: BL and BX LR, recursion, tail calls, exceptions, and what is charged to whom.
#include "host/sim/account/recorder.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/host/sim/account/program.h"

namespace sim {
namespace {

constexpr uint32_t kA = kRamBase + 0x000, kB = kRamBase + 0x100, kC = kRamBase + 0x200;

// Three functions of 0x80 bytes. At each one's start a BL, after it BX LR, then NOPs; at 0x20 an
// unconditional B.
struct Recording : Program {
  Recording() : recorder(scheduler, account) {
    for (uint32_t at : {kA, kB, kC}) {
      Put(at, {0xF000, 0xF800, 0x4770});
      Put(at + 0x20, {0xE7FE, 0xBF00});
    }
    recorder.SetFunctions({{kA, kA + 0x80}, {kB, kB + 0x80}, {kC, kC + 0x80}});
    recorder.Start(true);
  }
  void Enter(uint32_t address, uint32_t size) { scheduler.Pass(account.Enter(address, size)); }
  void Call(uint32_t at) { Enter(at, 4); }
  void Return(uint32_t at) { Enter(at + 4, 2); }

  // Begin and end of functions and exceptions as "a(b()b)", exceptions as digits.
  std::string Story() const {
    std::string story;
    for (const TraceEvent& event : recorder.events()) {
      const bool function = event.kind <= TraceEvent::Kind::kFunctionEnd;
      const char name = static_cast<char>(
          function ? (event.value == kUnknownFunction ? '?' : 'a' + event.value) : '0' + event.value);
      const bool begins =
          event.kind == TraceEvent::Kind::kFunctionBegin || event.kind == TraceEvent::Kind::kExceptionBegin;
      story += begins ? std::string(1, name) + "(" : std::string(")");
    }
    return story;
  }

  Scheduler scheduler;
  Recorder recorder;
};

TEST(Recorder, FollowsCallsAndReturns) {
  Recording run;
  run.Call(kA);
  run.Call(kB);
  run.Return(kC);
  run.Return(kB);
  run.Return(kA);
  run.recorder.Stop();
  EXPECT_EQ(run.Story(), "a(b(c()))");
}

TEST(Recorder, FollowsRecursion) {
  Recording run;
  run.Call(kA);
  run.Call(kA);
  run.Return(kB);
  run.Return(kA);
  run.Return(kA);
  EXPECT_EQ(run.Story(), "a(a(b())");
  EXPECT_EQ(run.recorder.calls().size(), 4U);  // root, a, a/a, a/a/b
}

TEST(Recorder, ATailCallReplacesItsCaller) {
  Recording run;
  run.Call(kA);
  run.Enter(kB + 0x20, 2);  // B to C
  run.Return(kC);
  run.Return(kA);
  EXPECT_EQ(run.Story(), "a(b()c()");
}

TEST(Recorder, AReturnMaySkipFrames) {
  Recording run;
  run.Call(kA);
  run.Call(kB);
  run.Return(kC);
  run.Return(kA);
  EXPECT_EQ(run.Story(), "a(b(c())");
}

TEST(Recorder, ExceptionsNestInWhatTheyInterrupt) {
  Recording run;
  run.Call(kA);
  run.account.Redirect();
  run.recorder.ExceptionEntered(5);
  run.Return(kB);
  run.account.Redirect();
  run.recorder.ExceptionReturned();
  run.Enter(kA + 0x20, 2);
  EXPECT_EQ(run.Story(), "a(5(b())");
  run.recorder.ExceptionReturned();  // none is active: nothing happens
  EXPECT_EQ(run.Story(), "a(5(b())");
}

TEST(Recorder, CodeOutsideOfAllFunctionsIsUnknown) {
  Recording run;
  run.Call(kA);
  run.Enter(kRamBase + 0x700, 2);
  EXPECT_EQ(run.Story(), "a(?(");
}

TEST(Recorder, TheTreeHoldsAllCycles) {
  Recording run;
  uint64_t charged = 0;
  for (int i = 0; i < 100; ++i) {
    const uint32_t at[] = {kA, kB, kC};
    charged += run.account.Enter(at[i % 3], 4);
    charged += run.account.Enter(at[(i * 7) % 3] + 0x20, 2);
    if (i % 5 == 0) run.recorder.ExceptionEntered(3);
    if (i % 5 == 3) run.recorder.ExceptionReturned();
  }
  uint64_t cycles = 0;
  for (const CallNode& node : run.recorder.calls()) cycles += node.cycles;
  EXPECT_EQ(cycles, charged);
}

TEST(Recorder, EventsBeyondTheMostAreCounted) {
  Recording run;
  run.recorder.Start(true, 2);
  run.Call(kA);
  run.recorder.Sent(1, 'x');
  run.recorder.AcceleratorStarted(7);
  run.recorder.AcceleratorFinished(9, true);
  EXPECT_EQ(run.recorder.events().size(), 2U);
  EXPECT_EQ(run.recorder.dropped(), 2U);
  EXPECT_EQ(run.recorder.events()[1].value, 1U << 8 | 'x');
}

TEST(Recorder, EventsCarryTheirCycle) {
  Recording run;
  run.scheduler.Pass(100);
  run.Call(kA);
  run.recorder.SleepBegins();
  ASSERT_EQ(run.recorder.events().size(), 2U);
  EXPECT_EQ(run.recorder.events()[0].cycle, 100U);
  EXPECT_EQ(run.recorder.events()[1].cycle, 102U);
}

TEST(Recorder, RunawayRecursionIsBounded) {
  Recording run;
  for (int i = 0; i < 5000; ++i) run.Call(kA);
  EXPECT_LT(run.recorder.calls().size(), 1000U);
}

TEST(Recorder, RecordsNothingWhenStopped) {
  Recording run;
  run.recorder.Stop();
  run.Call(kA);
  run.recorder.Sent(0, 1);
  run.recorder.ExceptionEntered(2);
  EXPECT_TRUE(run.recorder.events().empty());
}

}  // namespace
}  // namespace sim
