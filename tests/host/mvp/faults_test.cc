// Each fault: its flag, what FAULTSTATUS and FAULTADDR latch, and that the program stops.
#include "machine.h"

namespace mvp_model {
namespace {

void ExpectFault(Machine& machine, uint32_t flag, uint32_t status, uint32_t address) {
  machine.Write(IEN, flag);
  machine.Run();
  EXPECT_EQ(machine.Read(IF) & 0x1F000001u, flag);
  EXPECT_EQ(machine.Read(FAULTSTATUS), status);
  EXPECT_EQ(machine.Read(FAULTADDR), address);
  EXPECT_EQ(machine.Read(STATUS), kStatusIdle);
  EXPECT_TRUE(machine.mvp.interrupt());
}

TEST(Faults, BusErrorOnUnmappedLoad) {
  Machine machine;
  machine.Array(2, 0x10000000, kInt8Type);
  machine.Instr(0, NOOP, 0, 0, 0, 0, 0);
  machine.Instr(1, NOOP, 0, 0, Stream(1, 2, 0), 0, kEnd);
  ExpectFault(machine, kIfBusErrFault, 1u | 2u << 8 | 2u << 12, 0x10000000);
}

TEST(Faults, BusErrorOnStoreToFlash) {
  Machine machine;
  machine.Array(1, kFlashBase + 4, kInt8Type);
  machine.Instr(0, NOOP, 0, 0, 0, Stream(1, 1, 0), kEnd);
  ExpectFault(machine, kIfBusErrFault, 1u << 8 | 3u << 12, kFlashBase + 4);
}

TEST(Faults, BusErrorPastTheEndOfARegion) {
  Machine machine;
  const uint32_t end = kRamBase + static_cast<uint32_t>(machine.ram.size());
  machine.Array(0, end - 1, DimWord(2, 1) | kInt8Type);
  machine.Loop(0, 2);
  machine.Instr(0, NOOP, 0, Stream(1, 0, 1), 0, 0, 3 | kEnd);
  ExpectFault(machine, kIfBusErrFault, 1u << 12, end);
}

TEST(Faults, MisalignedPair) {
  Machine machine;
  machine.Array(0, kRamBase + 2, kHalfType | kPairType);
  machine.Instr(0, NOOP, 0, Stream(1, 0, 0), 0, 0, kEnd);
  ExpectFault(machine, kIfBusAlignFault, 1u << 12, kRamBase + 2);
}

TEST(Faults, UndefinedOperation) {
  Machine machine;
  machine.Instr(0, NOOP, 0, 0, 0, 0, 0);
  machine.Instr(1, NOOP, 0, 0, 0, 0, 0);
  machine.Instr(2, 2, 0, 0, 0, 0, kEnd);
  ExpectFault(machine, kIfAluFault, 2, 0);
}

TEST(Faults, ArrayThatDoesNotExistAndReservedType) {
  Machine machine;
  machine.Instr(0, NOOP, 0, Stream(1, 6, 0), 0, 0, kEnd);
  ExpectFault(machine, kIfArrayFault, 6u << 8 | 1u << 12, 0);
  Machine other;
  other.Array(0, kRamBase, 3u << 12);
  other.Instr(0, NOOP, 0, Stream(1, 0, 0), 0, 0, kEnd);
  ExpectFault(other, kIfArrayFault, 1u << 12, 0);
}

TEST(Faults, EndOfALoopThatNeverBegan) {
  Machine machine;
  machine.Instr(0, NOOP, 0, 0, 0, 0, 2u << 6 | kEnd);
  ExpectFault(machine, kIfLoopFault, 3u << 16, 0);
}

TEST(Faults, OuterLoopEndsInsideTheInner) {
  Machine machine;
  machine.Loop(0, 2);
  machine.Loop(1, 2);
  machine.Instr(0, NOOP, 0, 0, 0, 0, 1);  // L0 begins
  machine.Instr(1, NOOP, 0, 0, 0, 0, 4);  // L1 begins
  machine.Instr(2, NOOP, 0, 0, 0, 0, 2);  // L0 ends first
  machine.Instr(3, NOOP, 0, 0, 0, 0, 8 | kEnd);
  ExpectFault(machine, kIfLoopFault, 2, 0);
}

TEST(Faults, RunningOffTheLastInstruction) {
  Machine machine;
  ExpectFault(machine, kIfLoopFault, 7, 0);
}

TEST(Faults, LoopErrorsCanBeLetThrough) {
  Machine machine;
  machine.Write(CFG, kPerfCntEn | kLoopErrHaltDis);
  machine.Instr(0, NOOP, 0, 0, 0, 0, 2 | kEnd);
  EXPECT_EQ(machine.Run(), 1u);
  EXPECT_EQ(machine.Read(IF), kIfProgDone | kIfLoopFault);
}

TEST(Faults, InitClearsTheRecord) {
  Machine machine;
  machine.Instr(0, 2, 0, 0, 0, 0, kEnd);
  machine.Instr(0, NOOP, 0, Stream(1, 6, 0), 0, 0, kEnd);
  machine.Run();
  EXPECT_NE(machine.Read(FAULTSTATUS), 0u);
  machine.Instr(0, NOOP, 0, 0, 0, 0, kEnd);
  machine.Run();
  EXPECT_EQ(machine.Read(FAULTSTATUS), 0u);
}

}  // namespace
}  // namespace mvp_model
