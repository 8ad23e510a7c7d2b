// What entering blocks charges beside their instructions: cache, flash reads, branches, changed code.
#include "host/sim/account/block_account.h"

#include <gtest/gtest.h>

#include <random>

#include "host/sim/core/archive.h"
#include "tests/host/sim/account/program.h"

namespace sim {
namespace {

constexpr uint32_t kCode = kFlashBase + 0x200;
constexpr uint16_t kNopHalf = 0xBF00;

// Without waiting for data, so that only what a test is about is charged.
AccountParameters Parameters(uint32_t flash_data_read) {
  AccountParameters parameters;
  parameters.flash_data_read = flash_data_read;
  return parameters;
}

// The second of two entries, when the cache holds the block.
uint32_t Warm(Program& program, uint32_t address, uint32_t size) {
  program.account.Enter(address, size);
  program.account.Redirect();
  return program.account.Enter(address, size);
}

TEST(BlockAccount, ChargesWaitStatesOnTheFirstPassOnly) {
  Program program;
  program.clocks.flash_wait_states = 2;
  program.Put(kCode, {0x1888, 0x1888, 0x1888, 0x1888, 0x1888});  // ADDS, 10 bytes in two blocks of the cache
  EXPECT_EQ(program.account.Enter(kCode, 10), 5U + 2 * 2);
  EXPECT_EQ(program.account.Enter(kCode, 10), 5U);
  EXPECT_EQ(program.account.cache_misses(), 2U);
  EXPECT_EQ(program.account.cache_hits(), 2 * 3U - 2);  // three words each time
}

TEST(BlockAccount, WithoutCacheEveryPassWaits) {
  AccountParameters parameters;
  parameters.instruction_cache = false;
  Program program(parameters);
  program.clocks.flash_wait_states = 1;
  program.Put(kCode, {0x1888, 0x1888});
  EXPECT_EQ(program.account.Enter(kCode, 4), 3U);
  EXPECT_EQ(program.account.Enter(kCode, 4), 3U);
  EXPECT_EQ(program.account.cache_hits() + program.account.cache_misses(), 0U);
  program.account.EnableCache(true);  // the parameter rules
  EXPECT_EQ(program.account.Enter(kCode, 4), 3U);
}

TEST(BlockAccount, RamNeverWaits) {
  Program program;
  program.Put(kRamBase, {0x1888, 0x1888});
  EXPECT_EQ(program.account.Enter(kRamBase, 4), 2U);
  EXPECT_EQ(program.account.cache_misses(), 0U);
}

TEST(BlockAccount, ALiteralCostsAFlashRead) {
  Program program(Parameters(3));
  program.Put(kCode, {0x4801, kNopHalf, kNopHalf, kNopHalf});  // LDR R0, [PC, #4]
  EXPECT_EQ(Warm(program, kCode, 2), 1U + 3);
}

TEST(BlockAccount, LiteralsOfAllWidthsAreTakenWhereTheyAre) {
  // Near enough to the end of flash that an offset counted twice would lead beyond it.
  const uint32_t code = kFlashBase + 0x10000 - 0x404;
  Program program(Parameters(3));
  program.Put(code, {0xED9F, 0x0AFA});  // VLDR S0, [PC, #1000]
  EXPECT_EQ(Warm(program, code, 4), 1U + 3);
  program.Put(code, {0xE9DF, 0x01FA});  // LDRD R0, R1, [PC, #1000]
  program.account.Invalidate(code, code + 4);
  EXPECT_EQ(Warm(program, code, 4), 2U + 2 * 3);
  program.Put(code, {0xF8DF, 0x03E8});  // LDR.W R0, [PC, #1000]
  program.account.Invalidate(code, code + 4);
  EXPECT_EQ(Warm(program, code, 4), 1U + 3);
}

TEST(BlockAccount, AReadThroughARegisterIsJudgedOnEntry) {
  Program program(Parameters(3));
  program.Put(kCode, {0x6808});  // LDR R0, [R1]
  program.registers.values[1] = kRamBase;
  EXPECT_EQ(Warm(program, kCode, 2), 1U);
  program.registers.values[1] = kFlashBase + 0x1000;
  EXPECT_EQ(Warm(program, kCode, 2), 1U + 3);
}

TEST(BlockAccount, ReadsThroughMovedAndAdvancedPointersCount) {
  Program program(Parameters(1));
  // MOV R2, R1; ADDS R2, #8; LDRB R0, [R2], #1; LDRB R3, [R2], #1; LDRB R4, [R1, R5]
  program.Put(kCode, {0x460A, 0x3208, 0xF812, 0x0B01, 0xF812, 0x3B01, 0x5D4C});
  const uint32_t from_ram = Warm(program, kCode, 14);
  program.registers.values[1] = kFlashBase;
  EXPECT_EQ(Warm(program, kCode, 14), from_ram + 3);
}

TEST(BlockAccount, ATableBehindALiteralIsKnown) {
  Program program(Parameters(1));
  program.Put(kCode, {0x4901, 0x5C88, kNopHalf, kNopHalf});  // LDR R1, [PC, #4]; LDRB R0, [R1, R2]
  program.PutWord(kCode + 8, kRamBase + 0x40);
  const uint32_t literal_only = Warm(program, kCode, 4);
  program.PutWord(kCode + 8, kFlashBase + 0x1000);
  program.account.Invalidate(kCode, kCode + 12);
  EXPECT_EQ(Warm(program, kCode, 4), literal_only + 1);
}

TEST(BlockAccount, TheStackIsNeverInFlash) {
  Program program(Parameters(5));
  program.Put(kCode, {0x9801});  // LDR R0, [SP, #4]
  program.registers.values[13] = kFlashBase;
  EXPECT_EQ(Warm(program, kCode, 2), 1U);
}

TEST(BlockAccount, AnUnconditionalBranchCostsItsOwnAndTheRefill) {
  Program program;
  program.Put(kRamBase, {0xF000, 0xB800, 0x4770, 0xBD30});  // B.W; BX LR; POP {R4, R5, PC}
  EXPECT_EQ(program.account.Enter(kRamBase, 4), 2U);
  EXPECT_EQ(program.account.Enter(kRamBase + 4, 2), 2U);
  EXPECT_EQ(program.account.Enter(kRamBase + 6, 2), 3U + 2);
}

TEST(BlockAccount, APredicatedReturnIsOwedOnlyIfTaken) {
  Program program;
  program.Put(kRamBase, {0xBF08, 0xBD30, kNopHalf});  // IT EQ; POPEQ {R4, R5, PC}
  EXPECT_EQ(program.account.Enter(kRamBase, 4), 2U);
  EXPECT_EQ(program.account.Enter(kRamBase + 4, 2), 1U);
  program.account.Enter(kRamBase, 4);
  EXPECT_EQ(program.account.Enter(kRamBase + 0x100, 2), 1U + 4);
}

TEST(BlockAccount, ARedirectionForgivesWhatIsOwed) {
  Program program;
  program.Put(kRamBase, {0xD1FE});
  program.account.Enter(kRamBase, 2);
  program.account.Redirect();
  EXPECT_EQ(program.account.Enter(kRamBase + 0x100, 2), 1U);
}

TEST(BlockAccount, ChangedCodeIsTimedAgainAndItsCountsStay) {
  Program program;
  program.Put(kRamBase, {0x1888});
  EXPECT_EQ(program.account.Enter(kRamBase, 2), 1U);
  program.Put(kRamBase, {0x4348});  // MULS
  program.account.Invalidate(kRamBase + 0x400, kRamBase + 0x800);
  EXPECT_EQ(program.account.Enter(kRamBase, 2), 1U);
  program.account.Invalidate(kRamBase, kRamBase + 1);
  EXPECT_EQ(program.account.Enter(kRamBase, 2), 2U);
  uint64_t cycles = 0;
  for (const TimedBlock& block : program.account.blocks()) cycles += block.cycles;
  EXPECT_EQ(cycles, 4U);
  EXPECT_EQ(program.account.instructions(), 3U);
}

TEST(BlockAccount, NoBytesNoCrash) {
  Program program;
  EXPECT_GT(program.account.Enter(0xE0000000, 4), 0U);
  EXPECT_GT(program.account.Enter(0xFFFFFFFE, 2), 0U);
  EXPECT_GT(program.account.Enter(0, 0), 0U);
  program.account.Invalidate(0, 0);
}

TEST(BlockAccount, CountsAddUp) {
  Program program;
  std::mt19937 random(3);
  for (uint8_t& byte : program.memories.flash) byte = static_cast<uint8_t>(random());
  uint64_t charged = 0;
  for (int i = 0; i < 50'000; ++i) {
    const uint32_t at = kFlashBase + random() % 0xF000 / 2 * 2;
    charged += program.account.Enter(at, 2 + random() % 40 / 2 * 2);
  }
  uint64_t cycles = 0, executions = 0;
  for (const TimedBlock& block : program.account.blocks()) {
    cycles += block.cycles;
    executions += block.executions;
  }
  EXPECT_EQ(cycles, charged);
  EXPECT_EQ(executions, 50'000U);
}

TEST(BlockAccount, ASnapshotGoesOnAlike) {
  Program program;
  program.clocks.flash_wait_states = 2;
  std::mt19937 random(4);
  for (uint8_t& byte : program.memories.flash) byte = static_cast<uint8_t>(random());
  std::vector<std::pair<uint32_t, uint32_t>> walk;
  for (int i = 0; i < 20'000; ++i) {
    walk.emplace_back(kFlashBase + random() % 0xF000 / 2 * 2, 2 + random() % 40 / 2 * 2);
  }
  for (size_t i = 0; i < 10'000; ++i) program.account.Enter(walk[i].first, walk[i].second);
  std::vector<uint8_t> bytes;
  Saver saver(bytes);
  program.account.Serialize(saver);
  std::vector<uint32_t> once, again;
  for (size_t i = 10'000; i < walk.size(); ++i)
    once.push_back(program.account.Enter(walk[i].first, walk[i].second));
  const uint64_t instructions = program.account.instructions(), misses = program.account.cache_misses();
  Loader loader(bytes);
  program.account.Serialize(loader);
  ASSERT_TRUE(loader.ok() && loader.at_end());
  for (size_t i = 10'000; i < walk.size(); ++i)
    again.push_back(program.account.Enter(walk[i].first, walk[i].second));
  EXPECT_EQ(once, again);
  EXPECT_EQ(program.account.instructions(), instructions);
  EXPECT_EQ(program.account.cache_misses(), misses);
}

}  // namespace
}  // namespace sim
