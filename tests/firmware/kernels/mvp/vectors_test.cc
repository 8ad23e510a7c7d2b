// The words of one-dimensional arrays and of the loop over pairs.
#include "kernels/mvp/vectors.h"

#include "gtest/gtest.h"

namespace kernels::mvp {
namespace {

TEST(Vectors, PairsGoThroughOneInstruction) {
  ::mvp::ProgramBuilder program;
  const ::mvp::RegisterId in = program.AddRegister(), out = program.AddRegister();
  for (int array = 0; array < 3; ++array) {
    program.AddArray(Vector(::mvp::ElementType::kInt8, ::mvp::Lanes::kPair, 300));
  }
  AddPairwise(program, ::mvp::Instruction(::mvp::AluOp::COPY).Z(out).A(in), in, out, 200);
  ::mvp::ProgramImage image;
  ASSERT_TRUE(program.Build(&image).ok());
  EXPECT_EQ(image.words[9], 1u << 12 | 1u << 14);  // int8 pairs, one in the first dimension
  EXPECT_EQ(image.words[11], 299u | 1u << 16);     // all of them in the third
  EXPECT_EQ(image.words[28], 199u);
  EXPECT_EQ(image.words[44], 1u << 28);
  const uint32_t load = 0u | 8u | 0u << 4 | 1u << 9, store = 1u | 8u | 2u << 4 | 1u << 9;
  EXPECT_EQ(image.words[45], load | store << 20);
  EXPECT_EQ(image.words[46], 1u | 2u | 65u << 20 | 1u << 31);
  EXPECT_EQ(image.words[49], 0u);  // nothing follows
}

}  // namespace
}  // namespace kernels::mvp
