// The SCB's registers, reset and its cause, byte accesses, and the DWT's counter.
#include <gtest/gtest.h>

#include <array>

#include "tests/host/sim/core/board_program.h"

using sim::StopReason;

TEST(SystemRegisters, IdentityAndResetValues) {
  BoardProgram p("start: bkpt 0\n");
  p.Run();
  EXPECT_EQ(p.Word(0xE000ED00), 0x410FD214u);  // Cortex-M33 r0p4
  EXPECT_EQ(p.Word(0xE000ED08), 0x08000000u);
  EXPECT_EQ(p.Word(0xE000ED0C), 0xFA050000u);
  EXPECT_EQ(p.Word(0xE000ED14), 0x00000201u);
  EXPECT_EQ(p.Word(0xE000ED88), 0u);
  EXPECT_EQ(p.Word(0xE000EF34), 0xC0000000u);
}

// SYSCFG.CFGSYSTIC and CLKSOURCE 0: SysTick counts EM23GRPACLK, 32768 Hz, while the core runs at 20 MHz.
TEST(SystemRegisters, SysTickCountsTheReferenceClock) {
  BoardProgram p("start: b start\n");
  p.Poke(0x40009064, 1u << 16);
  p.Poke(0x4007C024, 1);
  p.Poke(0xE000E014, 999);
  p.Poke(0xE000E010, 1);
  p.Run(2'000'000);  // 3276.8 ticks
  EXPECT_NEAR(p.Word(0xE000E018), 1000 - 277, 1);
  EXPECT_EQ(p.Word(0xE000E010) >> 16, 1u);
}

// A B310 has fewer pins than a B210 (hardware description 1.1): PA8 is not there to be driven.
TEST(SystemRegisters, PortsHaveThePinsOfThePart) {
  BoardProgram b310("start: b start\n");
  sim::BoardSettings settings;
  settings.part = 0x011804BA;
  BoardProgram b210("start: b start\n", settings);
  const std::array<uint32_t, 4> few = {0xFF, 0xF, 0x3FF, 0x3F}, all = {0x3FF, 0x3F, 0x3FF, 0x3F};
  for (unsigned port = 0; port < 4; ++port) {
    for (BoardProgram* p : {&b310, &b210}) {
      p->Poke(0x40009064, 1u << 26);
      p->Poke(0x4003C040 + 0x30 * port, 0xFFFFFFFF);
      EXPECT_EQ(p->Word(0x4003C040 + 0x30 * port), (p == &b310 ? few : all)[port]) << port;
    }
  }
}

TEST(SystemRegisters, VtorMovesTheTable) {
  BoardProgram p(R"(
start: ldr r0, =0x20003000
  ldr r1, =other + 1
  str r1, [r0, #44]
  ldr r2, =SCS + 0xD08
  str r0, [r2]
  dsb
  svc #0
  bkpt 0
svcall: movs r7, #1
  bx lr
other: movs r7, #2
  bx lr
)");
  p.Run();
  EXPECT_EQ(p.Register(7), 2u);
}

TEST(SystemRegisters, AircrNeedsItsKeyAndResets) {
  BoardProgram p(R"(
start: ldr r0, =0x40004094
  ldr r6, [r0]
  ldr r5, =0x20003000
  ldr r4, [r5]
  adds r4, #1
  str r4, [r5]
  cmp r4, #2
  beq done
  ldr r0, =SCS + 0xD0C
  movs r1, #4
  str r1, [r0]      // no key
  ldr r1, =0x05FA0004
  str r1, [r0]
  b .
done: bkpt 0
)");
  p.Poke(0x20003000, 0);
  EXPECT_EQ(p.Run().reason, StopReason::kHalted);
  EXPECT_EQ(p.Register(4), 2u);            // RAM is kept
  EXPECT_EQ(p.Register(6), 1u | 1u << 6);  // POR and SYSREQ
}

TEST(SystemRegisters, PrioritiesAndStatusTakeBytes) {
  BoardProgram p(R"(
start: ldr r0, =SCS + 0xD1C
  movs r1, #0x5F
  strb r1, [r0, #3]     // SVCall
  ldr r2, [r0]
  ldr r0, =SCS + 0x400
  movs r1, #0xA0
  strb r1, [r0, #5]
  ldr r3, [r0, #4]
  ldrb r4, [r0, #5]
  udf #0
hard_fault: ldr r0, =SCS + 0xD28
  ldrh r5, [r0, #2]     // UFSR
  movs r1, #1
  strh r1, [r0, #2]
  ldr r6, [r0]
  bkpt 0
)");
  p.Run();
  EXPECT_EQ(p.Register(2), 0x50000000u);
  EXPECT_EQ(p.Register(3), 0x0000A000u);
  EXPECT_EQ(p.Register(4), 0xA0u);
  EXPECT_EQ(p.Register(5), 1u);
  EXPECT_EQ(p.Register(6), 0u);
}

TEST(SystemRegisters, CyccntIsTheClock) {
  BoardProgram p(R"(
start: ldr r0, =0xE000EDFC
  ldr r1, =0x01000000
  str r1, [r0]
  ldr r0, =0xE0001000
  movs r1, #0
  str r1, [r0, #4]
  movs r1, #1
  str r1, [r0]
here: ldr r4, [r0, #4]
  movw r2, #1000
loop: subs r2, #1
  bne loop
there: ldr r5, [r0, #4]
  bkpt 0
)");
  p.board.AddStop(p.Symbol("here"));
  p.Run();
  const sim::Cycle before = p.board.now();
  p.board.RemoveStop(p.Symbol("here"));
  p.board.AddStop(p.Symbol("there"));
  p.Run();
  const sim::Cycle passed = p.board.now() - before;
  p.Run();
  EXPECT_NEAR(static_cast<double>(p.Register(5) - p.Register(4)), static_cast<double>(passed), 10.0);
  EXPECT_GT(passed, 1999u);
  EXPECT_EQ(p.Word(0xE0001000) >> 25 & 1, 0u);  // NOCYCCNT
}
