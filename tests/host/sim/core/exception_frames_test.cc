// Stacking and unstacking: the words of the frame, EXC_RETURN, alignment, the process stack (Armv8-M manual,
// B3).
#include <gtest/gtest.h>

#include "tests/host/sim/core/board_program.h"

using sim::StopReason;

TEST(ExceptionFrames, SvcStacksEightWordsAndReturnsAfterIt) {
  BoardProgram p(R"(
start: movs r0, #1
  movs r1, #2
  movs r2, #3
  movs r3, #4
  mov r12, r3
  ldr r4, =0x12345678
  mov lr, r4
  movs r5, #0
  cmp r5, #0
call: svc #5
after: bkpt 0
svcall:
  mov r6, sp
  mov r7, lr
  mrs r8, ipsr
  ldr r9, [sp, #24]
  ldr r10, [sp, #28]
  ldr r11, [sp, #20]
  movs r0, #99
  bx lr
)");
  const sim::Stop stop = p.Run();
  EXPECT_EQ(stop.reason, StopReason::kHalted);
  EXPECT_EQ(stop.pc, p.Symbol("after"));
  EXPECT_EQ(p.Register(6), BoardProgram::kStackTop - 0x20);
  EXPECT_EQ(p.Register(7), 0xFFFFFFF9u);  // thread, main stack, basic frame
  EXPECT_EQ(p.Register(8), 11u);
  EXPECT_EQ(p.Register(9), p.Symbol("after"));
  EXPECT_EQ(p.Register(10), 0x61000000u);  // Z and C from CMP, T
  EXPECT_EQ(p.Register(11), 0x12345678u);
  EXPECT_EQ(p.Register(0), 1u);  // the handler's value is gone
  EXPECT_EQ(p.Register(14), 0x12345678u);
  EXPECT_EQ(p.Register(13), BoardProgram::kStackTop);
  EXPECT_EQ(p.Word(BoardProgram::kStackTop - 0x20 + 0), 1u);
  EXPECT_EQ(p.Word(BoardProgram::kStackTop - 0x20 + 4), 2u);
  EXPECT_EQ(p.Word(BoardProgram::kStackTop - 0x20 + 8), 3u);
  EXPECT_EQ(p.Word(BoardProgram::kStackTop - 0x20 + 12), 4u);
  EXPECT_EQ(p.Word(BoardProgram::kStackTop - 0x20 + 16), 4u);
}

TEST(ExceptionFrames, MisalignedStackIsAlignedAndRestored) {
  BoardProgram p(R"(
start: sub sp, #4
  svc #0
  bkpt 0
svcall:
  mov r6, sp
  ldr r10, [sp, #28]
  bx lr
)");
  p.Run();
  EXPECT_EQ(p.Register(6) % 8, 0u);
  EXPECT_EQ(p.Register(6), BoardProgram::kStackTop - 0x28);
  EXPECT_EQ(p.Register(10) >> 9 & 1, 1u);
  EXPECT_EQ(p.Register(13), BoardProgram::kStackTop - 4);
  EXPECT_EQ(p.Register(16) >> 9 & 1, 0u);
}

TEST(ExceptionFrames, ProcessStackAndUnprivilegedThread) {
  BoardProgram p(R"(
start: ldr r0, =0x20001800
  msr psp, r0
  movs r0, #3
  msr control, r0
  isb
  svc #0
  mrs r5, control
  mrs r11, primask
  svc #1
  bkpt 0
svcall:
  mov r6, sp
  mov r7, lr
  mrs r8, psp
  mrs r9, control
  bx lr
)");
  p.Run();
  EXPECT_EQ(p.Register(7), 0xFFFFFFFDu);
  EXPECT_EQ(p.Register(6), BoardProgram::kStackTop);
  EXPECT_EQ(p.Register(8), 0x20001800u - 0x20);
  EXPECT_EQ(p.Register(9) & 1, 1u);  // nPRIV stays in the handler
  EXPECT_EQ(p.Register(5) & 3, 3u);
  EXPECT_EQ(p.Register(13), 0x20001800u);
}

TEST(ExceptionFrames, ItStateSurvivesAnInterrupt) {
  // The interrupt comes at a load from a peripheral window inside the block: NVIC pends it before.
  BoardProgram p(R"(
start: ldr r0, =0xE000E100
  movs r1, #1
  str r1, [r0]
  ldr r2, =0x20002100
  movs r4, #0
  cmp r4, #0
  ittte eq
  moveq r5, #1
  udfeq #0
  moveq r6, #2
  movne r7, #3
  bkpt 0
hard_fault:
  ldr r8, [sp, #28]
  ldr r9, [sp, #24]
  adds r9, #2
  str r9, [sp, #24]
  // Skip the instruction in the IT state too: shift the mask.
  ldr r10, =0x06000000
  ands r11, r8, r10
  movw r0, #0xFC00
  and r1, r8, r0
  lsrs r1, r1, #8
  lsrs r11, r11, #25
  orrs r1, r11
  and r12, r1, #0xE0
  lsls r1, r1, #1
  and r1, r1, #0x1F
  orr r1, r1, r12
  bic r8, r8, r10
  bic r8, r8, r0
  and r0, r1, #3
  orr r8, r8, r0, lsl #25
  and r0, r1, #0xFC
  orr r8, r8, r0, lsl #8
  str r8, [sp, #28]
  mov r0, r8
  bx lr
)");
  p.Run();
  EXPECT_EQ(p.Register(5), 1u);
  EXPECT_EQ(p.Register(6), 2u);
  EXPECT_EQ(p.Register(7), 0u);
}

TEST(ExceptionFrames, FlagsAndGeComeBack) {
  BoardProgram p(R"(
start: ldr r0, =0xF80F0000
  msr apsr_nzcvqg, r0
  svc #0
  mrs r5, apsr
  bkpt 0
svcall:
  movs r0, #0
  msr apsr_nzcvqg, r0
  bx lr
)");
  p.Run();
  EXPECT_EQ(p.Register(5) & 0xF80F0000u, 0xF80F0000u);
}

TEST(ExceptionFrames, ReturnsThatPopIntoThePc) {
  BoardProgram p(R"(
start: svc #0
  movs r4, #7
  bkpt 0
svcall: push {r0, lr}
  bl inner
  pop {r0, pc}
inner: bx lr
)");
  EXPECT_EQ(p.Run().reason, StopReason::kHalted);
  EXPECT_EQ(p.Register(4), 7u);
}

TEST(ExceptionFrames, InvalidReturnIsInvpc) {
  BoardProgram p(R"(
start: ldr r0, =SCS + 0xD24
  ldr r1, =0x70000
  str r1, [r0]
  svc #0
  bkpt 0
svcall:
  ldr lr, =0xFFFFFFFB
  bx lr
usage_fault:
  ldr r2, =SCS + 0xD28
  ldr r3, [r2]
  mov r4, lr
  mrs r5, ipsr
  bkpt 1
)");
  p.Run();
  EXPECT_EQ(p.Register(3), 1u << 18);
  EXPECT_EQ(p.Register(5), 6u);
}
