// UsageFault and HardFault with their status bits, escalation and lock-up (Armv8-M manual, B3 "Fault
// handling").
#include <gtest/gtest.h>

#include <cstdio>

#include "tests/host/sim/core/board_program.h"

using sim::StopReason;

namespace {

// SHCSR enables MemManage, BusFault and UsageFault; handlers leave CFSR in r1, HFSR in r2, the stacked PC in
// r3.
const char* const kReport = R"(
enable: ldr r0, =SCS + 0xD24
  ldr r1, =0x70000
  str r1, [r0]
  bx lr
usage_fault:
bus_fault:
mem_manage:
hard_fault: ldr r0, =SCS + 0xD28
  ldr r1, [r0]
  ldr r2, [r0, #4]
  ldr r3, [sp, #24]
  mrs r4, ipsr
  ldr r5, [r0, #16]
  bkpt 0xEE
)";

struct Case {
  const char* name;
  const char* code;
  uint32_t number;
  uint32_t cfsr;
};

class OneFault : public testing::TestWithParam<Case> {};

TEST_P(OneFault, IsTakenWithItsBitAndThePcOfTheInstruction) {
  BoardProgram p(std::string("start: bl enable\n") + GetParam().code + "\n  bkpt 1\n" + kReport);
  const sim::Stop stop = p.Run();
  EXPECT_EQ(stop.reason, StopReason::kHalted) << stop.detail;
  EXPECT_EQ(p.Register(4), GetParam().number);
  EXPECT_EQ(p.Register(1), GetParam().cfsr);
  EXPECT_EQ(p.Register(2), 0u);
  EXPECT_EQ(p.Register(3), p.Symbol("at"));
}

TEST_P(OneFault, EscalatesWhileDisabled) {
  BoardProgram p(std::string("start: nop\n") + GetParam().code + "\n  bkpt 1\n" + kReport);
  p.Run();
  EXPECT_EQ(p.Register(4), 3u);
  EXPECT_EQ(p.Register(1), GetParam().cfsr);
  EXPECT_EQ(p.Register(2), 1u << 30);
  EXPECT_EQ(p.Register(3), p.Symbol("at"));
}

INSTANTIATE_TEST_SUITE_P(
    All, OneFault,
    testing::Values(
        Case{"Undefined", "at: udf #1", 6, 1u << 16}, Case{"UndefinedWide", "at: udf.w #1", 6, 1u << 16},
        Case{"Coprocessor", "at: mrc p5, 0, r0, c0, c0", 6, 1u << 19},
        Case{"FloatWithoutCpacr", "nop\nat: vmov s0, r0", 6, 1u << 19},
        Case{"FloatLaterInItsBlock", "movs r5, #1\n movs r6, #1\n adds r5, r6\nat: vadd.f32 s0, s1, s2", 6,
             1u << 19},
        Case{"DivisionByZero",
             "ldr r0, =SCS + 0xD14\n ldr r1, [r0]\n orr r1, #16\n str r1, [r0]\n movs r1, #0\n "
             "isb\n movs r2, #9\nat: "
             "udiv r3, r2, r1",
             6, 1u << 25},
        Case{"UnalignedWord",
             "ldr r0, =SCS + 0xD14\n ldr r1, [r0]\n orr r1, #8\n str r1, [r0]\n ldr r1, =RAM + "
             "1\n isb\nat: ldr r2, [r1]",
             6, 1u << 24},
        Case{"UnalignedHalfwordStore",
             "ldr r0, =SCS + 0xD14\n ldr r1, [r0]\n orr r1, #8\n str r1, [r0]\n ldr r1, =RAM + "
             "1\n isb\nat: strh r2, "
             "[r1]",
             6, 1u << 24},
        Case{"UnalignedExclusive", "ldr r1, =RAM + 2\nat: ldrex r2, [r1]", 6, 1u << 24},
        Case{"UnalignedMultiple", "ldr r1, =RAM + 2\n movs r2, #1\nat: ldm r1, {r6, r7}", 6, 1u << 24},
        Case{"UnalignedMultipleStore", "ldr r1, =RAM\n adds r1, #3\nat: stm r1!, {r6, r7}", 6, 1u << 24},
        Case{"UnalignedMultipleFarBelow",
             "ldr r1, =RAM + 2\n b 1f\n1: adds r2, r3, r4\n ldr r2, [r1]\nat: ldmdb r1!, {r6, r7}", 6,
             1u << 24},
        Case{"UnalignedDouble", "ldr r1, =RAM + 1\nat: ldrd r6, r7, [r1, #8]", 6, 1u << 24},
        Case{"UnalignedDoubleStore", "ldr r1, =RAM + 2\n cmp r1, r1\n it eq\nat: strdeq r6, r7, [r1], #8", 6,
             1u << 24},
        Case{"UnalignedAcquire", "ldr r1, =RAM + 2\nat: lda r6, [r1]", 6, 1u << 24},
        Case{"UnalignedRelease", "ldr r1, =RAM + 1\nat: stlh r6, [r1]", 6, 1u << 24},
        Case{"UnalignedFloat",
             "ldr r0, =SCS + 0xD88\n ldr r1, =0xF00000\n str r1, [r0]\n dsb\n isb\n ldr r1, =RAM + "
             "2\nat: vldr s0, [r1, #4]",
             6, 1u << 24},
        Case{"UnalignedFloatMultipleWithoutCpacr", "ldr r1, =RAM + 2\nat: vstm r1, {s0-s3}", 6, 1u << 19},
        Case{"StackLimit", "ldr r0, =0x20000800\n msr msplim, r0\nat: sub sp, #0x900", 6, 1u << 20}),
    [](const testing::TestParamInfo<Case>& info) { return std::string(info.param.name); });

}  // namespace

TEST(Faults, BranchToAnEvenAddressIsInvstate) {
  BoardProgram p(
      std::string(
          "start: bl enable\n ldr r0, =target\n bic r0, #1\n bx r0\n .align 2\ntarget: nop\n bkpt 1\n") +
      kReport);
  p.Run();
  EXPECT_EQ(p.Register(1), 1u << 17);
  EXPECT_EQ(p.Register(3), p.Symbol("target"));
}

TEST(Faults, ABreakpointWithoutADebuggerIsToldAsOne) {
  BoardProgram p("start: nop\nat: bkpt 5\nhard_fault: b hard_fault\n");
  p.Poke(0xE000EDF0, 0xA05F0000);  // DHCSR.C_DEBUGEN is 0
  p.board.Run(10'000);
  char expected[80];
  std::snprintf(expected, sizeof expected, "12 DebugMonitor (BKPT) at PC 0x%08x, escalated to HardFault",
                p.Symbol("at"));
  EXPECT_EQ(p.board.last_exception(), expected);
}

TEST(Faults, ASupervisorCallThatCannotBeTakenIsToldAsOne) {
  BoardProgram p("start: cpsid i\nat: svc 1\nhard_fault: b hard_fault\n");
  p.Run(10'000);
  EXPECT_EQ(p.board.last_exception().rfind("11 SVCall (SVC) at PC 0x", 0), 0u) << p.board.last_exception();
}

TEST(Faults, DivisionByZeroWithoutTrapGivesZero) {
  BoardProgram p("start: movs r1, #0\n movs r2, #9\n udiv r3, r2, r1\n bkpt 0\n");
  p.Run();
  EXPECT_EQ(p.Register(3), 0u);
}

TEST(Faults, DivisionWithTrapOnDividesOtherwise) {
  BoardProgram p(R"(
start: ldr r0, =SCS + 0xD14
  ldr r1, [r0]
  orr r1, #16
  str r1, [r0]
  movs r4, #0
  movs r5, #5
  movs r6, #100
again: udiv r7, r6, r5
  adds r4, r7
  cmp r7, #0
  it eq
  udiveq r7, r6, r4   // never: the condition fails or the divisor is not 0
  subs r5, #1
  bne again
  bkpt 0
)");
  p.Run();
  EXPECT_EQ(p.Register(4), 20u + 25u + 33u + 50u + 100u);
}

TEST(Faults, FloatInAnItBlockThatFailsDoesNotFault) {
  BoardProgram p(std::string(R"(
start: bl enable
  movs r0, #1
  cmp r0, #0
  itt eq
  vmoveq s0, r0
  vmoveq s1, r0
  movs r6, #42
  bkpt 0
)") + kReport);
  p.Run();
  EXPECT_EQ(p.Register(6), 42u);
}

TEST(Faults, MisalignedMultipleStoreHasNoEffect) {
  BoardProgram p(std::string(R"(
start: bl enable
  ldr r7, =0x20002000
  movs r0, #0
  str r0, [r7]
  str r0, [r7, #4]
  adds r7, #1
  mvn r0, #0
  mov r6, r0
  b store
store: stm r7!, {r0, r6}
  bkpt 1
)") + kReport);
  p.Run();
  EXPECT_EQ(p.Register(1), 1u << 24);
  EXPECT_EQ(p.Register(7), 0x20002001u);
  EXPECT_EQ(p.Result(0), 0u);
  EXPECT_EQ(p.Result(1), 0u);
}

TEST(Faults, MisalignedBasesThatAreNotUsedOrAreMendedDoNotFault) {
  BoardProgram p(std::string(R"(
start: bl enable
  ldr r7, =0x20002001
  cmp r7, #0
  b skipped
skipped: itt eq
  ldmeq r7, {r0, r1}
  strdeq r0, r1, [r7]
  ldr r6, [r7]         // a single access may be
  bic r7, #3
  ldm r7!, {r0, r1}
  subs r7, #8
  b mended
mended: adds r7, #4
  ldrd r0, r1, [r7]
  movs r6, #42
  bkpt 0
)") + kReport);
  p.Run();
  EXPECT_EQ(p.Register(6), 42u);
  EXPECT_EQ(p.Register(7), 0x20002004u);
}

TEST(Faults, FaultInHardFaultLocksUp) {
  BoardProgram p("start: udf #0\nhard_fault:\nagain: udf #1\n");
  const sim::Stop stop = p.Run();
  EXPECT_EQ(stop.reason, StopReason::kLockup);
  EXPECT_EQ(stop.pc, p.Symbol("again"));
  EXPECT_NE(stop.detail.find("UsageFault (UNDEFINSTR)"), std::string::npos) << stop.detail;
  EXPECT_EQ(p.Run().reason, StopReason::kLockup);  // and stays there
}

TEST(Faults, BreakpointWithoutDebuggerIsAHardFault) {
  BoardProgram p("start: bkpt 3\n bkpt 0\nhard_fault: ldr r0, =SCS + 0xD2C\n ldr r1, [r0]\n b .\n");
  p.Poke(0xE000EDF0, 0xA05F0000);
  p.board.Run(2000);
  EXPECT_EQ(p.Register(1), 1u << 31);  // DEBUGEVT
}

TEST(Faults, StackOverflowWhileStackingStopsAtTheLimit) {
  BoardProgram p(R"(
start: ldr r0, =SCS + 0xD24
  ldr r1, =0x70000
  str r1, [r0]
  ldr r0, =SCS + 0xD1C
  ldr r1, =0x40000000  // SVCall below UsageFault
  str r1, [r0]
  ldr r0, =0x20001800
  msr psp, r0
  ldr r0, =0x200017F0
  msr psplim, r0
  movs r0, #2
  msr control, r0
  isb
  svc #0
  bkpt 1
svcall: movs r7, #1
  bx lr
usage_fault: mrs r6, psp
  ldr r0, =SCS + 0xD28
  ldr r1, [r0]
  mov r5, lr
  bkpt 3
)");
  p.Run();
  EXPECT_EQ(p.Register(1), 1u << 20);
  EXPECT_EQ(p.Register(6), 0x200017F0u);
  EXPECT_EQ(p.Register(5), 0xFFFFFFFDu);
}

TEST(Faults, MisalignedStoreThatFaultsChangesNothing) {
  BoardProgram p(R"(
start: ldr r0, =SCS + 0xD14
  ldr r1, [r0]
  orr r1, #8
  str r1, [r0]
  isb
  ldr r1, =RAM + 1
  ldr r2, =0xFFFFFFFF
  str r2, [r1]
  bkpt 1
hard_fault: bkpt 2
)");
  p.Run();
  EXPECT_EQ(p.Register(16) & 0x1FF, 3u);
  EXPECT_EQ(p.Result(0), 0u);
  EXPECT_EQ(p.Result(1), 0u);
}
