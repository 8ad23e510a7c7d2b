// BusFault and MemManage: addresses, gated blocks, what is read-only or never executable, and what is not
// modelled.
#include <gtest/gtest.h>

#include "tests/host/sim/core/board_program.h"

using sim::StopReason;

namespace {

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
  ldr r3, [sp, #24]
  mrs r4, ipsr
  ldr r5, [r0, #16]
  bkpt 0xEE
)";

constexpr uint32_t kPrecise = 1u << 9 | 1u << 15;

struct Case {
  const char* name;
  const char* code;
  uint32_t cfsr;
  uint32_t address;
};

class OneBusFault : public testing::TestWithParam<Case> {};

TEST_P(OneBusFault, NamesItsAddressAndInstruction) {
  BoardProgram p(std::string("start: bl enable\n") + GetParam().code + "\n  bkpt 1\n" + kReport);
  const sim::Stop stop = p.Run();
  EXPECT_EQ(stop.reason, StopReason::kHalted) << stop.detail;
  EXPECT_EQ(p.Register(4), 5u);
  EXPECT_EQ(p.Register(1), GetParam().cfsr);
  EXPECT_EQ(p.Register(5), GetParam().address);
  EXPECT_EQ(p.Register(3), p.Symbol("at"));
}

INSTANTIATE_TEST_SUITE_P(
    All, OneBusFault,
    testing::Values(
        Case{"LoadFromNothing", "ldr r6, =0x90000000\n nop\nat: ldr r7, [r6]", kPrecise, 0x90000000},
        Case{"StoreToNothing", "ldr r6, =0x60000010\n nop\nat: str r7, [r6]", kPrecise, 0x60000010},
        Case{"StoreToFlash", "ldr r6, =0x08010000\n nop\nat: strb r7, [r6]", kPrecise, 0x08010000},
        Case{"ReadAddressZero", "movs r6, #0\n nop\nat: ldr r7, [r6]", kPrecise, 0},
        // GPIO without its clock (CLKEN0 bit 26), CTRL.CLKDISFAULTEN set as after reset.
        Case{"GatedBlockRead", "ldr r6, =0x4003C030\n nop\nat: ldr r7, [r6]", kPrecise, 0x4003C030},
        Case{"GatedBlockWrite", "ldr r6, =0x5003C030\n nop\nat: str r7, [r6]", kPrecise, 0x5003C030},
        Case{"ByteOfARegister", "ldr r6, =0x40008064\n nop\nat: ldrb r7, [r6]", kPrecise, 0x40008064},
        Case{"HoleBetweenBlocks", "ldr r6, =0x43000000\n nop\nat: ldr r7, [r6]", kPrecise, 0x43000000},
        Case{"Ldma", "ldr r6, =0x40040004\n nop\nat: str r7, [r6]", kPrecise, 0x40040004},
        Case{"InAnItBlock", "ldr r6, =0x4003C030\n movs r0, #0\n cmp r0, #0\n it eq\nat: ldreq r7, [r6]",
             kPrecise, 0x4003C030}),
    [](const testing::TestParamInfo<Case>& info) { return std::string(info.param.name); });

}  // namespace

TEST(BusFaults, WhatFollowsInTheItBlockHasNotHappened) {
  BoardProgram p(std::string(R"(
start: bl enable
  ldr r6, =0x4003C030  // GPIO without its clock
  movs r7, #1
  movs r2, #2
  cmp r7, #1
  itttt eq
at: ldreq r7, [r6]
  addeq r2, #10
  addeq r7, #10
  subeq r6, r6, r6
  bkpt 1
)") + kReport);
  p.Run();
  EXPECT_EQ(p.Register(1), kPrecise);
  EXPECT_EQ(p.Register(3), p.Symbol("at"));
  EXPECT_EQ(p.Register(2), 2u);
  EXPECT_EQ(p.Register(6), 0x4003C030u);
  EXPECT_EQ(p.Register(7), 1u);
  EXPECT_NE(p.Word(p.Register(13) + 28) & 0x0600FC00, 0u);  // the frame's IT bits
}

TEST(BusFaults, FetchFromNothingIsIbuserr) {
  BoardProgram p(std::string("start: bl enable\n ldr r6, =0x90000001\n bx r6\n") + kReport);
  p.Run();
  EXPECT_EQ(p.Register(4), 5u);
  EXPECT_EQ(p.Register(1), 1u << 8);
  EXPECT_EQ(p.Register(3), 0x90000000u);
}

TEST(BusFaults, FetchFromPeripheralsIsIaccviol) {
  BoardProgram p(std::string("start: bl enable\n ldr r6, =0x40008001\n bx r6\n") + kReport);
  p.Run();
  EXPECT_EQ(p.Register(4), 4u);
  EXPECT_EQ(p.Register(1), 1u);
  EXPECT_EQ(p.Register(3), 0x40008000u);
}

TEST(BusFaults, HandlerMaySkipTheInstruction) {
  BoardProgram p(R"(
start: ldr r0, =SCS + 0xD24
  ldr r1, =0x70000
  str r1, [r0]
  ldr r6, =0x90000000
  movs r7, #5
  ldr r7, [r6]
  adds r7, #1
  bkpt 0
bus_fault: ldr r0, [sp, #24]
  adds r0, #2
  str r0, [sp, #24]
  bx lr
)");
  p.Run();
  EXPECT_EQ(p.Register(7), 6u);
}

TEST(BusFaults, BfhfnmignIgnoresThemInHandlersOfNegativePriority) {
  BoardProgram p(R"(
start: ldr r0, =SCS + 0xD14
  ldr r1, [r0]
  orr r1, #0x100
  str r1, [r0]
  cpsid f
  ldr r6, =0x90000000
  ldr r7, [r6]
  ldr r6, =0x4003C030
  ldr r7, [r6]
  movs r5, #3
  bkpt 0
)");
  EXPECT_EQ(p.Run().reason, StopReason::kHalted);
  EXPECT_EQ(p.Register(5), 3u);
}

TEST(BusFaults, UnmodelledRegistersReadZeroAndAreCounted) {
  BoardProgram p(R"(
start: ldr r6, =0x40004FF0
  movs r5, #3
again:
at: ldr r7, [r6]
  subs r5, #1
  bne again
  str r5, [r6]
  bkpt 0
)");
  p.Run();
  EXPECT_EQ(p.Register(7), 0u);
  const std::vector<sim::UnmodelledAccess> seen = p.board.unmodelled();
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].address, 0x40004FF0u);
  EXPECT_EQ(seen[0].pc, p.Symbol("at"));
  EXPECT_EQ(seen[0].count, 3u);
  EXPECT_FALSE(seen[0].write);
  EXPECT_TRUE(seen[1].write);
}

TEST(BusFaults, StrictStopsAtTheFirstOfThem) {
  sim::BoardSettings settings;
  settings.strict = true;
  BoardProgram p("start: ldr r6, =0x40004FF0\nat: ldr r7, [r6]\n b .\n", settings);
  const sim::Stop stop = p.Run();
  EXPECT_EQ(stop.reason, StopReason::kUnmodelled);
  EXPECT_NE(stop.detail.find("0x40004ff0"), std::string::npos) << stop.detail;
  EXPECT_NE(stop.detail.find("EMU"), std::string::npos) << stop.detail;
}

TEST(BusFaults, MpuIsRefusedLoudlyWhenEnabled) {
  BoardProgram p("start: ldr r0, =SCS + 0xD90\n ldr r2, [r0]\n movs r1, #5\n str r1, [r0, #4]\n b .\n");
  const sim::Stop stop = p.Run();
  EXPECT_EQ(stop.reason, StopReason::kUnmodelled);
  EXPECT_NE(stop.detail.find("MPU"), std::string::npos);
}
