// Cycle models: each parameter in a program that isolates it. Figures are from section 5 of the notes.
#include "host/mvp/timing.h"

#include "machine.h"

namespace mvp_model {
namespace {

// `count` instructions that load what `array_type` says from `address` on LOAD1 and accumulate.
uint64_t RunLoads(Machine& machine, uint32_t address, uint32_t array_type, uint32_t count) {
  machine.Array(0, address, DimWord(1024, 1) | array_type);
  machine.Loop(0, count);
  machine.Instr(0, MACR2A, Operands(6, 7, 5, 5), 0, Stream(7, 0, 1), 0, 3 | kEnd);
  return machine.Run();
}

TEST(Timing, VendorSimCountsInstructionsAndXyDependencies) {
  Machine machine(kVendorSim);
  machine.Instr(0, MACR2A, Operands(1, 2, 3, 4), 0, 0, 0, 0);
  machine.Instr(1, MACR2A, Operands(4, 2, 3, 5), 0, 0, 0, 0);  // X waits
  machine.Instr(2, MACR2A, Operands(1, 5, 3, 6), 0, 0, 0, 0);  // Y waits
  machine.Instr(3, MACR2A, Operands(1, 2, 6, 7), 0, 0, 0, 0);  // A does not
  machine.Instr(4, ADDR, Operands(7, 7, 7, 7), 0, 0, 0, 0);    // reads neither X nor Y
  machine.Instr(5, NOOP, Operands(7, 7, 7, 7), 0, 0, 0, kEnd);
  EXPECT_EQ(machine.Run(), 6u + 2u);
  EXPECT_EQ(machine.mvp.counts()[kPipeStall], 2u);
  EXPECT_EQ(machine.mvp.counts()[kStall], 2u);
  EXPECT_EQ(machine.mvp.counts()[kAluActive], 5u);
}

TEST(Timing, DeviceLaunchCostsFourteen) {
  Machine machine(kDeviceFlash);
  machine.Instr(0, NOOP, 0, 0, 0, 0, kEnd);
  EXPECT_EQ(machine.Run(), 15u);
}

TEST(Timing, RamSustainsAWordPerCycle) {
  Machine machine(kDeviceFlash);
  EXPECT_EQ(RunLoads(machine, kRamBase, kHalfType | kPairType, 100), 14u + 100u);
}

TEST(Timing, FlashSustainsAWordPerThreeCycles) {
  Machine machine(kDeviceFlash);
  // First word after 5, each further one 3 later: 1.5 per pair of bytes.
  EXPECT_EQ(RunLoads(machine, kFlashBase, kInt8Type | kPairType, 100), 14u + 5u + 49u * 3u + 2u);
  EXPECT_EQ(machine.mvp.counts()[kLoad1Stall], machine.mvp.counts()[kStall]);
}

TEST(Timing, FlashWordIsHiddenBehindThreeInstructions) {
  Machine machine(kDeviceFlash);
  machine.Array(0, kFlashBase, DimWord(1024, 1) | kHalfType | kPairType);
  machine.Loop(0, 50);
  machine.Instr(0, MACR2A, Operands(6, 7, 5, 5), 0, Stream(7, 0, 1), 0, 1);
  machine.Instr(1, NOOP, 0, 0, 0, 0, 0);
  machine.Instr(2, NOOP, 0, 0, 0, 0, 2 | kEnd);
  EXPECT_EQ(machine.Run(), 14u + 5u + 150u);
}

// "add" of n pairs: two loads, three operations of which two wait, a byte-pair store; published as 7n + 12.
TEST(Timing, PartWordStoreDelaysTheNextLoad) {
  Machine machine(kDeviceFlash);
  machine.Array(0, kRamBase, DimWord(1024, 1) | kInt8Type | kPairType);
  machine.Array(1, kRamBase + 2048, DimWord(1024, 1) | kInt8Type | kPairType);
  machine.Array(2, kRamBase + 4096, DimWord(1024, 1) | kInt8Type | kPairType);
  machine.Loop(0, 100);
  machine.Instr(0, MULR2A, Operands(6, 0, 0, 5), Stream(6, 0, 1), Stream(7, 1, 1), 0, 1);
  machine.Instr(1, MACR2A, Operands(5, 0, 1, 5), 0, 0, 0, 0);
  machine.Instr(2, MACR2A, Operands(5, 2, 3, 5), 0, 0, Stream(5, 2, 1), 2 | kEnd);
  EXPECT_EQ(machine.Run(), 7u * 100u + 12u);
  EXPECT_EQ(machine.mvp.counts()[kIoFenceStall], 2u * 99u);
}

TEST(Timing, FullWordStoreIsFree) {
  Machine machine(kDeviceFlash);
  machine.Array(0, kRamBase, DimWord(1024, 1) | kInt8Type | kPairType);
  machine.Array(1, kRamBase + 4096, DimWord(1024, 1) | kHalfType | kPairType);
  machine.Loop(0, 200);
  machine.Instr(0, MACR2A, Operands(6, 0, 1, 7), Stream(6, 0, 1), 0, Stream(7, 1, 1), 3 | kEnd);
  EXPECT_EQ(machine.Run(), 14u + 200u);
}

// All that PERFnCNTSEL selects, of a program in which every kind of stall occurs.
TEST(Timing, EverySelectCounts) {
  const auto run = [](uint32_t select) {
    Machine machine(kDeviceFlash);
    machine.Write(CFG, kPerfCntEn | select << 16);
    machine.Array(0, kRamBase, DimWord(1024, 1) | kInt8Type);
    machine.Array(1, kFlashBase, DimWord(1024, 1) | kHalfType | kPairType);
    machine.Array(2, kRamBase + 2048, DimWord(1024, 1) | kInt8Type);
    machine.Loop(0, 10);
    machine.Instr(0, NOOP, 0, 0, Stream(6, 1, 1), 0, 3);  // a flash word each: 5, then 3 more each time
    machine.Loop(1, 10);
    machine.Instr(1, COPY, Operands(0, 0, 6, 5), Stream(6, 0, 1), 0, Stream(5, 2, 1), 0xC);  // 9 fences
    machine.Instr(2, ADDC, Operands(5, 0, 5, 5), 0, 0, 0, kEnd);                             // waits for X
    machine.Run();
    return machine.Read(PERF0_CNT);
  };
  const uint32_t load1 = 5 + 9 * 2, fences = 9 * 2, instructions = 21;
  EXPECT_EQ(run(kRun), 14 + instructions + load1 + fences + 1);
  EXPECT_EQ(run(kCommand), instructions);
  EXPECT_EQ(run(kStall), load1 + fences + 1);
  EXPECT_EQ(run(kNoop), 10u);
  EXPECT_EQ(run(kAluActive), 11u);
  EXPECT_EQ(run(kPipeStall), 1u);
  EXPECT_EQ(run(kIoFenceStall), fences);
  EXPECT_EQ(run(kLoad0Stall), 0u);
  EXPECT_EQ(run(kLoad1Stall), load1);
  EXPECT_EQ(run(kStoreStall), 0u);
  EXPECT_EQ(run(kBusStall), load1);
  EXPECT_EQ(run(kLoad0AhbStall), 0u);
  EXPECT_EQ(run(kLoad1AhbStall), load1);
  EXPECT_EQ(run(kLoad0FenceStall), fences);
  EXPECT_EQ(run(kLoad1FenceStall), 0u);
  EXPECT_EQ(run(15), 0u);
}

TEST(Timing, SlicesAddUp) {
  Machine whole(kDeviceFlash);
  const uint64_t expected = RunLoads(whole, kFlashBase, kInt8Type | kPairType, 500);
  Machine sliced(kDeviceFlash);
  RunLoads(sliced, kFlashBase, kInt8Type | kPairType, 500);
  sliced.Launch();
  uint64_t total = 0;
  while (sliced.mvp.running()) total += sliced.mvp.Advance(7);
  EXPECT_EQ(total, expected);
}

TEST(Timing, StepsCostWhatARunCosts) {
  Machine machine(kDeviceFlash);
  RunLoads(machine, kFlashBase, kInt8Type | kPairType, 20);
  const uint32_t expected = machine.Read(PERF0_CNT);
  machine.Write(CMD, kCmdInit);
  machine.Write(IF, 0);
  int steps = 0;
  for (; (machine.Read(IF) & kIfProgDone) == 0; ++steps) machine.Write(CMD, kCmdStep);
  EXPECT_EQ(steps, 20);
  EXPECT_EQ(machine.Read(PERF0_CNT), expected);
}

// The sum over pairs of binary16 and int8: a word and half a word per instruction (5.2 rule 4: 1.5 cycles).
uint64_t RunConvolutionLoop(const CycleModel& model, uint32_t weights, uint32_t count) {
  Machine machine(model);
  machine.Array(0, kRamBase, DimWord(1024, 1) | kHalfType | kPairType);
  machine.Array(1, weights, DimWord(1024, 1) | kInt8Type | kPairType);
  machine.Loop(0, count);
  machine.Instr(0, MACR2A, Operands(6, 7, 5, 5), Stream(6, 0, 1), Stream(7, 1, 1), 0, 3 | kEnd);
  return machine.Run();
}

TEST(Timing, ConvolutionLoopTellsTheDeviceModelsApartByPlacement) {
  const auto slope = [](const CycleModel& model, uint32_t weights) {
    return RunConvolutionLoop(model, weights, 1000) - RunConvolutionLoop(model, weights, 800);
  };
  EXPECT_EQ(slope(kDeviceFlash, kFlashBase), 300u);
  EXPECT_EQ(slope(kDeviceBothMiss, kFlashBase), 300u);
  EXPECT_EQ(slope(kDeviceFlash, kRamBase + 4096), 200u);
  EXPECT_EQ(slope(kDeviceBothMiss, kRamBase + 4096), 300u);
}

// Two streams of half a word per instruction fetch together, or by turns when one begins in the middle of a
// word (section 6, C).
TEST(Timing, BothMissIsAvoidedByStaggering) {
  const auto run = [](uint32_t stagger) {
    Machine machine(kDeviceBothMiss);
    machine.Array(0, kRamBase + stagger, DimWord(1024, 1) | kHalfType);
    machine.Array(1, kFlashBase, DimWord(1024, 1) | kInt8Type | kPairType);
    machine.Loop(0, 1000);
    machine.Instr(0, MACC, Operands(6, 7, 5, 5), Stream(6, 0, 1), Stream(7, 1, 1), 0, 3 | kEnd);
    return machine.Run();
  };
  EXPECT_NEAR(static_cast<double>(run(0)), 1500, 25);
  EXPECT_NEAR(static_cast<double>(run(2)), 1000, 25);
}

// As PartWordStoreDelaysTheNextLoad: both loads fetch in the same instruction, before one that waits anyway.
TEST(Timing, BothMissHidesBehindADependency) {
  Machine machine(kDeviceBothMiss);
  for (uint32_t n = 0; n < 3; ++n) {
    machine.Array(n, kRamBase + 2048 * n, DimWord(1024, 1) | kInt8Type | kPairType);
  }
  machine.Loop(0, 100);
  machine.Instr(0, MULR2A, Operands(6, 0, 0, 5), Stream(6, 0, 1), Stream(7, 1, 1), 0, 1);
  machine.Instr(1, MACR2A, Operands(5, 0, 1, 5), 0, 0, 0, 0);
  machine.Instr(2, MACR2A, Operands(5, 2, 3, 5), 0, 0, Stream(5, 2, 1), 2 | kEnd);
  EXPECT_EQ(machine.Run(), 7u * 100u + 12u);
  EXPECT_EQ(machine.mvp.counts()[kBusStall], 0u);
}

TEST(Timing, BothMissCountsAsStallOfTheSecondLoad) {
  Machine machine(kDeviceBothMiss);
  machine.Array(0, kRamBase, DimWord(1024, 1) | kHalfType | kPairType);
  machine.Array(1, kRamBase + 4096, DimWord(1024, 1) | kHalfType | kPairType);
  machine.Loop(0, 100);
  machine.Instr(0, MACR2A, Operands(6, 7, 5, 5), Stream(6, 0, 1), Stream(7, 1, 1), 0, 3 | kEnd);
  EXPECT_EQ(machine.Run(), 14u + 100u + 99u);
  const Timing::Counts counts = machine.mvp.counts();
  EXPECT_EQ(counts[kLoad0Stall], 0u);
  EXPECT_EQ(counts[kLoad1Stall], 99u);
  EXPECT_EQ(counts[kBusStall], 99u);
  EXPECT_EQ(counts[kStall], 99u);
}

TEST(CycleModels, AreFoundByName) {
  EXPECT_EQ(FindCycleModel("vendor-sim"), &kVendorSim);
  EXPECT_EQ(FindCycleModel("device-flash"), &kDeviceFlash);
  EXPECT_EQ(FindCycleModel("device-bothmiss"), &kDeviceBothMiss);
  EXPECT_EQ(FindCycleModel("device"), nullptr);
}

}  // namespace
}  // namespace mvp_model
