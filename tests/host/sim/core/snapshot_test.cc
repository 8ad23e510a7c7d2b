// Snapshots continue identically, and runs are deterministic however they are divided.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "host/sim/account/recorder.h"
#include "host/sim/core/crc32.h"
#include "tests/host/sim/core/board_program.h"

namespace {

const char* const kProgram = R"(
start: ldr r0, =SCS + 0xD88
  ldr r1, =0x00F00000
  str r1, [r0]
  isb
  ldr r0, =SCS + 0x14
  ldr r1, =1709
  str r1, [r0]
  movs r1, #7
  str r1, [r0, #-4]
  ldr r6, =0x20003000
  movs r5, #1
again: movs r4, #37
inner: ldr r2, =1103515245
  mla r5, r5, r2, r4
  vmov s0, r5
  vcvt.f32.u32 s0, s0
  vmov r3, s0
  ubfx r2, r5, #8, #12
  strb r3, [r6, r2]
  subs r4, #1
  bne inner
  wfi
  b again
systick: push {r4, lr}
  vmov.f32 s0, #1.5
  ldr r0, =0x20002FF0
  ldr r1, [r0]
  adds r1, #1
  str r1, [r0]
  pop {r4, pc}
)";

// Where they differ first, -1 for nowhere.
long FirstDifference(const std::vector<uint8_t>& a, const std::vector<uint8_t>& b) {
  if (a.size() != b.size()) return static_cast<long>(std::min(a.size(), b.size()));
  const auto at = std::mismatch(a.begin(), a.end(), b.begin()).first;
  return at == a.end() ? -1 : static_cast<long>(at - a.begin());
}

std::vector<uint8_t> Ram(BoardProgram& p) {
  std::vector<uint8_t> ram(0x40000);
  EXPECT_TRUE(p.board.ReadMemory(0x20000000, ram.data(), static_cast<uint32_t>(ram.size())));
  return ram;
}

}  // namespace

TEST(Snapshot, ContinuesIdentically) {
  BoardProgram p(kProgram);
  p.board.Run(123'456);
  const std::vector<uint8_t> taken = p.board.Snapshot();
  p.board.Run(1'000'000);
  const std::vector<uint8_t> first = p.board.Snapshot();
  ASSERT_TRUE(p.board.Restore(taken));
  EXPECT_EQ(FirstDifference(p.board.Snapshot(), taken), -1);
  p.board.Run(1'000'000);
  EXPECT_EQ(FirstDifference(p.board.Snapshot(), first), -1);
  EXPECT_GT(p.Word(0x20002FF0), 100u);
}

TEST(Snapshot, TwoBoardsAreTheSame) {
  BoardProgram a(kProgram), b(kProgram);
  a.board.Run(2'000'000);
  for (sim::Cycle until = 0; until < 2'000'000; until += 7'777) b.board.Run(until);
  b.board.Run(2'000'000);
  EXPECT_EQ(a.board.now(), b.board.now());
  EXPECT_EQ(a.board.instructions(), b.board.instructions());
  EXPECT_TRUE(Ram(a) == Ram(b));
  EXPECT_EQ(FirstDifference(a.board.Snapshot(), b.board.Snapshot()), -1);
}

TEST(Snapshot, AnotherBoardTakesItAndOthersRefuse) {
  BoardProgram a(kProgram);
  a.board.Run(300'000);
  const std::vector<uint8_t> taken = a.board.Snapshot();
  sim::Board b{sim::BoardSettings{}};
  ASSERT_TRUE(b.Restore(taken));
  a.board.Run(900'000);
  b.Run(900'000);
  EXPECT_EQ(FirstDifference(a.board.Snapshot(), b.Snapshot()), -1);
  sim::BoardSettings smaller;
  smaller.ram_bytes = 0x20000;
  sim::Board c(smaller);
  EXPECT_FALSE(c.Restore(taken));
  EXPECT_FALSE(b.Restore(std::vector<uint8_t>(taken.begin(), taken.end() - 1)));
  EXPECT_FALSE(b.Restore({}));
}

TEST(Snapshot, EverySettingCounts) {
  BoardProgram a(kProgram);
  const std::vector<uint8_t> taken = a.board.Snapshot();
  const std::vector<std::function<void(sim::BoardSettings&)>> changes = {
      [](auto& s) { s.cycle_model = "host"; },   [](auto& s) { s.account.flash_data_read = 2; },
      [](auto& s) { s.account.divide = 8; },     [](auto& s) { s.account.instruction_cache = false; },
      [](auto& s) { s.strict = true; },          [](auto& s) { s.cyccnt_runs_in_sleep = true; },
      [](auto& s) { s.ram_seed = 2; },           [](auto& s) { s.unique_id = 3; },
      [](auto& s) { s.part = 0x011804BA; },      [](auto& s) { s.hfxo_hz = 38'400'000; },
      [](auto& s) { s.flash_bytes = 0x100000; }, [](auto& s) { s.extra_ram = {{0x38000000, 0x400}}; }};
  for (size_t i = 0; i < changes.size(); ++i) {
    sim::BoardSettings settings;
    changes[i](settings);
    sim::Board other(settings);
    EXPECT_FALSE(other.Restore(taken)) << i;
  }
}

TEST(Snapshot, TheSameExtraRamElsewhereIsAnotherBoard) {
  sim::BoardSettings one, two;
  one.extra_ram = {{0x38000000, 0x400}, {0x39000000, 0x800}};
  two.extra_ram = {{0x38000000, 0x800}, {0x39000000, 0x400}};
  sim::Board a(one), b(two);
  EXPECT_FALSE(b.Restore(a.Snapshot()));
}

TEST(Snapshot, ADamagedOneIsRefusedAndChangesNothing) {
  BoardProgram p(kProgram);
  p.board.Run(123'456);
  const std::vector<uint8_t> taken = p.board.Snapshot();
  p.board.Run(200'000);
  const std::vector<uint8_t> before = p.board.Snapshot();
  for (size_t at : {size_t{0}, size_t{9}, size_t{13}, size_t{17}, size_t{30}, size_t{1000}, taken.size() / 2,
                    taken.size() - 200, taken.size() - 1}) {
    std::vector<uint8_t> damaged = taken;
    damaged[at] ^= 0x10;
    EXPECT_FALSE(p.board.Restore(damaged)) << at;
  }
  EXPECT_EQ(FirstDifference(p.board.Snapshot(), before), -1);
}

// "123456789" (the check value of the catalogue of parametrised CRCs).
TEST(Snapshot, Crc32OfTheCheckText) {
  const uint8_t text[] = {'1', '2', '3', '4', '5', '6', '7', '8', '9'};
  EXPECT_EQ(sim::Crc32(text, sizeof text), 0xCBF43926u);
}

TEST(Snapshot, RestoringEndsTheRecordedCalls) {
  BoardProgram p(kProgram);
  p.board.recorder().SetFunctions({{p.Symbol("start"), p.Symbol("systick")}});
  const std::vector<uint8_t> taken = p.board.Snapshot();
  p.board.recorder().Start(true);
  p.board.Run(123'456);
  const auto active = [&] {
    int depth = 0;
    for (const sim::TraceEvent& event : p.board.recorder().events()) {
      depth += event.kind == sim::TraceEvent::Kind::kFunctionBegin;
      depth -= event.kind == sim::TraceEvent::Kind::kFunctionEnd;
    }
    return depth;
  };
  ASSERT_GT(active(), 0);
  ASSERT_TRUE(p.board.Restore(taken));
  EXPECT_EQ(active(), 0);
}
