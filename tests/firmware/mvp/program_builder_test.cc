// The builder's words against hand-encoded ones (section 2 of the MVP notes), at run time and in the
// compiler.
#include "mvp/program_builder.h"

#include "gtest/gtest.h"

namespace mvp {
namespace {

constexpr ArraySpec kBytes{0x20000000, ElementType::kInt8, Lanes::kScalar, {{{}, {}, {8, 1}}}};

TEST(ProgramBuilder, EncodesFieldsAsTheManualSays) {
  ProgramBuilder program;
  RegisterId r[8];
  for (RegisterId& reg : r) reg = program.AddRegister();
  const ArrayId array =
      program.AddArray({0x20000010, ElementType::kInt8, Lanes::kPair, {{{3, -2}, {1024, 2047}, {5, -2048}}}});
  const ArrayId other =
      program.AddArray({0x08000002, ElementType::kBinary16, Lanes::kScalar, {{{}, {}, {}}}});
  const LoopId outer = program.AddLoop(7);
  const LoopId inner = program.AddLoop(1024);
  program.AdvanceAtEnd(outer, other, kDim1);
  program.AdvanceAtEnd(inner, array, kDim0 | kDim2);
  program.ResetAtEnd(inner, other, kDim1 | kDim2);
  program.SetRegister(r[2], 0x3C00, 0xBC00);
  program.Add(Instruction(AluOp::MACR2A)
                  .X(r[1])
                  .Y(r[2])
                  .A(r[3])
                  .Z(r[4])
                  .Load(r[6], array, kDim2)
                  .Load(r[7], other, kDim0 | kDim1)
                  .Store(r[5], array, kDim1)
                  .Begin(outer)
                  .Begin(inner)
                  .End(outer)
                  .End(inner)
                  .Last());
  ProgramImage image;
  ASSERT_TRUE(program.Build(&image).ok());
  EXPECT_EQ(image.words[2], 0xBC003C00u);
  EXPECT_EQ(image.words[8], 0x20000010u);
  EXPECT_EQ(image.words[9], 2u | 1u << 12 | 1u << 14 | 0xFFEu << 16);
  EXPECT_EQ(image.words[10], 1023u | 0x7FFu << 16);
  EXPECT_EQ(image.words[11], 4u | 0x800u << 16);
  EXPECT_EQ(image.words[13], 2u << 12);
  EXPECT_EQ(image.words[28], 6u | 1u << (12 + 4 + 1));                  // array 1, index 1
  EXPECT_EQ(image.words[30], 1023u | 1u << 12 | 1u << 14);              // array 0, indices 0 and 2
  EXPECT_EQ(image.words[31], 1u << (12 + 4 + 1) | 1u << (12 + 4 + 2));  // array 1, indices 1 and 2
  EXPECT_EQ(image.words[44], 1u | 2u << 8 | 3u << 16 | 4u << 28);
  const uint32_t load0 = 6u | 8u | 0u << 4 | 1u << 9;
  const uint32_t load1 = 7u | 8u | 1u << 4 | 3u << 7;
  const uint32_t store = 5u | 8u | 0u << 4 | 1u << 8;
  EXPECT_EQ(image.words[45], load0 | load1 << 10 | store << 20);
  EXPECT_EQ(image.words[46], 1u << 0 | 1u << 1 | 1u << 2 | 1u << 3 | 471u << 20 | 1u << 31);
  EXPECT_EQ(image.words[68], 9u);
}

TEST(ProgramBuilder, SecondStreamAlone) {
  ProgramBuilder program;
  const ArrayId array = program.AddArray(kBytes);
  const RegisterId loaded = program.AddRegister();
  program.Add(Instruction(AluOp::NOOP).SkipLoad0().Load(loaded, array, kNoDim).Last());
  ProgramImage image;
  ASSERT_TRUE(program.Build(&image).ok());
  EXPECT_EQ(image.words[45], (0u | 8u) << 10);
}

TEST(ProgramBuilder, RegistersAreNumberedInTheirOrderAndStartAsTheyAreSet) {
  ProgramBuilder program;
  const RegisterId first = program.AddRegister();
  const RegisterId second = program.AddRegister();
  const RegisterId third = program.AddRegister();
  EXPECT_EQ(first.index, 0);
  EXPECT_EQ(second.index, 1);
  EXPECT_EQ(third.index, 2);
  program.SetBothLanes(third, 0x3C00);
  program.SetRegister(first, 0x4000, 0xC000);
  program.Add(Instruction(AluOp::COPY).Z(second).A(third).Last());
  ProgramImage image;
  ASSERT_TRUE(program.Build(&image).ok());
  EXPECT_EQ(image.words[0], 0xC0004000u);
  EXPECT_EQ(image.words[1], 0u);
  EXPECT_EQ(image.words[2], 0x3C003C00u);
  EXPECT_EQ(image.words[44], 2u << 16 | 1u << 28);
}

// Loops that follow each other, nest in the order of their numbers, or nest without a common mark.
TEST(ProgramBuilder, TakesEveryNestingThatTheAcceleratorRuns) {
  ProgramBuilder program;
  const LoopId around = program.AddLoop(2), both = program.AddLoop(3), inner = program.AddLoop(4);
  const LoopId late = program.AddLoop(5), early = program.AddLoop(6);
  program.Add(Instruction(AluOp::NOOP).Begin(around).Begin(both));
  program.Add(Instruction(AluOp::NOOP).Begin(inner).End(inner).End(both));
  program.Add(Instruction(AluOp::NOOP).Begin(early));
  program.Add(Instruction(AluOp::NOOP).Begin(late).End(late));
  program.Add(Instruction(AluOp::NOOP).End(early).End(around).Last());
  // `late` has the lower number and lies in `early`, which is fine as they share no instruction.
  ProgramImage image;
  EXPECT_TRUE(program.Build(&image).ok());
}

struct Constant {
  ProgramImage image;
  BuildResult result;
};

// The sum of `count` values.
constexpr Constant Sum(uint32_t count) {
  ProgramBuilder program;
  const RegisterId sum = program.AddRegister();
  const RegisterId value = program.AddRegister();
  const ArrayId values =
      program.AddArray({0x20000000, ElementType::kInt8, Lanes::kScalar, {{{}, {}, {8, 1}}}});
  const ArrayId total = program.AddArray({0x20000100, ElementType::kBinary16, Lanes::kScalar, {}});
  const LoopId loop = program.AddLoop(count);
  program.SetRegister(sum, 0x3C00, 0);
  program.AdvanceAtEnd(loop, total, kDim1);
  program.ResetAtEnd(loop, values, kDim2);
  program.Add(
      Instruction(AluOp::ADDC).Z(sum).X(value).A(sum).Load(value, values, kDim2).Begin(loop).End(loop));
  program.Add(
      Instruction(AluOp::NOOP).SkipLoad0().Load(value, values, kDim2).Store(sum, total, kNoDim).Last());
  Constant built{};
  built.result = program.Build(&built.image);
  return built;
}

constexpr Constant kSum = Sum(8);
static_assert(kSum.result.ok());
static_assert(kSum.image.words[0] == 0x00003C00);
static_assert(kSum.image.words[8] == 0x20000000 && kSum.image.words[12] == 0x20000100);
static_assert(kSum.image.words[9] == 1u << 12 && kSum.image.words[11] == (7u | 1u << 16));
static_assert(kSum.image.words[28] == (7u | 1u << (12 + 4 + 1)) && kSum.image.words[29] == 1u << (12 + 2));
static_assert(kSum.image.words[44] == 1u);  // Z = R0, X = R1, A = R0
static_assert(kSum.image.words[45] == (1u | 8u | 1u << 9));
static_assert(kSum.image.words[46] == (1u | 2u | 334u << 20));
static_assert(kSum.image.words[49] == 1u << 31 && kSum.image.words[68] == 9u);

constexpr Constant kTooLong = Sum(1025);
static_assert(kTooLong.result.violated == Limit::kIterations);
static_assert(kTooLong.result.value == 1025 && kTooLong.result.limit == 1024);
static_assert(kTooLong.image.words[68] == 0);

constexpr ProgramImage ChangedSum() {
  ProgramImage image = kSum.image;
  SetAddress(image, {1}, 0x20000200);
  SetRegister(image, {0}, 0x4000, 0x3C00);
  return SetIterations(image, {0}, 4).ok() ? image : ProgramImage{};
}

static_assert(ChangedSum().words[12] == 0x20000200);
static_assert(ChangedSum().words[28] == (3u | 1u << (12 + 4 + 1)));
static_assert(ChangedSum().words[0] == 0x3C004000);

TEST(ProgramBuilder, BuildsTheSameInTheCompilerAndAtRunTime) {
  const volatile uint32_t count = 8;
  EXPECT_EQ(Sum(count).image.words, kSum.image.words);
}

}  // namespace
}  // namespace mvp
