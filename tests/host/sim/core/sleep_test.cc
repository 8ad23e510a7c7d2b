// WFI, WFE, SEV, sleep on exit, and what sleeping costs.
#include <gtest/gtest.h>

#include <chrono>

#include "tests/host/sim/core/board_program.h"

using sim::StopReason;

namespace {

// SysTick every `reload` + 1 cycles with its interrupt.
std::string Ticks(uint32_t reload) {
  return "ticks: ldr r0, =SCS + 0x14\n ldr r1, =" + std::to_string(reload) +
         "\n str r1, [r0]\n movs r1, #0\n str r1, [r0, #4]\n movs r1, #7\n str r1, [r0, #-4]\n bx lr\n";
}

}  // namespace

TEST(Sleep, WfiEndsWithTheInterrupt) {
  BoardProgram p(
      "start: movs r7, #0\n bl ticks\n wfi\n adds r7, #100\n bkpt 0\nsystick: adds r7, #1\n bx lr\n" +
      Ticks(999));
  p.Run();
  EXPECT_EQ(p.Register(7), 101u);
  EXPECT_GT(p.board.sleep_cycles(), 900u);
}

TEST(Sleep, WfiEndsAtAPendingInterruptEvenWithPrimask) {
  BoardProgram p(
      "start: movs r7, #0\n cpsid i\n bl ticks\n wfi\n mov r6, r7\n cpsie i\n isb\n bkpt 0\nsystick: adds "
      "r7, #1\n bx lr\n" +
      Ticks(9999));
  p.Run();
  EXPECT_EQ(p.Register(6), 0u);
  EXPECT_EQ(p.Register(7), 1u);
}

TEST(Sleep, BasepriKeepsItAsleep) {
  BoardProgram p(R"(
start: ldr r0, =SCS + 0xD20
  ldr r1, =0x80000000
  str r1, [r0]
  movs r1, #0x40
  msr basepri, r1
  bl ticks
  wfi
  bkpt 0
)" + Ticks(999));
  EXPECT_EQ(p.Run(100'000).reason, StopReason::kCycles);
  EXPECT_GT(p.board.sleep_cycles(), 90'000u);
}

TEST(Sleep, SevMakesTheNextWfeGoOn) {
  BoardProgram p("start: sev\n wfe\n movs r7, #1\n sev\n wfe\n movs r7, #2\n bkpt 0\n");
  EXPECT_EQ(p.Run().reason, StopReason::kHalted);
  EXPECT_EQ(p.Register(7), 2u);
}

TEST(Sleep, WfeWaitsWithoutAnEvent) {
  BoardProgram p("start: movs r7, #1\n sev\n wfe\n wfe\n movs r7, #2\n bkpt 0\n");
  EXPECT_EQ(p.Run(10'000).reason, StopReason::kCycles);
  EXPECT_EQ(p.Register(7), 1u);
}

TEST(Sleep, ExceptionReturnIsAnEvent) {
  BoardProgram p("start: svc #0\n wfe\n movs r7, #3\n bkpt 0\nsvcall: bx lr\n");
  EXPECT_EQ(p.Run().reason, StopReason::kHalted);
  EXPECT_EQ(p.Register(7), 3u);
}

TEST(Sleep, SleepOnExitStaysInHandlers) {
  BoardProgram p(R"(
start: movs r7, #0
  ldr r0, =SCS + 0xD10
  movs r1, #2
  str r1, [r0]
  bl ticks
  wfi
  movs r6, #1
  bkpt 0
systick: adds r7, #1
  cmp r7, #5
  bne 1f
  bkpt 1
1:
  bx lr
)" + Ticks(999));
  p.Run();
  EXPECT_EQ(p.Register(7), 5u);
  EXPECT_EQ(p.Register(6), 0u);
}

TEST(Sleep, CyccntStopsInSleepUnlessTold) {
  const std::string program = R"(
start: ldr r0, =0xE000EDFC
  ldr r1, =0x01000000
  str r1, [r0]
  ldr r0, =0xE0001000
  movs r1, #1
  str r1, [r0]
  bl ticks
  wfi
  ldr r0, =0xE0001000
  ldr r5, [r0, #4]
  bkpt 0
systick: bx lr
)" + Ticks(99'999);
  BoardProgram stops(program);
  stops.Run();
  EXPECT_LT(stops.Register(5), 1000u);
  sim::BoardSettings settings;
  settings.cyccnt_runs_in_sleep = true;
  BoardProgram runs(program, settings);
  runs.Run();
  EXPECT_GT(runs.Register(5), 99'000u);
}

TEST(Sleep, CostsNothingPerCycle) {
  BoardProgram p("start: b sleep\n .align 2\nsleep: wfi\n b sleep\n");
  const auto began = std::chrono::steady_clock::now();
  p.Run(1'000'000'000'000);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(1));
}

// A button on PB2, its pin pulled up, interrupts as it goes down; an LED on PD2 goes on.
TEST(Pins, AButtonWakesTheCoreAndAnLedGoesOn) {
  BoardProgram p(R"(
start: ldr r0, =0x40009064
  ldr r1, =1 << 26
  str r1, [r0]
  ldr r0, =0x4003C000
  ldr r1, =0x200
  str r1, [r0, #0x64]
  movs r1, #4
  str r1, [r0, #0x70]
  ldr r1, =0x400
  str r1, [r0, #0xC4]
  ldr r2, =0x4003C400
  ldr r1, =0x100
  str r1, [r2, #0x00]
  ldr r1, =0x200
  str r1, [r2, #0x08]
  movs r1, #4
  str r1, [r2, #0x14]
  str r1, [r2, #0x24]
  ldr r0, =0xE000E100
  ldr r1, =1 << 26
  str r1, [r0]
sleep: wfi
  b sleep
irq26: ldr r0, =0x4003C000
  movs r1, #4
  str r1, [r0, #0xD0]
  bkpt 0
)");
  p.Run(10'000);
  EXPECT_EQ(p.board.Pin("PB2"), true);
  EXPECT_EQ(p.board.Pin("PD2"), false);
  ASSERT_TRUE(p.board.SetPin("PB2", false));
  EXPECT_EQ(p.board.Pin("PB2"), false);
  EXPECT_EQ(p.Run(10'000).reason, sim::StopReason::kHalted);
  EXPECT_EQ(p.board.Pin("PD2"), true);
  EXPECT_TRUE(p.board.ReleasePin("PB2"));
  EXPECT_EQ(p.board.Pin("PB2"), true);
  EXPECT_FALSE(p.board.SetPin("PA8", true));
  EXPECT_FALSE(p.board.ReleasePin("PA8"));
  EXPECT_FALSE(p.board.Pin("PA8"));
}
