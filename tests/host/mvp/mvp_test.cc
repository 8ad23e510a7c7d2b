// Registers of the model: reset values, access types, aliases, commands, counters, interrupt, disabling.
#include "host/mvp/mvp.h"

#include "machine.h"

namespace mvp_model {
namespace {

struct Row {
  uint32_t offset;
  uint32_t reset;
  uint32_t mask;  // bits that read back after all ones are written
};

class RegisterMap : public testing::TestWithParam<Row> {};

TEST_P(RegisterMap, ResetMaskAndAliases) {
  const Row row = GetParam();
  Machine machine;
  machine.Write(SWRST, 1);
  EXPECT_EQ(machine.Read(row.offset), row.reset);
  machine.Write(row.offset, 0xFFFFFFFF);
  EXPECT_EQ(machine.Read(row.offset), row.mask);
  machine.Write(row.offset, 0);
  machine.Write(row.offset + 0x1000, 0x00010001);
  EXPECT_EQ(machine.Read(row.offset), 0x00010001 & row.mask);
  machine.Write(row.offset + 0x3000, 0xFFFFFFFF);
  EXPECT_EQ(machine.Read(row.offset), row.mask & ~0x00010001u);
  machine.Write(row.offset + 0x2000, 0xFFFF0000);
  EXPECT_EQ(machine.Read(row.offset), row.mask & ~0x00010001u & 0xFFFFu);
  EXPECT_EQ(machine.Read(row.offset + 0x1000), machine.Read(row.offset));
}

// Section 2 of the notes, table of registers.
INSTANTIATE_TEST_SUITE_P(
    ReadWrite, RegisterMap,
    testing::Values(Row{0x00C, 0, 0x00FF000F}, Row{0x01C, 0, 0x1F0FFDFF}, Row{0x020, 0, 0x1F0FFDFF},
                    Row{0x02C, 0, 7}, Row{0x030, 0, 0x3FFFFFFF}, Row{0x040, 0, 0x3FFFFFFF},
                    Row{0x044, 0, 0x000713FF}, Row{0x060, 0, 0x000713FF}, Row{0x084, 0, 0xFFFFFFFF},
                    Row{0x088, 0x2000, 0x0FFF73FF}, Row{0x08C, 0, 0x0FFF03FF}, Row{0x0D0, 0, 0x0FFF03FF},
                    Row{0x0C8, 0x2000, 0x0FFF73FF}, Row{0x0D4, 0, 0x777773FF}, Row{0x0D8, 0, 0x77777000},
                    Row{0x110, 0, 0x77777000}, Row{0x114, 0, 0x70F7F7F7}, Row{0x118, 0, 0x3FFFFFFF},
                    Row{0x11C, 0, 0x9FF0FFFF}, Row{0x170, 0, 0x9FF0FFFF}, Row{0x200, 0, 0x7003FDFE},
                    Row{0x204, 0, 0x00FFFFFF}));

TEST(Registers, ReadOnlyOnesKeepTheirValue) {
  Machine machine;
  for (const auto& [offset, value] :
       {std::pair{0x000u, 1u}, {0x010u, 4u}, {0x014u, 0u}, {0x024u, 0u}, {0x028u, 0u}}) {
    machine.Write(offset, 0xFFFFFFFF);
    machine.Write(offset + 0x1000, 0xFFFFFFFF);
    EXPECT_EQ(machine.Read(offset), value) << offset;
  }
}

TEST(Registers, GapsAndBeyondAreRefused) {
  Machine machine;
  uint32_t value = 0;
  for (uint32_t offset : {0x178u, 0x1FCu, 0x208u, 0x002u, 0x1178u, 0x4000u, 0x4004u}) {
    EXPECT_FALSE(machine.mvp.Read(offset, &value)) << offset;
    EXPECT_FALSE(machine.mvp.Write(offset, 1)) << offset;
  }
}

TEST(Registers, AluStateHoldsBinary16Bits) {
  Machine machine;
  machine.Write(ALU_REGSTATE + 4 * 3, 0xBC003C01);  // -1.0, 1.0009765625
  EXPECT_EQ(machine.Read(ALU_REGSTATE + 4 * 3), 0xBC003C01);
  machine.Write(ALU_REGSTATE, 0x80000001);  // -0, the smallest subnormal
  EXPECT_EQ(machine.Read(ALU_REGSTATE), 0x80000001);
}

TEST(Enable, DisabledBlockIsInReset) {
  Machine machine;
  machine.Write(IEN, 1);
  machine.Write(EN, 0);
  EXPECT_EQ(machine.Read(IEN), 0u);
  machine.Write(IEN, 1);
  machine.Instr(0, NOOP, 0, 0, 0, 0, kEnd);
  machine.Launch();
  EXPECT_EQ(machine.Read(IEN), 0u);
  EXPECT_FALSE(machine.mvp.running());
  machine.Write(EN + 0x1000, 1);
  machine.Write(IEN, 1);
  EXPECT_EQ(machine.Read(IEN), 1u);
}

TEST(Enable, SoftwareResetStopsAProgramAndKeepsEnable) {
  Machine machine;
  machine.Loop(0, 1024);
  machine.Instr(0, NOOP, 0, 0, 0, 0, 3 | kEnd);
  machine.Launch();
  machine.mvp.Advance(5);
  machine.Write(SWRST, 1);
  EXPECT_EQ(machine.Read(STATUS), kStatusIdle);
  EXPECT_EQ(machine.Read(EN), 1u);
  EXPECT_EQ(machine.Read(CFG), 0u);
}

TEST(Commands, LaunchRunHaltResumeEnd) {
  Machine machine;
  machine.Write(IEN, kIfProgDone);
  machine.Loop(0, 10);
  machine.Instr(0, NOOP, 0, 0, 0, 0, 3 | kEnd);
  machine.Launch();
  EXPECT_EQ(machine.Read(STATUS), kStatusRunning);
  EXPECT_EQ(machine.mvp.Advance(4), 4u);
  EXPECT_EQ(machine.Read(LOOPST_STATE), 4u | 1u << 12);
  machine.Write(CMD, kCmdHalt);
  EXPECT_EQ(machine.Read(STATUS), kStatusPaused);
  EXPECT_EQ(machine.mvp.Advance(4), 0u);
  machine.Write(CMD, kCmdStep);
  EXPECT_EQ(machine.Read(LOOPST_STATE), 5u | 1u << 12);
  EXPECT_FALSE(machine.mvp.interrupt());
  machine.Write(CMD, kCmdStart);
  EXPECT_EQ(machine.mvp.Advance(1000), 5u);
  EXPECT_EQ(machine.Read(STATUS), kStatusIdle);
  EXPECT_TRUE(machine.mvp.interrupt());
  EXPECT_EQ(machine.Read(IF), kIfProgDone | kIfLoop0Done);
  EXPECT_EQ(machine.Read(PERF0_CNT), 10u);
  machine.Write(IF + 0x2000, kIfProgDone);
  EXPECT_FALSE(machine.mvp.interrupt());
}

TEST(Commands, LaunchReplacesWhatRanBefore) {
  Machine machine(kDeviceFlash);
  machine.Loop(0, 100);
  machine.Instr(0, NOOP, 0, 0, 0, 0, 3 | kEnd);
  machine.Launch();
  machine.mvp.Advance(50);
  machine.Loop(0, 3);
  EXPECT_EQ(machine.Run(), 14u + 3u);
  machine.Launch();
  machine.mvp.Advance(1);
  machine.Write(CMD, kCmdHalt);
  EXPECT_EQ(machine.Run(), 14u + 3u);
  EXPECT_EQ(machine.Read(PERF0_CNT), 14u + 3u);
}

TEST(Counters, SelectRestartAndWrap) {
  Machine machine;
  machine.Write(CFG, kPerfCntEn | 3u << 16 | 1u << 20);  // NOOP, CMD
  machine.Loop(0, 7);
  machine.Instr(0, NOOP, 0, 0, 0, 0, 3);
  machine.Instr(1, CLEAR, 0, 0, 0, 0, kEnd);
  machine.Run();
  EXPECT_EQ(machine.Read(PERF0_CNT), 7u);
  EXPECT_EQ(machine.Read(PERF1_CNT), 8u);
  machine.Run();
  EXPECT_EQ(machine.Read(PERF1_CNT), 8u);

  machine.Write(CFG, kPerfCntEn);
  for (uint32_t n = 0; n < 3; ++n) machine.Loop(n, n == 0 ? 17 : 1024);
  machine.Instr(0, NOOP, 0, 0, 0, 0, 0x3F | kEnd);
  machine.Launch();
  EXPECT_EQ(machine.mvp.Advance(1u << 30), 17u << 20);
  EXPECT_EQ(machine.Read(PERF0_CNT), 1u << 20);
  EXPECT_NE(machine.Read(IF) & kIfPerfCnt0, 0u);
}

}  // namespace
}  // namespace mvp_model
