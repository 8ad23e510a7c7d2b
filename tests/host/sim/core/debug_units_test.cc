// Halting debug through the registers that a probe uses: DHCSR, DCRSR, DEMCR, FPB and DWT.
#include <gtest/gtest.h>

#include "tests/host/sim/core/board_program.h"

using sim::StopReason;

namespace {

constexpr uint32_t kDhcsr = 0xE000EDF0, kDcrsr = 0xE000EDF4, kDcrdr = 0xE000EDF8, kDemcr = 0xE000EDFC;
constexpr uint32_t kKey = 0xA05F0000;

const char* const kLoop = R"(
start: movs r0, #0
  ldr r3, =0x20003000
again: adds r0, #1
here: str r0, [r3]
  b again
)";

}  // namespace

TEST(DebugUnits, HaltsReadsRegistersAndGoesOn) {
  BoardProgram p(kLoop);
  p.board.Run(p.board.now() + 1000);
  p.Poke(kDhcsr, kKey | 3);
  const sim::Cycle now = p.board.now();
  EXPECT_EQ(p.board.Run(now + 1000).reason, StopReason::kHalted);
  EXPECT_EQ(p.board.now(), now);
  EXPECT_EQ(p.Word(kDhcsr) & 0x30003, 0x30003u);  // S_HALT, S_REGRDY
  p.Poke(kDcrsr, 0);
  const uint32_t r0 = p.Word(kDcrdr);
  EXPECT_GT(r0, 10u);
  p.Poke(kDcrdr, 100000);
  p.Poke(kDcrsr, 0x10000);
  p.Poke(kDhcsr, kKey | 1);
  EXPECT_EQ(p.board.Run(now + 1000).reason, StopReason::kCycles);
  EXPECT_GT(p.Word(0x20003000), 100000u);
}

TEST(DebugUnits, ProgramsCannotTurnHaltingDebugOn) {
  BoardProgram p(
      "start: ldr r0, =0xE000EDF0\n ldr r1, =0xA05F0003\n str r1, [r0]\n ldr r5, [r0]\nagain: b again\n");
  p.Poke(kDhcsr, kKey);
  EXPECT_EQ(p.board.Run(p.board.now() + 1000).reason, StopReason::kCycles);
  EXPECT_EQ(p.Register(5) & 3, 0u);
}

TEST(DebugUnits, FpbBreakpoint) {
  BoardProgram p(kLoop);
  p.Poke(0xE0002000, 3);
  p.Poke(0xE0002008, p.Symbol("here") | 1);
  for (uint32_t i = 1; i < 4; ++i) {
    const sim::Stop stop = p.Run();
    EXPECT_EQ(stop.reason, StopReason::kHalted);
    EXPECT_EQ(stop.pc, p.Symbol("here"));
    EXPECT_EQ(p.Register(0), i);
  }
  p.Poke(0xE0002008, 0);
  EXPECT_EQ(p.Run(1000).reason, StopReason::kCycles);
}

TEST(DebugUnits, DwtDataWatchpoint) {
  BoardProgram p(kLoop);
  p.Poke(kDemcr, 1u << 24);
  p.Poke(0xE0001020, 0x20003000);
  p.Poke(0xE0001028, 2u << 10 | 1u << 4 | 5);  // word, debug event, writes
  EXPECT_EQ(p.Run().reason, StopReason::kHalted);
  EXPECT_EQ(p.Register(0), 1u);
  EXPECT_EQ(p.Word(0xE0001028) >> 24 & 1, 1u);  // MATCHED
}

TEST(DebugUnits, VectorCatchAtReset) {
  BoardProgram p(kLoop);
  p.Poke(kDemcr, 1);
  p.board.Reset(1u << 1);
  const sim::Stop stop = p.board.Run(p.board.now() + 100);
  EXPECT_EQ(stop.reason, StopReason::kHalted);
  EXPECT_EQ(stop.pc, p.Symbol("start"));
}
