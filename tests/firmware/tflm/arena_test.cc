// The two-ended arena: alignment, limits, and the figure it reports.
#include "arena.h"

#include <gtest/gtest.h>

#include <vector>

namespace earshot {
namespace {

bool IsAligned(const void* pointer, size_t alignment) {
  return reinterpret_cast<uintptr_t>(pointer) % alignment == 0;
}

TEST(Arena, UsesTheAlignedPartOfItsMemory) {
  alignas(16) uint8_t memory[100];
  EXPECT_EQ(Arena(memory, 100).size(), 96u);
  EXPECT_EQ(Arena(memory + 1, 99).size(), 80u);
  EXPECT_EQ(Arena(memory + 1, 10).size(), 0u);
  EXPECT_EQ(Arena(memory, 0).size(), 0u);
  EXPECT_EQ(Arena(nullptr, 100).size(), 0u);
}

TEST(Arena, AlignsBothEnds) {
  alignas(16) uint8_t memory[256];
  Arena arena(memory, sizeof(memory));
  EXPECT_TRUE(IsAligned(arena.AllocatePersistent(3, 1), 1));
  EXPECT_TRUE(IsAligned(arena.AllocatePersistent(5, 8), 8));
  EXPECT_TRUE(IsAligned(arena.AllocatePersistent(1), 16));
  EXPECT_TRUE(IsAligned(arena.AllocateTemporary(3, 1), 1));
  EXPECT_TRUE(IsAligned(arena.AllocateTemporary(5, 8), 8));
  EXPECT_TRUE(IsAligned(arena.AllocateTemporary(5, 32), 32));
}

TEST(Arena, ClearsWhatStays) {
  alignas(16) uint8_t memory[64];
  for (uint8_t& byte : memory) byte = 0xFF;
  Arena arena(memory, sizeof(memory));
  const auto* bytes = static_cast<const uint8_t*>(arena.AllocatePersistent(20));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(bytes[i], 0);
}

TEST(Arena, TemporaryMemoryIsUsedAgain) {
  alignas(16) uint8_t memory[64];
  Arena arena(memory, sizeof(memory));
  void* first = arena.AllocateTemporary(48);
  EXPECT_EQ(arena.AllocateTemporary(32), nullptr);
  arena.ReleaseTemporary();
  EXPECT_EQ(arena.AllocateTemporary(64), first);
}

TEST(Arena, RefusesSizesThatOverflow) {
  alignas(16) uint8_t memory[64];
  Arena arena(memory, sizeof(memory));
  EXPECT_EQ(arena.AllocatePersistent(SIZE_MAX), nullptr);
  EXPECT_EQ(arena.AllocatePersistent(SIZE_MAX / 2), nullptr);
  EXPECT_EQ(arena.AllocateTemporary(SIZE_MAX - 3), nullptr);
  EXPECT_EQ(arena.AllocatePersistentArray<uint64_t>(SIZE_MAX / 4), nullptr);
  EXPECT_NE(arena.AllocatePersistent(64), nullptr);
}

TEST(Arena, TheReportedSizeIsTheSmallestThatWorks) {
  const auto allocate = [](Arena& arena) {
    bool done = arena.AllocatePersistent(40, 8) != nullptr && arena.AllocateTemporary(100, 4) != nullptr;
    arena.ReleaseTemporary();
    return done && arena.AllocatePersistent(7, 1) != nullptr && arena.ReserveTensors(50) != nullptr;
  };
  std::vector<uint8_t> memory(1024 + 16);
  uint8_t* start = memory.data() + (16 - reinterpret_cast<uintptr_t>(memory.data()) % 16) % 16;
  Arena arena(start, 1024);
  ASSERT_TRUE(allocate(arena));
  const size_t used = arena.used_bytes();
  Arena exact(start, used);
  EXPECT_TRUE(allocate(exact));
  Arena smaller(start, used - 1);
  EXPECT_FALSE(allocate(smaller));
  EXPECT_GT(smaller.refused_bytes(), smaller.size());
}

}  // namespace
}  // namespace earshot
