// A launch against the functions that change an image.
#include "mvp/launch.h"

#include "gtest/gtest.h"

namespace mvp {
namespace {

TEST(Launch, HasTheWordsThatSettersWrite) {
  ProgramImage image;
  image.words[30] = 5u | 1u << 12;
  image.words[68] = 9;
  const Program program(image);
  Launch launch(program);
  launch.Address({2}, 0x20001234).Iterations(program, {1}, 77).Register({7}, 0x1234, 0x5678);
  ProgramImage changed = image;
  SetAddress(changed, {2}, 0x20001234);
  ASSERT_TRUE(SetIterations(changed, {1}, 77).ok());
  SetRegister(changed, {7}, 0x1234, 0x5678);
  const port::LaunchWords& words = launch.words();
  ASSERT_EQ(words.word_count, 4u);
  for (size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(words.words[i].value, changed.words[(words.words[i].offset - 0x64) / 4]) << i;
  }
  EXPECT_EQ(changed.words[16], 0x20001234u);
  EXPECT_EQ(changed.words[30], 76u | 1u << 12);
  EXPECT_EQ(changed.words[7], 0x56781234u);
}

TEST(Launch, ClearsAllFlagsBeforeTheStart) {
  ProgramImage image;
  image.words[68] = 9;
  const Launch launch{Program(image)};
  EXPECT_EQ(launch.words().words[0].offset, 0x201Cu);
  EXPECT_EQ(launch.words().words[0].value, 0x1F0FFDFFu);
  EXPECT_EQ(launch.words().command.offset, 0x174u);
  EXPECT_EQ(launch.words().command.value, 9u);
}

TEST(Launch, ReadsTheImageWhereItLies) {
  ProgramImage image;
  image.words[44 + 2] = 1u << 31;
  const Launch launch{Program(image)};
  const port::RegisterBlock& leading = launch.words().blocks[0];
  EXPECT_EQ(leading.offset, 0x64u);
  EXPECT_EQ(leading.words, image.words.data());
  EXPECT_EQ(leading.count, 30u);
  const port::RegisterBlock& instructions = launch.words().blocks[1];
  EXPECT_EQ(instructions.offset, 0x114u);
  EXPECT_EQ(instructions.words, image.words.data() + 44);
  EXPECT_EQ(instructions.count, 6u);
}

}  // namespace
}  // namespace mvp
