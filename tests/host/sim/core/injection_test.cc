// Bit flips and power cuts at a cycle.
#include <gtest/gtest.h>

#include "tests/host/sim/core/board_program.h"

using sim::StopReason;

TEST(Injection, FlipsBitsOfMemoryAndRegisters) {
  BoardProgram p("start: movs r4, #0\n movs r5, #0\nagain: b again\n");
  const sim::Cycle now = p.board.now();
  const uint32_t before = p.Word(0x20003000);
  p.board.FlipBitAt(now + 500, 0x20003000, 13);
  p.board.FlipRegisterBitAt(now + 600, 4, 31);
  p.board.Run(now + 550);
  EXPECT_EQ(p.Word(0x20003000), before ^ 1u << 13);
  EXPECT_EQ(p.Register(4), 0u);
  p.board.Run(now + 700);
  EXPECT_EQ(p.Register(4), 1u << 31);
}

TEST(Injection, AFlippedInstructionIsExecutedAsFlipped) {
  BoardProgram p("start: movs r4, #0\nagain: movs r5, #1\n b again\n");
  const sim::Cycle now = p.board.now();
  p.board.FlipBitAt(now + 500, p.Symbol("again"), 1);
  p.board.Run(now + 400);
  EXPECT_EQ(p.Register(5), 1u);
  p.board.Run(now + 1000);
  EXPECT_EQ(p.Register(5), 3u);
}

TEST(Injection, PowerCutStopsAndTheBoardStartsAgain) {
  BoardProgram p("start: ldr r0, =0x40004094\n ldr r6, [r0]\n adds r7, #1\nagain: b again\n");
  const sim::Cycle now = p.board.now();
  p.board.CutPowerAt(now + 2000);
  const sim::Stop stop = p.Run(100'000);
  EXPECT_EQ(stop.reason, StopReason::kPowerCut);
  EXPECT_GE(p.board.now(), now + 2000);
  EXPECT_LT(p.board.now(), now + 2100);
  p.Run(1000);
  EXPECT_EQ(p.Register(6), 1u);  // EMU.RSTCAUSE.POR
}
