// The factory's words against hardware description 1.4.
#include "host/sim/peripherals/devinfo.h"

#include <cstring>

#include "workbench.h"

namespace sim {
namespace {

uint32_t WordAt(Memories& memories, uint32_t address) {
  uint32_t value = 0;
  std::memcpy(&value, memories.Find(address, 4), 4);
  return value;
}

struct Part {
  uint32_t part, flash, ram, msize;
};

class DevinfoTest : public testing::TestWithParam<Part> {};

TEST_P(DevinfoTest, NamesPartAndMemories) {
  Memories memories(GetParam().flash, GetParam().ram);
  FillDevinfo(memories, GetParam().part, 0);
  EXPECT_EQ(WordAt(memories, 0x0FE08004), GetParam().part);
  EXPECT_EQ(WordAt(memories, 0x0FE0800C), GetParam().msize);
}

INSTANTIATE_TEST_SUITE_P(Parts, DevinfoTest,
                         testing::Values(Part{0x0118051E, 0x180000, 0x40000, 0x01000600},
                                         Part{0x011804BA, 0x180000, 0x40000, 0x01000600},
                                         Part{0x01180014, 0x100000, 0x20000, 0x00800400},
                                         Part{0x01180014, 0x180000, 0x30000, 0x00C00600}));

TEST(DevinfoWordsTest, AsTheDescriptionWantsThem) {
  Memories memories(0x180000, 0x40000);
  FillDevinfo(memories, 0x0118051E, 0);
  EXPECT_EQ(WordAt(memories, 0x0FE08000) >> 24, 0x0Bu);
  EXPECT_EQ(WordAt(memories, 0x0FE08008) & 0xFF, 3u);
  EXPECT_EQ(WordAt(memories, 0x0FE08010), 0x00304D01u);
  EXPECT_EQ(WordAt(memories, 0x0FE08058), 0x80401F40u);
  EXPECT_EQ(WordAt(memories, 0x0FE08078), 0xA8689F40u);
  EXPECT_EQ(WordAt(memories, 0x0FE08098), 0xCCF09F40u);
  EXPECT_EQ(WordAt(memories, 0x0FE08130), 0xFFFFFFFFu);
  EXPECT_EQ(WordAt(memories, 0x0FE0814C), 0xFFFFFFFFu);
  EXPECT_EQ(WordAt(memories, 0x0FE08150), 0x007FFFFFu);
  EXPECT_EQ(WordAt(memories, 0x0FE081FC), 0x00800000u);
  EXPECT_EQ(WordAt(memories, 0x0FE00000), 0xFFFFFFFFu);  // user data is not touched
}

TEST(DevinfoUniqueIdTest, VirtualBoardsHaveTheirPrefix) {
  Memories memories(0x180000, 0x40000);
  FillDevinfo(memories, 0x0118051E, 0x12'3456789A);
  EXPECT_EQ(WordAt(memories, 0x0FE08048), 0x3456789Au);
  EXPECT_EQ(WordAt(memories, 0x0FE0804C), kVirtualOui << 8 | 0x12u);
  EXPECT_EQ(WordAt(memories, 0x0FE0804C) >> 24 & 3, 2u);  // locally administered, not a group
  EXPECT_EQ(WordAt(memories, 0x0FE08040), 0x7056789Au);
  EXPECT_EQ(WordAt(memories, 0x0FE08044), 0xFFFF02E5u);
}

TEST(DevinfoUniqueIdTest, AWholeIdIsTaken) {
  Memories memories(0x180000, 0x40000);
  FillDevinfo(memories, 0x0118051E, 0x8C1F64'0102030405);
  EXPECT_EQ(WordAt(memories, 0x0FE08048), 0x02030405u);
  EXPECT_EQ(WordAt(memories, 0x0FE0804C), 0x8C1F6401u);
}

}  // namespace
}  // namespace sim
