// Stops, calls and single steps.
#include <gtest/gtest.h>

#include "tests/host/sim/core/board_program.h"

using sim::StopReason;

namespace {

const char* const kLoop = R"(
start: movs r0, #0
again: adds r0, #1
here: adds r1, #1
  adds r2, #1
  cmp r0, #10
  bne again
  bkpt 0
)";

}  // namespace

TEST(Stops, StopBeforeTheInstructionEachTime) {
  BoardProgram p(kLoop);
  p.board.AddStop(p.Symbol("here"));
  for (uint32_t i = 1; i <= 3; ++i) {
    const sim::Stop stop = p.Run();
    EXPECT_EQ(stop.reason, StopReason::kBreakpoint);
    EXPECT_EQ(stop.pc, p.Symbol("here"));
    EXPECT_EQ(p.Register(0), i);
    EXPECT_EQ(p.Register(1), i - 1);
  }
  p.board.RemoveStop(p.Symbol("here"));
  EXPECT_EQ(p.Run().reason, StopReason::kHalted);
  EXPECT_EQ(p.Register(0), 10u);
}

TEST(Stops, DoNotChangeTimeOrInstructions) {
  BoardProgram plain(kLoop), stopped(kLoop);
  plain.Run();
  stopped.board.AddStop(stopped.Symbol("here"));
  while (stopped.Run().reason == StopReason::kBreakpoint) {
  }
  EXPECT_EQ(plain.board.now(), stopped.board.now());
  EXPECT_EQ(plain.board.instructions(), stopped.board.instructions());
}

TEST(Stops, CallsSeeRegistersAndMayStop) {
  BoardProgram p(kLoop);
  uint32_t calls = 0;
  p.board.AddCall(p.Symbol("here"), [&] {
    ++calls;
    EXPECT_EQ(p.Register(0), calls);
    if (calls == 4) p.board.RequestStop();
  });
  EXPECT_EQ(p.Run().reason, StopReason::kRequested);
  EXPECT_EQ(calls, 4u);
  EXPECT_EQ(p.Register(15), p.Symbol("here"));
  EXPECT_EQ(p.Run().reason, StopReason::kHalted);
  EXPECT_EQ(calls, 10u);
}

TEST(Stops, StepsOneInstruction) {
  BoardProgram p(R"(
start: movs r0, #1
  movs r1, #2
  cmp r0, #1
  ite eq
  moveq r2, #3
  movne r2, #4
  bl function
  bkpt 0
function: adds.w r3, r0, r1
  bx lr
)");
  const uint32_t start = p.Symbol("start");
  const uint32_t function = p.Symbol("function");
  const uint32_t expected[] = {start + 2,  start + 4, start + 6,    start + 8, start + 10,
                               start + 12, function,  function + 4, start + 16};
  for (uint32_t pc : expected) {
    EXPECT_EQ(p.board.Step().pc, pc);
    EXPECT_EQ(p.Register(15), pc);
  }
  EXPECT_EQ(p.Register(2), 3u);
  EXPECT_EQ(p.Register(3), 3u);
}

TEST(Stops, StepsCountWhatARunCounts) {
  BoardProgram p(kLoop), q(kLoop);
  p.Run();
  for (int i = 0; i < 51; ++i) q.board.Step();
  EXPECT_EQ(q.Register(0), 10u);
  EXPECT_EQ(q.Register(15), p.Register(15));
  EXPECT_EQ(p.board.instructions() - 1, q.board.instructions());
}

TEST(Stops, StepEntersExceptions) {
  BoardProgram p("start: svc #0\n bkpt 0\nsvcall: movs r5, #1\n bx lr\n");
  p.board.Step();
  p.board.Step();
  EXPECT_EQ(p.Register(15), p.Symbol("svcall"));
  p.board.Step();
  p.board.Step();
  EXPECT_EQ(p.Register(15), p.Symbol("start") + 2);
}
