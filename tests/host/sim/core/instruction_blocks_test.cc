// What a callback in the middle of a block must not leave behind.
#include <gtest/gtest.h>

#include "tests/host/sim/core/board_program.h"

TEST(InstructionBlocks, ConditionalAccessesLeaveNoItState) {
  // The first touch of a page and each peripheral access call back in the middle of the IT block.
  for (const char* address : {"0x20008000", "0x40004084", "0xE000ED00"}) {
    BoardProgram p(std::string("start: ldr r1, =") + address + R"(
  ldr r3, =target + 1
  cmp r1, r1
  ite eq
  ldreq r2, [r1]
  movne r2, #9
  bx r3
  .align 4
target: movs r5, #1
  mov r4, r5
  movs r6, #42
  bkpt 0
)");
    p.Run();
    EXPECT_EQ(p.Register(4), 1u) << address;
    EXPECT_EQ(p.Register(5), 1u) << address;
    EXPECT_EQ(p.Register(6), 42u) << address;
  }
}

TEST(InstructionBlocks, CodeInRamThatChangesThroughTheDebuggerRunsAsChanged) {
  BoardProgram p(R"(
start: ldr r0, =0x20003000
  ldr r1, =0x4770
  movw r2, #0x2501      // MOVS R5, #1
  orr r2, r2, r1, lsl #16
  str r2, [r0]
  adds r0, #1
  blx r0
  bkpt 0
  blx r0
  bkpt 0
)");
  p.Run();
  EXPECT_EQ(p.Register(5), 1u);
  p.Poke(0x20003000, 0x47702507);
  p.board.WriteRegister(15, p.Register(15) + 2);
  p.Run();
  EXPECT_EQ(p.Register(5), 7u);
}

// Code and data in one page of RAM; the literals lie in a page of flash that falls together with it in the
// engine's table of pages.
TEST(InstructionBlocks, CodeInRamThatTheCoreWritesAgainAndAgainRunsAsWritten) {
  BoardProgram p(R"(
start: ldr r7, =0x20000000
  ldr r3, =0x47702500   // MOVS R5, #0; BX LR
  movs r4, #0
  movs r6, #0
  movs r2, #0
again: str r2, [r7, #64]
  str r3, [r7]
  isb
  add r0, r7, #1
  blx r0
  adds r6, r5
  str r6, [r7, #68]
  ldr r1, =0x11223344
  str r1, [r7, #72]
  adds r3, #1
  adds r2, #1
  cmp r2, #100
  bne again
  bkpt 0
)");
  p.Run();
  EXPECT_EQ(p.Register(2), 100u);
  EXPECT_EQ(p.Register(6), 99u * 100u / 2);
}
