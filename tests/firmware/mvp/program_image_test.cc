// What changes in a built image, at the manual's positions.
#include "mvp/program_image.h"

#include "gtest/gtest.h"
#include "mvp/program_builder.h"

namespace mvp {
namespace {

TEST(ProgramImage, FieldsChangeInPlace) {
  ProgramBuilder program;
  program.AddRegister();
  const RegisterId second = program.AddRegister();
  const ArrayId array =
      program.AddArray({0x20000000, ElementType::kInt8, Lanes::kScalar, {{{}, {}, {8, 1}}}});
  const LoopId loop = program.AddLoop(3);
  program.AdvanceAtEnd(loop, array, kDim0);
  program.Add(Instruction(AluOp::NOOP).Begin(loop).End(loop).Last());
  ProgramImage image;
  ASSERT_TRUE(program.Build(&image).ok());
  SetAddress(image, array, 0x20001234);
  ASSERT_TRUE(SetIterations(image, loop, 1024).ok());
  SetRegister(image, second, 0x1234, 0x5678);
  EXPECT_EQ(image.words[8], 0x20001234u);
  EXPECT_EQ(image.words[28], 1023u | 1u << 12);
  EXPECT_EQ(image.words[1], 0x56781234u);
}

TEST(ProgramImage, IterationsOutsideTheirRangeAreRefused) {
  ProgramImage image;
  image.words[28] = 5u | 1u << 12;
  const BuildResult none = SetIterations(image, {0}, 0);
  EXPECT_EQ(none.violated, Limit::kIterations);
  EXPECT_EQ(none.value, 0);
  EXPECT_EQ(none.limit, 1);
  const BuildResult many = SetIterations(image, {0}, 1025);
  EXPECT_EQ(many.violated, Limit::kIterations);
  EXPECT_EQ(many.value, 1025);
  EXPECT_EQ(many.limit, 1024);
  EXPECT_EQ(image.words[28], 5u | 1u << 12);
}

// An image whose instruction `last` ends the program and the loop `loop`.
ProgramImage Ending(size_t last, size_t loop) {
  ProgramImage image;
  image.words[44 + 3 * last + 2] = 1u << 31 | 2u << (2 * loop);
  return image;
}

TEST(Program, IsWrittenUpToItsLastLoopAndInstructionInBlocksOfSix) {
  const struct {
    size_t last, loop;
    uint32_t leading, instructions;
  } cases[] = {{0, 0, 30, 6}, {1, 1, 36, 6}, {2, 2, 36, 12}, {4, 5, 42, 18}, {5, 6, 42, 18}, {7, 7, 48, 24}};
  for (const auto& one : cases) {
    const ProgramImage image = Ending(one.last, one.loop);
    const Program program(image);
    EXPECT_EQ(program.leading_words(), one.leading) << one.loop;
    EXPECT_EQ(program.instruction_words(), one.instructions) << one.last;
    EXPECT_EQ(&program.image(), &image);
  }
}

TEST(Program, WithoutLoopsEndsWithItsArrays) {
  ProgramImage image;
  image.words[44 + 2] = 1u << 31;
  EXPECT_EQ(Program(image).leading_words(), 30u);
}

TEST(Program, IgnoresWhatStandsBehindItsEnd) {
  ProgramImage image = Ending(1, 0);
  image.words[44 + 3 * 2 + 2] = 1u << 14;
  EXPECT_EQ(Program(image).leading_words(), 30u);
  EXPECT_EQ(Program(image).instruction_words(), 6u);
}

TEST(Program, ThatHasNoEndIsWrittenWhole) {
  EXPECT_EQ(Program(ProgramImage{}).instruction_words(), 24u);
  EXPECT_TRUE(Program().empty());
}

}  // namespace
}  // namespace mvp
