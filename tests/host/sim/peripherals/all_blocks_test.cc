// Random accesses to all blocks at once, aligned and not: nothing crashes or hangs, time goes on, and two
// benches that are treated alike stay alike, also over a snapshot.
#include "all_blocks.h"

#include <random>

namespace sim {
namespace {

std::vector<uint8_t> Save(AllBlocks& blocks) {
  std::vector<uint8_t> bytes;
  Saver saver(bytes);
  blocks.scheduler.Serialize(saver);
  blocks.interrupts.Serialize(saver);
  blocks.tree.Save(saver);
  for (Peripheral* block : blocks.All()) block->Save(saver);
  return bytes;
}

void Load(AllBlocks& blocks, const std::vector<uint8_t>& bytes) {
  Loader loader(bytes);
  blocks.scheduler.Serialize(loader);
  blocks.interrupts.Serialize(loader);
  blocks.tree.Load(loader);
  for (Peripheral* block : blocks.All()) block->Load(loader);
  EXPECT_TRUE(loader.ok() && loader.at_end());
}

// Most accesses go to modelled registers, with values that do something; keys open locks now and then.
// Returns whether an access was let through.
bool Act(AllBlocks& blocks, const std::vector<Peripheral*>& all, std::mt19937& random) {
  static constexpr uint32_t kKeys[] = {0x93F7, 0x580E, 0x8195, 0x7102, 0xADE8,
                                       0xABE8, 0xCE80, 0x1A20, 0x0F93};
  constexpr uint32_t kModelled = 20;  // the stubs follow
  Peripheral& block = *all[random() % (random() % 16 == 0 ? all.size() : kModelled)];
  const std::vector<Register>& registers = block.registers();
  const uint32_t kind = random() % 16;
  uint32_t offset = random() % 0x4000;
  if (kind > 1 && !registers.empty())
    offset = registers[random() % registers.size()].offset | random() % 4 << 12;
  const unsigned size = kind == 2 ? 1u << random() % 3 : 4;
  uint32_t value = random() % 2 != 0 ? 1u << random() % 32 : static_cast<uint32_t>(random());
  if (random() % 8 == 0) value = kKeys[random() % 9];
  bool passed = false;
  if (kind < 6) {
    passed = block.Read(offset, size).refusal == Refusal::kNone;
  } else if (kind < 14) {
    passed = block.Write(offset, size, value).refusal == Refusal::kNone;
  } else if (kind == 14) {
    blocks.Wait(random() % 20'000);
  } else {
    blocks.tree.SetCoreState(static_cast<CoreState>(random() % 4));
  }
  if (random() % 64 == 0) {  // so that something is clocked
    Put(blocks.cmu, cmu::kLock, cmu::kKey);
    Put(blocks.cmu, cmu::kClken0, 0xFFFFFFFF);
    Put(blocks.cmu, cmu::kClken1, 0xFFFFFFFF);
  }
  return passed;
}

TEST(AllBlocksTest, RandomAccessesRepeat) {
  AllBlocks one, two;
  const std::vector<Peripheral*> all_one = one.All(), all_two = two.All();
  std::mt19937 random_one(1), random_two(1);
  int passed = 0;
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < 5'000; ++i) passed += Act(one, all_one, random_one);
    for (int i = 0; i < 5'000; ++i) Act(two, all_two, random_two);
    ASSERT_EQ(Save(one), Save(two)) << round;
    ASSERT_GT(one.clocks.hclk, 0u);
  }
  EXPECT_GT(passed, 150'000);
  EXPECT_GT(one.clocks.changes, 1'000u);
}

TEST(AllBlocksTest, SnapshotsGoOnAlike) {
  AllBlocks blocks;
  const std::vector<Peripheral*> all = blocks.All();
  std::mt19937 random(2);
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 2'000; ++i) Act(blocks, all, random);
    const std::vector<uint8_t> snapshot = Save(blocks);
    const std::mt19937 saved = random;
    for (int i = 0; i < 2'000; ++i) Act(blocks, all, random);
    const std::vector<uint8_t> first = Save(blocks);
    Load(blocks, snapshot);
    ASSERT_EQ(Save(blocks), snapshot) << round;
    random = saved;
    for (int i = 0; i < 2'000; ++i) Act(blocks, all, random);
    ASSERT_EQ(Save(blocks), first) << round;
  }
}

}  // namespace
}  // namespace sim
