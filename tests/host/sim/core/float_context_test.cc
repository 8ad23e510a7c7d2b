// The floating-point context across exceptions: extended frame, lazy stacking, CONTROL.FPCA, FPDSCR (Armv8-M
// manual, B3 "Exception handling and floating-point state").
#include <gtest/gtest.h>

#include "tests/host/sim/core/board_program.h"

namespace {

const char* const kEnable = R"(
fpu: ldr r0, =SCS + 0xD88
  ldr r1, =0x00F00000
  str r1, [r0]
  dsb
  isb
  bx lr
)";

}  // namespace

TEST(FloatContext, LazyFrameReservesSpaceAndIsNotWritten) {
  BoardProgram p(std::string(R"(
start: bl fpu
  vmov.f32 s0, #1.0
  vmov.f32 s15, #2.0
  mrs r11, control
  svc #0
  mrs r12, control
  vmov r10, s15
  bkpt 0
svcall: mov r4, sp
  mov r5, lr
  mrs r6, control
  ldr r0, =SCS + 0xF34
  ldr r7, [r0]
  ldr r8, [r0, #4]
  bx lr
)") + kEnable);
  p.Poke(BoardProgram::kStackTop - 0x68 + 0x20, 0xABABABAB);
  p.Run();
  EXPECT_EQ(p.Register(11) & 4, 4u);  // FPCA
  EXPECT_EQ(p.Register(4), BoardProgram::kStackTop - 0x68);
  EXPECT_EQ(p.Register(5), 0xFFFFFFE9u);
  EXPECT_EQ(p.Register(6) & 4, 0u);
  EXPECT_EQ(p.Register(7) & 1, 1u);  // LSPACT
  EXPECT_EQ(p.Register(8), BoardProgram::kStackTop - 0x68 + 0x20);
  EXPECT_EQ(p.Register(12) & 4, 4u);
  EXPECT_EQ(p.Register(10), 0x40000000u);
  EXPECT_EQ(p.Word(BoardProgram::kStackTop - 0x68 + 0x20), 0xABABABABu);
  EXPECT_EQ(p.Register(13), BoardProgram::kStackTop);
  EXPECT_EQ(p.Word(0xE000EF34) & 1, 0u);
}

TEST(FloatContext, FirstFloatInstructionOfTheHandlerSavesIt) {
  BoardProgram p(std::string(R"(
start: bl fpu
  vmov.f32 s0, #1.0
  vmov.f32 s15, #2.0
  ldr r0, =0x01000000
  vmsr fpscr, r0
  svc #0
  vmov r10, s0
  vmov r11, s15
  vmrs r12, fpscr
  bkpt 0
svcall: ldr r0, =SCS + 0xF34
  ldr r7, [r0]
  movs r1, #0
  vmov s0, r1
  vmov s15, r1
  ldr r8, [r0]
  vmrs r9, fpscr
  mrs r6, control
  ldr r5, [sp, #0x20]
  ldr r4, [sp, #0x60]
  bx lr
)") + kEnable);
  p.Run();
  EXPECT_EQ(p.Register(7) & 1, 1u);
  EXPECT_EQ(p.Register(8) & 1, 0u);
  EXPECT_EQ(p.Register(9), 0u);  // FPDSCR
  EXPECT_EQ(p.Register(6) & 4, 4u);
  EXPECT_EQ(p.Register(5), 0x3F800000u);
  EXPECT_EQ(p.Register(4), 0x01000000u);
  EXPECT_EQ(p.Register(10), 0x3F800000u);
  EXPECT_EQ(p.Register(11), 0x40000000u);
  EXPECT_EQ(p.Register(12), 0x01000000u);
}

TEST(FloatContext, EagerStackingWritesAtOnce) {
  BoardProgram p(std::string(R"(
start: bl fpu
  ldr r0, =SCS + 0xF34
  ldr r1, =0x80000000
  str r1, [r0]
  vmov.f32 s3, #1.0
  svc #0
  vmov r10, s3
  bkpt 0
svcall: ldr r5, [sp, #0x2C]
  ldr r0, =SCS + 0xF34
  ldr r7, [r0]
  movs r1, #0
  vmov s3, r1
  bx lr
)") + kEnable);
  p.Run();
  EXPECT_EQ(p.Register(5), 0x3F800000u);
  EXPECT_EQ(p.Register(7) & 1, 0u);
  EXPECT_EQ(p.Register(10), 0x3F800000u);
}

TEST(FloatContext, NewContextStartsWithFpdscr) {
  BoardProgram p(std::string(R"(
start: bl fpu
  ldr r0, =SCS + 0xF3C
  ldr r1, =0x01000000
  str r1, [r0]
  isb
  mrs r4, control
  vmov.f32 s0, #1.0
  vmrs r5, fpscr
  mrs r6, control
  bkpt 0
)") + kEnable);
  p.Run();
  EXPECT_EQ(p.Register(4) & 4, 0u);
  EXPECT_EQ(p.Register(5), 0x01000000u);
  EXPECT_EQ(p.Register(6) & 4, 4u);
}

TEST(FloatContext, NestedHandlersKeepBothContexts) {
  BoardProgram p(std::string(R"(
start: bl fpu
  ldr r0, =SCS + 0xD20
  ldr r1, =0x00800000   // PendSV below SVCall
  str r1, [r0]
  vmov.f32 s0, #1.0
  ldr r0, =SCS + 0xD04
  ldr r1, =0x10000000
  str r1, [r0]
  isb
  vmov r10, s0
  bkpt 0
pendsv: vmov.f32 s0, #2.0
  svc #0
  vmov r9, s0
  bx lr
svcall: vmov.f32 s0, #3.0
  bx lr
)") + kEnable);
  p.Run();
  EXPECT_EQ(p.Register(9), 0x40000000u);
  EXPECT_EQ(p.Register(10), 0x3F800000u);
}
