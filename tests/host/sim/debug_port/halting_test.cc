// What a debugger does with the core through the debug port: halt, step, breakpoints, watchpoints, reset.
// Expectations: Armv8-M manual, "Debug", and what pyOCD asks for.
#include <gtest/gtest.h>

#include "tests/host/sim/core/board_program.h"
#include "tests/host/sim/debug_port/probe.h"

namespace {

const char* const kLoop = R"(
start: movs r0, #0
  movs r1, #0
  ldr r3, =0x20003000
again: adds r0, #1
here: str r0, [r3]
after: adds r1, #1
  adds r1, #1
  ldr r2, [r3]
read: nop
  b again
systick: push {r4, lr}
  pop {r4, pc}
)";

constexpr uint32_t kHalt = kDbgkey | 3, kRun = kDbgkey | 1;

struct Target {
  explicit Target(const char* source = kLoop) : program(source), probe(program.board) { probe.Connect(); }

  bool halted() { return (probe.ReadDhcsr() & kSHalt) != 0; }
  void Step(bool masked = true) {
    if (masked) probe.Write(kDhcsr, kDbgkey | 0xB);  // C_MASKINTS while halted
    probe.Write(kDhcsr, kDbgkey | (masked ? 0xD : 0x5));
    EXPECT_TRUE((probe.ReadDhcsr() & 2) != 0);  // C_HALT is back
  }
  void ResetAndHalt() {
    probe.Write(kDemcr, 1);
    probe.Write(kAircr, 0x05FA0004);
    EXPECT_TRUE(halted());
    probe.Write(kDemcr, 0);
  }
  uint32_t pc() { return probe.Register(15); }

  BoardProgram program;
  Probe probe;
};

// A board whose flash is erased.
struct Blank {
  sim::Board board{sim::BoardSettings{}};
  Probe probe{board};
};

}  // namespace

TEST(Halting, HaltSetsItsStatus) {
  Target t;
  EXPECT_FALSE(t.halted());
  t.probe.Write(kDhcsr, kHalt);
  const uint32_t dhcsr = t.probe.ReadDhcsr();
  EXPECT_EQ(dhcsr & 0x30003, 0x30003u);
  EXPECT_EQ(t.probe.Read(kDfsr) & 0x1F, 1u);
  EXPECT_NE(t.probe.Register(16) & 1 << 24, 0u);  // T
  EXPECT_EQ(t.probe.Register(26), t.probe.Register(17));
  EXPECT_EQ(t.probe.Register(27), t.probe.Register(18));
  EXPECT_EQ(t.probe.Register(34), t.probe.Register(20));
  EXPECT_EQ(t.probe.Register(24), 0u);
}

TEST(Halting, StepsOneInstruction) {
  Target t;
  t.ResetAndHalt();
  EXPECT_EQ(t.pc(), t.program.Symbol("start"));
  EXPECT_EQ(t.probe.Read(kDfsr) & 0x1F, 8u);
  t.probe.Write(kDfsr, 0x1F);
  for (uint32_t i = 1; i <= 3; ++i) {
    t.Step();
    EXPECT_EQ(t.pc(), t.program.Symbol("start") + 2 * i);
    EXPECT_EQ(t.probe.Read(kDfsr) & 0x1F, 1u);
  }
  t.Step();
  EXPECT_EQ(t.probe.Register(0), 1u);
  t.Step();
  EXPECT_EQ(t.pc(), t.program.Symbol("after"));
  EXPECT_EQ(t.probe.Read(0x20003000), 1u);
}

TEST(Halting, AStepMayEnterAnInterruptUnlessMasked) {
  Target t;
  t.ResetAndHalt();
  for (int i = 0; i < 3; ++i) t.Step();
  t.probe.Write(0xE000ED04, 1 << 26);  // PENDSTSET
  t.Step(true);
  EXPECT_EQ(t.pc(), t.program.Symbol("here"));
  t.Step(false);
  EXPECT_EQ(t.pc(), t.program.Symbol("systick"));
  EXPECT_EQ(t.probe.Register(16) & 0x1FF, 15u);
}

TEST(Halting, AFaultIsTakenWhileInterruptsAreMasked) {
  Target t("start: movs r0, #0\n ldr r1, [r0]\nhard_fault: nop\n b hard_fault\n");
  t.ResetAndHalt();
  t.Step();
  t.Step();
  t.Step();
  EXPECT_EQ(t.probe.Register(16) & 0x1FF, 3u);
}

TEST(Halting, Breakpoint) {
  Target t;
  t.ResetAndHalt();
  t.probe.Write(0xE0002000, 3);
  t.probe.Write(0xE0002008, t.program.Symbol("here") | 1);
  t.probe.Write(kDfsr, 0x1F);
  t.probe.Write(kDhcsr, kRun);
  EXPECT_TRUE(t.halted());
  EXPECT_EQ(t.pc(), t.program.Symbol("here"));
  EXPECT_EQ(t.probe.Read(kDfsr) & 0x1F, 2u);
}

TEST(Halting, BreakpointInstruction) {
  Target t("start: movs r0, #7\nstop: bkpt 0\n b stop\n");
  t.probe.Write(kDhcsr, kRun);
  EXPECT_TRUE(t.halted());
  EXPECT_EQ(t.pc(), t.program.Symbol("stop"));
  EXPECT_EQ(t.probe.Read(kDfsr) & 2, 2u);
}

struct WatchCase {
  uint32_t function;  // MATCH
  const char* stops_at;
};
class Watchpoints : public testing::TestWithParam<WatchCase> {};

// Right after the access, before the rest of the block of instructions.
TEST_P(Watchpoints, StopsAfterTheAccess) {
  Target t;
  t.ResetAndHalt();
  t.probe.Write(kDemcr, 1U << 24);
  t.probe.Write(0xE0001020, 0x20003000);
  t.probe.Write(0xE0001028, 2U << 10 | 0x10 | GetParam().function);
  t.probe.Write(kDfsr, 0x1F);
  t.probe.Write(kDhcsr, kRun);
  ASSERT_TRUE(t.halted());
  EXPECT_EQ(t.pc(), t.program.Symbol(GetParam().stops_at));
  EXPECT_EQ(t.probe.Read(kDfsr) & 0x1F, 4u);
  EXPECT_EQ(t.probe.Read(0x20003000), 1u);
  EXPECT_NE(t.probe.Read(0xE0001028) & 1U << 24, 0u);  // MATCHED
  EXPECT_EQ(t.probe.Read(0xE0001028) & 1U << 24, 0u);  // until read
  // It goes on from there and stops at the next.
  t.probe.Write(kDhcsr, kRun);
  ASSERT_TRUE(t.halted());
  const uint32_t turns = t.probe.Register(0);
  EXPECT_TRUE(turns == 1 || turns == 2);
  EXPECT_EQ(t.probe.Register(1), GetParam().function == 6 || turns == 1 ? 2 * turns : 2 * (turns - 1));
}

INSTANTIATE_TEST_SUITE_P(Functions, Watchpoints,
                         testing::Values(WatchCase{4, "after"}, WatchCase{5, "after"}, WatchCase{6, "read"}));

TEST(Halting, AWatchpointWhileStepping) {
  Target t;
  t.ResetAndHalt();
  t.probe.Write(kDemcr, 1U << 24);
  t.probe.Write(0xE0001020, 0x20003000);
  t.probe.Write(0xE0001028, 2U << 10 | 0x10 | 5);
  for (int i = 0; i < 5; ++i) t.Step();
  EXPECT_EQ(t.pc(), t.program.Symbol("after"));
  EXPECT_EQ(t.probe.Read(0x20003000), 1u);
  EXPECT_EQ(t.probe.Read(kDfsr) & 4, 4u);
}

TEST(Halting, HaltWakesASleepingCore) {
  Target t("start: movs r0, #0\n wfi\nwoken: adds r0, #1\n b woken\n");
  t.probe.wire.Idle(100'000);
  EXPECT_NE(t.probe.ReadDhcsr() & 1U << 18, 0u);  // S_SLEEP
  t.probe.Write(kDhcsr, kHalt);
  EXPECT_EQ(t.pc(), t.program.Symbol("woken"));
  t.probe.Write(kDhcsr, kRun);
  t.probe.wire.Idle(100'000);
  t.probe.Write(kDhcsr, kHalt);
  EXPECT_GT(t.probe.Register(0), 0u);
}

TEST(Halting, ResetWithoutCatchRuns) {
  Target t;
  t.probe.Write(kDhcsr, kHalt);
  t.probe.Write(kAircr, 0x05FA0004);
  const uint32_t dhcsr = t.probe.ReadDhcsr();
  EXPECT_EQ(dhcsr & (kSHalt | kSResetSt | 1), kSResetSt | 1);
  EXPECT_EQ(t.probe.ReadDhcsr() & kSResetSt, 0u);
}

TEST(Halting, ErasedFlashLocksUpAndCanBeHalted) {
  Blank blank;
  blank.probe.Connect();
  blank.probe.wire.Idle(1'000'000);
  EXPECT_NE(blank.probe.ReadDhcsr() & kSLockup, 0u);
  blank.probe.Write(kDhcsr, kHalt);
  EXPECT_EQ(blank.probe.ReadDhcsr() & (kSHalt | kSLockup), kSHalt);
  blank.probe.Write(kDhcsr, kRun);
  EXPECT_NE(blank.probe.ReadDhcsr() & kSLockup, 0u);
  blank.probe.Write(kDemcr, 1);
  blank.probe.Write(kAircr, 0x05FA0004);
  EXPECT_EQ(blank.probe.ReadDhcsr() & (kSHalt | kSLockup), kSHalt);
  EXPECT_EQ(blank.probe.Read(kDfsr) & 0x1F, 8u);
}

TEST(Halting, ARoutineRunsInRamOfABlankPart) {
  Blank blank;
  blank.probe.Connect();
  blank.probe.Write(kDhcsr, kHalt);
  blank.probe.Write(kDemcr, 1);
  blank.probe.Write(kAircr, 0x05FA0004);
  blank.probe.Write(0x20000000, 0x4770BE00);  // bkpt 0; bx lr
  blank.probe.Write(0x20000004, 0x47701840);  // adds r0, r0, r1; bx lr
  const uint32_t registers[][2] = {{0, 40},          {1, 2},           {13, 0x20008000},
                                   {14, 0x20000001}, {15, 0x20000004}, {16, 0x01000000}};
  for (const auto& [number, value] : registers) blank.probe.SetRegister(number, value);
  blank.probe.Write(kDhcsr, kDbgkey | 9);
  EXPECT_NE(blank.probe.ReadDhcsr() & kSHalt, 0u);
  EXPECT_EQ(blank.probe.Register(0), 42u);
  EXPECT_EQ(blank.probe.Register(15), 0x20000000u);
}

// Out of lock-up without a reset: the routine runs at the priority of HardFault.
TEST(Halting, ARoutineRunsInRamOfABlankPartThatWasOnlyHalted) {
  Blank blank;
  blank.probe.Connect();
  blank.probe.wire.Idle(1'000'000);
  blank.probe.Write(kDhcsr, kHalt);
  EXPECT_EQ(blank.probe.Register(16) & 0x1FF, 3u);
  blank.probe.Write(0x20000000, 0x4770BE00);
  blank.probe.Write(0x20000004, 0x47701840);
  const uint32_t registers[][2] = {{0, 40},          {1, 2},           {13, 0x20008000},
                                   {14, 0x20000001}, {15, 0x20000004}, {16, 0x01000000}};
  for (const auto& [number, value] : registers) blank.probe.SetRegister(number, value);
  blank.probe.Write(kDhcsr, kDbgkey | 9);
  EXPECT_NE(blank.probe.ReadDhcsr() & kSHalt, 0u);
  EXPECT_EQ(blank.probe.Register(0), 42u);
}

TEST(Halting, TheCoreStartsWhenTheSecurityEngineLetsIt) {
  Target t;
  t.program.board.faults().se_start_us = 5000;
  t.probe.Write(kAircr, 0x05FA0004);
  uint32_t data = 0;
  t.probe.WriteDp(8, 0);
  EXPECT_EQ(t.probe.Ap(12, true, data), sim::Ack::kWait);
  t.probe.wire.Idle(4'000'000);
  EXPECT_EQ(t.probe.Ap(12, true, data), sim::Ack::kWait);
  t.probe.wire.Idle(1'100'000);
  EXPECT_EQ(t.probe.Ap(12, true, data), sim::Ack::kOk);
  EXPECT_GT(t.probe.Read(0x20003000), 0u);
}
