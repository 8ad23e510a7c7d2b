// The accelerator on the board: time, interrupt, memory, faults, snapshots. Cycles are those of the
// accelerator document, section 5: 14 to launch and one for each instruction without a hazard.
#include "host/sim/peripherals/mvp_block.h"

#include <cstring>
#include <vector>

#include "workbench.h"

namespace sim {
namespace {

constexpr uint32_t EN = 0x004, CFG = 0x00C, STATUS = 0x010, PERF0 = 0x014, IF = 0x01C, IEN = 0x020;
constexpr uint32_t FAULTSTATUS = 0x024, FAULTADDR = 0x028, ARRAY = 0x084, LOOP = 0x0D4, INSTR = 0x114,
                   CMD = 0x174;
constexpr uint32_t kRunning = 1, kIdle = 4, kStart = 9;
constexpr uint32_t kProgDone = 1, kBusError = 1u << 25, kEnd = 1u << 31;
constexpr uint32_t kNoop = 0, kCopy = 65;

struct MvpBlockTest : testing::Test {
  Workbench bench;
  MvpBlock mvp{bench.surroundings, "device-flash"};

  MvpBlockTest() {
    Put(mvp, EN, 1);
    Put(mvp, CFG, 1);
    Put(mvp, IEN, kProgDone | 0x1F000000);
  }
  void Array(uint32_t n, uint32_t address, uint32_t size) {
    Put(mvp, ARRAY + 16 * n, address);
    Put(mvp, ARRAY + 16 * n + 4, (size - 1) | 1u << 12 | 1u << 16);  // int8, stride 1
  }
  void Loop(uint32_t n, uint32_t iterations) { Put(mvp, LOOP + 8 * n, iterations - 1); }
  void Instr(uint32_t n, uint32_t op, uint32_t streams, uint32_t marks) {
    Put(mvp, INSTR + 12 * n, 1u << 28 | 1u << 16);  // Z = R1, A = R1
    Put(mvp, INSTR + 12 * n + 4, streams);
    Put(mvp, INSTR + 12 * n + 8, op << 20 | marks);
  }
  // NOOPs in one loop: 14 + `iterations` cycles.
  void Idle(uint32_t iterations) {
    Loop(0, iterations);
    Instr(0, kNoop, 0, 3 | kEnd);
  }
  // Copies `count` bytes from array 0 to array 1.
  void Copy(uint32_t from, uint32_t to, uint32_t count) {
    Array(0, from, count);
    Array(1, to, count);
    Loop(0, count);
    const uint32_t load = 1 | 1u << 3 | 0u << 4 | 1u << 7;
    const uint32_t store = 1 | 1u << 3 | 1u << 4 | 1u << 7;
    Instr(0, kCopy, load | store << 20, 3 | kEnd);
  }
  // Sleeps as the board's core does: until the interrupt or `until`.
  Cycle Sleep(Cycle until) {
    while (bench.scheduler.now() < until && !bench.interrupts.level(kIrqMvp)) {
      const Cycle limit = std::min(until, bench.scheduler.next());
      const Cycle reached = mvp.busy() ? mvp.CatchUp(limit) : limit;
      bench.scheduler.AdvanceTo(std::min(std::max(reached, bench.scheduler.now()), limit));
    }
    return bench.scheduler.now();
  }
};

TEST_F(MvpBlockTest, InterruptAtTheExactCycle) {
  Idle(100);
  bench.Wait(1000);
  const Cycle start = bench.scheduler.now();
  Put(mvp, CMD, kStart);
  EXPECT_EQ(Get(mvp, STATUS), kRunning);
  EXPECT_TRUE(mvp.busy());
  EXPECT_EQ(Sleep(start + 100'000), start + 114);
  EXPECT_EQ(Get(mvp, STATUS), kIdle);
  EXPECT_EQ(Get(mvp, PERF0), 114u);
  Put(mvp, IF + kClear, kProgDone | 2);
  EXPECT_FALSE(bench.interrupts.level(kIrqMvp));
}

TEST_F(MvpBlockTest, RegistersShowTheBoardsTime) {
  Idle(1000);
  Put(mvp, CMD, kStart);
  bench.Wait(500);
  EXPECT_EQ(Get(mvp, PERF0), 500u);
  EXPECT_EQ(Get(mvp, STATUS), kRunning);
  bench.Wait(513);
  EXPECT_EQ(Get(mvp, STATUS), kRunning);
  bench.Wait(1);
  EXPECT_EQ(Get(mvp, STATUS), kIdle);
  EXPECT_TRUE(bench.interrupts.level(kIrqMvp));
}

TEST_F(MvpBlockTest, LimitsDoNotChangeTheEnd) {
  std::vector<uint32_t> cycles;
  for (Cycle slice : {1, 7, 100, 512, 5000}) {
    Copy(kFlashBase, kRamBase, 200);
    Put(mvp, CMD, kStart);
    while (mvp.busy()) {
      mvp.CatchUp(bench.scheduler.now() + slice);
      bench.Wait(slice);
    }
    bench.Wait(10);  // the last instruction may have gone beyond the limit
    EXPECT_TRUE(bench.interrupts.level(kIrqMvp));
    cycles.push_back(Get(mvp, PERF0));
    Put(mvp, IF, 0);
  }
  EXPECT_EQ(cycles, std::vector<uint32_t>(5, cycles[0]));
}

TEST_F(MvpBlockTest, LoopInterruptInTheMiddleOfAProgram) {
  Put(mvp, IEN, 1u << 2);  // LOOP1DONE, first after ten iterations
  Loop(0, 5);
  Loop(1, 10);
  Instr(0, kNoop, 0, 0xF | kEnd);
  const Cycle start = bench.scheduler.now();
  Put(mvp, CMD, kStart);
  EXPECT_EQ(Sleep(start + 10'000), start + 14 + 10);
  EXPECT_EQ(Get(mvp, STATUS), kRunning);
  bench.Wait(40);
  EXPECT_EQ(Get(mvp, STATUS), kIdle);
}

TEST_F(MvpBlockTest, ReadsFlashWritesRamAndTellsOfIt) {
  std::vector<std::pair<uint32_t, uint32_t>> changes;
  bench.memories.on_change = [&](uint32_t address, uint32_t size) { changes.push_back({address, size}); };
  for (uint8_t i = 0; i < 100; ++i) bench.memories.flash[0x1000 + i] = i;
  Copy(kFlashBase + 0x1000, kRamBase + 0x200, 100);
  Put(mvp, CMD, kStart);
  EXPECT_TRUE(changes.empty());
  Sleep(10'000);
  EXPECT_EQ(std::memcmp(&bench.memories.flash[0x1000], &bench.memories.ram[0x200], 100), 0);
  EXPECT_EQ(changes, (std::vector<std::pair<uint32_t, uint32_t>>{{kRamBase + 0x200, 100}}));
}

TEST_F(MvpBlockTest, FlashCannotBeWritten) {
  Copy(kRamBase, kFlashBase, 4);
  Put(mvp, CMD, kStart);
  Sleep(1000);
  EXPECT_EQ(Get(mvp, IF) & 0x1F000001, kBusError);
  EXPECT_EQ(Get(mvp, FAULTSTATUS), 1u << 8 | 3u << 12);  // array 1, store
  EXPECT_EQ(Get(mvp, FAULTADDR), kFlashBase);
  EXPECT_EQ(bench.memories.flash[0], 0xFF);
}

TEST_F(MvpBlockTest, InjectedBusErrorHitsOneProgram) {
  bench.faults.mvp_bus_error = true;
  Copy(kFlashBase, kRamBase, 4);
  Put(mvp, CMD, kStart);
  Sleep(1000);
  EXPECT_EQ(Get(mvp, IF), kBusError);
  EXPECT_TRUE(bench.interrupts.level(kIrqMvp));
  Put(mvp, IF, 0);
  Put(mvp, CMD, kStart);
  Sleep(2000);
  EXPECT_EQ(Get(mvp, IF) & 0x1F000001, kProgDone);
}

TEST_F(MvpBlockTest, StuckProgramNeverEndsUntilReset) {
  bench.faults.mvp_stuck = true;
  Idle(10);
  Put(mvp, CMD, kStart);
  EXPECT_EQ(Sleep(1'000'000), 1'000'000u);
  EXPECT_EQ(Get(mvp, STATUS), kRunning);
  Put(mvp, 0x008, 1);  // SWRST
  EXPECT_EQ(Get(mvp, STATUS), kIdle);
}

TEST_F(MvpBlockTest, ClockGate) {
  Idle(10);
  Put(mvp, CMD, kStart);
  bench.Wait(5);
  EXPECT_EQ(Get(mvp, STATUS), kRunning);
  bench.clocks.clken1 &= ~(1u << 30);
  EXPECT_EQ(mvp.Read(STATUS, 4).refusal, Refusal::kNoClock);
  EXPECT_EQ(mvp.Write(EN, 4, 0).refusal, Refusal::kNoClock);
  bench.Wait(100);
  EXPECT_EQ(mvp.CatchUp(bench.scheduler.now()), bench.scheduler.now());
  bench.clocks.clken1 |= 1u << 30;
  EXPECT_EQ(Get(mvp, STATUS), kRunning);
  bench.Wait(19);
  EXPECT_EQ(Get(mvp, STATUS), kIdle);
}

TEST_F(MvpBlockTest, RefusalsAndAbsence) {
  EXPECT_EQ(mvp.Read(0x178, 4).refusal, Refusal::kNoRegister);
  EXPECT_EQ(mvp.Write(0x1178, 4, 0).refusal, Refusal::kNoRegister);
  EXPECT_EQ(mvp.Read(STATUS, 1).refusal, Refusal::kSize);
  EXPECT_EQ(mvp.Write(IEN + 2, 2, 0).refusal, Refusal::kSize);
  MvpBlock none(bench.surroundings, "device-flash", false);
  EXPECT_EQ(none.Read(STATUS, 4).refusal, Refusal::kNoRegister);
  EXPECT_EQ(none.Write(EN, 4, 1).refusal, Refusal::kNoRegister);
}

TEST_F(MvpBlockTest, SnapshotInTheMiddleOfAProgramGoesOnTheSame) {
  for (uint32_t i = 0; i < 1000; ++i) bench.memories.flash[i] = static_cast<uint8_t>(i * 7);
  Copy(kFlashBase, kRamBase + 0x400, 1000);
  Put(mvp, CMD, kStart);
  // Registers of the next program do not touch the one that runs.
  Put(mvp, ARRAY, kRamBase);
  bench.Wait(333);
  const uint32_t counted = Get(mvp, PERF0);
  const std::vector<uint8_t> saved = SaveAll(bench, mvp);
  const std::vector<uint8_t> ram = bench.memories.ram;
  const Cycle end = Sleep(100'000);
  const std::vector<uint8_t> ram_after = bench.memories.ram;
  const std::vector<uint8_t> after = SaveAll(bench, mvp);
  EXPECT_EQ(ram_after[0x400 + 999], static_cast<uint8_t>(999 * 7));

  Put(mvp, CMD, kStart);
  LoadAll(bench, mvp, saved);
  EXPECT_EQ(SaveAll(bench, mvp), saved);
  bench.memories.ram = ram;
  EXPECT_EQ(Get(mvp, PERF0), counted);
  EXPECT_EQ(Sleep(100'000), end);
  EXPECT_EQ(bench.memories.ram, ram_after);
  EXPECT_EQ(SaveAll(bench, mvp), after);
}

TEST_F(MvpBlockTest, SnapshotIntoAnotherBoard) {
  Idle(1000);
  Put(mvp, CMD, kStart);
  bench.Wait(100);
  const std::vector<uint8_t> saved = SaveAll(bench, mvp);
  Workbench second;
  MvpBlock other(second.surroundings, "device-flash");
  LoadAll(second, other, saved);
  second.Wait(900);
  EXPECT_EQ(Get(other, PERF0), 1000u);
  second.Wait(14);
  EXPECT_EQ(Get(other, STATUS), kIdle);
}

TEST_F(MvpBlockTest, ResetEndsAProgram) {
  Idle(1000);
  Put(mvp, CMD, kStart);
  bench.Wait(100);
  mvp.Reset();
  EXPECT_FALSE(mvp.busy());
  EXPECT_EQ(Get(mvp, EN), 0u);
  EXPECT_FALSE(bench.interrupts.level(kIrqMvp));
}

}  // namespace
}  // namespace sim
