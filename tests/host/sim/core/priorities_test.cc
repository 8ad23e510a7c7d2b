// Preemption, tail-chaining, masks, the NVIC's registers (Armv8-M manual, B3 "Priorities and preemption").
#include <gtest/gtest.h>

#include "tests/host/sim/core/board_program.h"

namespace {

// Interrupts 1, 2, 3 enabled with priorities by bytes in NVIC_IPR0; each handler appends a digit to r7.
const char* const kSetUp = R"(
setup: ldr r0, =SCS + 0x100
  movs r1, #0xE
  str r1, [r0]
  movs r7, #0
  bx lr
append: movs r2, #10
  muls r7, r2
  adds r7, r0
  bx lr
)";

}  // namespace

TEST(Priorities, PendedInterruptIsTakenAtOnce) {
  BoardProgram p(std::string(R"(
start: bl setup
  ldr r0, =SCS + 0x200
  movs r1, #2
  str r1, [r0]
  dsb
  isb
  adds r7, #100
  bkpt 0
irq1: adds r7, #1
  mrs r6, ipsr
  bx lr
)") + kSetUp);
  p.Run();
  EXPECT_EQ(p.Register(7), 101u);
  EXPECT_EQ(p.Register(6), 17u);
}

TEST(Priorities, HigherPriorityPreemptsAndEqualWaits) {
  BoardProgram p(std::string(R"(
start: bl setup
  ldr r0, =SCS + 0x400
  ldr r1, =0x20404000  // IRQ1 0x40, IRQ2 0x40, IRQ3 0x20
  str r1, [r0]
  ldr r0, =SCS + 0x200
  movs r1, #2
  str r1, [r0]
  isb
  bkpt 0
irq1: push {r4, lr}
  movs r0, #1
  bl append
  ldr r3, =SCS + 0x200
  movs r1, #0xC
  str r1, [r3]
  isb
  movs r0, #4
  bl append
  pop {r4, pc}
irq2: push {r4, lr}
  movs r0, #2
  bl append
  pop {r4, pc}
irq3: push {r4, lr}
  movs r0, #3
  bl append
  pop {r4, pc}
)") + kSetUp);
  p.Run();
  EXPECT_EQ(p.Register(7), 1342u);
}

TEST(Priorities, TailChainKeepsTheFrame) {
  BoardProgram p(std::string(R"(
start: bl setup
  cpsid i
  ldr r0, =SCS + 0x200
  movs r1, #6
  str r1, [r0]
  cpsie i
  isb
  bkpt 0
irq1: mov r8, sp
  mov r10, lr
  bx lr
irq2: mov r9, sp
  mov r11, lr
  bx lr
)") + kSetUp);
  p.Run();
  EXPECT_EQ(p.Register(8), BoardProgram::kStackTop - 0x20);
  EXPECT_EQ(p.Register(9), BoardProgram::kStackTop - 0x20);
  EXPECT_EQ(p.Register(10), 0xFFFFFFF9u);
  EXPECT_EQ(p.Register(11), 0xFFFFFFF9u);
  EXPECT_EQ(p.Register(13), BoardProgram::kStackTop);
}

TEST(Priorities, PrimaskBasepriFaultmaskHoldBack) {
  BoardProgram p(std::string(R"(
start: bl setup
  ldr r0, =SCS + 0x400
  ldr r1, =0x20404000
  str r1, [r0]
  movs r1, #0x40
  msr basepri, r1
  ldr r0, =SCS + 0x200
  movs r1, #0xE
  str r1, [r0]      // only IRQ3 (0x20) passes BASEPRI 0x40
  isb
  mov r8, r7
  cpsid i
  movs r1, #0
  msr basepri, r1
  isb
  mov r9, r7
  cpsid f
  cpsie i
  isb
  mov r10, r7
  cpsie f
  isb
  bkpt 0
irq1: push {r4, lr}
  movs r0, #1
  bl append
  pop {r4, pc}
irq2: push {r4, lr}
  movs r0, #2
  bl append
  pop {r4, pc}
irq3: push {r4, lr}
  movs r0, #3
  bl append
  pop {r4, pc}
)") + kSetUp);
  p.Run();
  EXPECT_EQ(p.Register(8), 3u);
  EXPECT_EQ(p.Register(9), 3u);
  EXPECT_EQ(p.Register(10), 3u);
  EXPECT_EQ(p.Register(7), 312u);
}

TEST(Priorities, PrigroupMakesASubpriority) {
  BoardProgram p(std::string(R"(
start: bl setup
  ldr r0, =SCS + 0xD0C
  ldr r1, =0x05FA0600  // PRIGROUP 6: one bit of preemption priority
  str r1, [r0]
  ldr r0, =SCS + 0x400
  ldr r1, =0x10204000  // all in the same group; IRQ3 first among pending ones
  str r1, [r0]
  ldr r0, =SCS + 0x200
  movs r1, #2
  str r1, [r0]
  isb
  bkpt 0
irq1: push {r4, lr}
  ldr r3, =SCS + 0x200
  movs r1, #0xC
  str r1, [r3]
  isb
  movs r0, #1
  bl append
  pop {r4, pc}
irq2: push {r4, lr}
  movs r0, #2
  bl append
  pop {r4, pc}
irq3: push {r4, lr}
  movs r0, #3
  bl append
  pop {r4, pc}
)") + kSetUp);
  p.Run();
  EXPECT_EQ(p.Register(7), 132u);
}

TEST(Priorities, SvcAtItsOwnPriorityIsAHardFault) {
  BoardProgram p(R"(
start: svc #0
  bkpt 0
svcall: svc #1
  bkpt 1
hard_fault: ldr r0, =SCS + 0xD2C
  ldr r1, [r0]
  bkpt 2
)");
  p.Run();
  EXPECT_EQ(p.Register(1), 1u << 30);
  EXPECT_EQ(p.Register(16) & 0x1FF, 3u);
}

TEST(Priorities, NmiAndPendsvThroughIcsr) {
  BoardProgram p(R"(
start: movs r7, #0
  cpsid f
  ldr r0, =SCS + 0xD04
  ldr r1, =0x90000000
  str r1, [r0]
  isb
  mov r8, r7
  ldr r4, [r0]
  cpsie f
  isb
  bkpt 0
nmi: adds r7, #1
  bx lr
pendsv: adds r7, #10
  ldr r5, [r0]
  bx lr
)");
  p.Run();
  EXPECT_EQ(p.Register(8), 1u);               // NMI is above FAULTMASK
  EXPECT_EQ(p.Register(4) >> 28 & 1, 1u);     // PENDSVSET waits
  EXPECT_EQ(p.Register(4) >> 12 & 511, 14u);  // VECTPENDING
  EXPECT_EQ(p.Register(7), 11u);
  EXPECT_EQ(p.Register(5) & 0x1FF, 14u);   // VECTACTIVE
  EXPECT_EQ(p.Register(5) >> 11 & 1, 1u);  // RETTOBASE
}

TEST(Priorities, FaultmaskIsClearedOnReturnButNotFromNmi) {
  BoardProgram p(R"(
start: svc #0
  mrs r5, faultmask
  ldr r0, =SCS + 0xD04
  ldr r1, =0x80000000
  str r1, [r0]
  isb
  mrs r6, faultmask
  bkpt 0
svcall: cpsid f
  bx lr
nmi: cpsid f
  bx lr
)");
  p.Run();
  EXPECT_EQ(p.Register(5), 0u);
  EXPECT_EQ(p.Register(6), 0u);  // CPSID f has no effect at priority -2
}

TEST(Priorities, RegistersOf76Interrupts) {
  BoardProgram p("start: bkpt 0\n");
  p.Run();
  EXPECT_EQ(p.Word(0xE000E004), 2u);
  for (uint32_t bank = 0; bank < 4; ++bank) p.Poke(0xE000E100 + 4 * bank, 0xFFFFFFFF);
  EXPECT_EQ(p.Word(0xE000E100), 0xFFFFFFFFu);
  EXPECT_EQ(p.Word(0xE000E108), 0x00000FFFu);  // 76 = 2 * 32 + 12
  EXPECT_EQ(p.Word(0xE000E10C), 0u);
  p.Poke(0xE000E184, 0x00000001);
  EXPECT_EQ(p.Word(0xE000E104), 0xFFFFFFFEu);
  p.Poke(0xE000E448, 0xFFFFFFFF);
  EXPECT_EQ(p.Word(0xE000E448), 0xF0F0F0F0u);  // 4 bits each
  p.Poke(0xE000E44C, 0xFFFFFFFF);              // beyond interrupt 75
  EXPECT_EQ(p.Word(0xE000E44C), 0u);
  p.Poke(0xE000EF00, 5);
  EXPECT_EQ(p.Word(0xE000E200), 1u << 5);
  p.Poke(0xE000E280, 1u << 5);
  EXPECT_EQ(p.Word(0xE000E200), 0u);
}
