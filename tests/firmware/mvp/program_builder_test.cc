// The builder's words against hand-encoded ones (section 2 of the MVP notes), and every limit.
#include "mvp/program_builder.h"

#include <functional>

#include "gtest/gtest.h"

namespace mvp {
namespace {

constexpr ArraySpec kBytes{0x20000000, ElementType::kInt8, Lanes::kScalar, {{{}, {}, {8, 1}}}};

Instruction Last() { return Instruction(AluOp::NOOP).Last(); }

TEST(ProgramBuilder, EncodesFieldsAsTheManualSays) {
  ProgramBuilder program;
  const ArrayId array =
      program.AddArray({0x20000010, ElementType::kInt8, Lanes::kPair, {{{3, -2}, {1024, 2047}, {5, -2048}}}});
  const ArrayId other =
      program.AddArray({0x08000002, ElementType::kBinary16, Lanes::kScalar, {{{}, {}, {}}}});
  const LoopId outer = program.AddLoop(7);
  const LoopId inner = program.AddLoop(1024);
  program.AdvanceAtEnd(outer, other, kDim1);
  program.AdvanceAtEnd(inner, array, kDim0 | kDim2);
  program.ResetAtEnd(inner, other, kDim1 | kDim2);
  program.SetRegister(2, 0x3C00, 0xBC00);
  program.Add(Instruction(AluOp::MACR2A)
                  .X(1)
                  .Y(2)
                  .A(3)
                  .Z(4)
                  .Load(6, array, kDim2)
                  .Load(7, other, kDim0 | kDim1)
                  .Store(5, array, kDim1)
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
  program.Add(Instruction(AluOp::NOOP).SkipLoad0().Load(3, array, kNoDim).Last());
  ProgramImage image;
  ASSERT_TRUE(program.Build(&image).ok());
  EXPECT_EQ(image.words[45], (3u | 8u) << 10);
}

TEST(ProgramImage, FieldsChangeInPlace) {
  ProgramBuilder program;
  const ArrayId array = program.AddArray(kBytes);
  const LoopId loop = program.AddLoop(3);
  program.AdvanceAtEnd(loop, array, kDim0);
  program.Add(Last().Begin(loop).End(loop));
  ProgramImage image;
  ASSERT_TRUE(program.Build(&image).ok());
  SetAddress(image, array, 0x20001234);
  ASSERT_TRUE(SetIterations(image, loop, 1024).ok());
  SetRegister(image, 5, 0x1234, 0x5678);
  EXPECT_EQ(image.words[8], 0x20001234u);
  EXPECT_EQ(image.words[28], 1023u | 1u << 12);
  EXPECT_EQ(image.words[5], 0x56781234u);
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

struct Violation {
  const char* name;
  Limit limit;
  int64_t value;
  int64_t bound;
  std::function<void(ProgramBuilder&)> build;
};

class Limits : public testing::TestWithParam<Violation> {};

TEST_P(Limits, AreNamedWithTheirValueAndLeaveTheImage) {
  ProgramBuilder program;
  GetParam().build(program);
  ProgramImage image;
  image.words[0] = 77;
  const BuildResult result = program.Build(&image);
  EXPECT_EQ(result.violated, GetParam().limit) << LimitName(result.violated);
  EXPECT_EQ(result.value, GetParam().value);
  EXPECT_EQ(result.limit, GetParam().bound);
  EXPECT_STRNE(LimitName(result.violated), "unknown");
  EXPECT_EQ(image.words[0], 77u);
}

ArraySpec Sized(uint32_t size, int32_t stride) {
  return {0, ElementType::kInt8, Lanes::kScalar, {{{}, {size, stride}, {}}}};
}

void AddTimes(int count, const std::function<void()>& add) {
  for (int i = 0; i < count; ++i) add();
}

INSTANTIATE_TEST_SUITE_P(
    All, Limits,
    testing::Values(
        Violation{"arrays", Limit::kArrays, 6, 5,
                  [](ProgramBuilder& p) { AddTimes(6, [&] { p.AddArray(kBytes); }), p.Add(Last()); }},
        Violation{"loops", Limit::kLoops, 9, 8,
                  [](ProgramBuilder& p) { AddTimes(9, [&] { p.AddLoop(1); }), p.Add(Last()); }},
        Violation{"instructions", Limit::kInstructions, 9, 8,
                  [](ProgramBuilder& p) { AddTimes(9, [&] { p.Add(Last()); }); }},
        Violation{"none", Limit::kInstructions, 0, 1, [](ProgramBuilder&) {}},
        Violation{"size", Limit::kSize, 1025, 1024,
                  [](ProgramBuilder& p) { p.AddArray(Sized(1025, 1)), p.Add(Last()); }},
        Violation{"empty", Limit::kSize, 0, 1,
                  [](ProgramBuilder& p) { p.AddArray(Sized(0, 1)), p.Add(Last()); }},
        Violation{"stride", Limit::kStride, 2048, 2047,
                  [](ProgramBuilder& p) { p.AddArray(Sized(2, 2048)), p.Add(Last()); }},
        Violation{"back", Limit::kStride, -2049, -2048,
                  [](ProgramBuilder& p) { p.AddArray(Sized(2, -2049)), p.Add(Last()); }},
        Violation{"alignment", Limit::kAlignment, 0x20000002, 4,
                  [](ProgramBuilder& p) {
                    p.AddArray({0x20000002, ElementType::kBinary16, Lanes::kPair, {}});
                    p.Add(Last());
                  }},
        Violation{"iterations", Limit::kIterations, 1025, 1024,
                  [](ProgramBuilder& p) { p.AddLoop(1025), p.Add(Last()); }},
        Violation{"never", Limit::kIterations, 0, 1, [](ProgramBuilder& p) { p.AddLoop(0), p.Add(Last()); }},
        Violation{"register", Limit::kRegister, 8, 7, [](ProgramBuilder& p) { p.Add(Last().X(8)); }},
        Violation{"loads", Limit::kLoads, 3, 2,
                  [](ProgramBuilder& p) {
                    const ArrayId a = p.AddArray(kBytes);
                    p.Add(Last().Load(1, a, 0).Load(2, a, 0).Load(3, a, 0));
                  }},
        Violation{"end", Limit::kNoEnd, 1, 8, [](ProgramBuilder& p) { p.Add(Instruction(AluOp::NOOP)); }}),
    [](const testing::TestParamInfo<Violation>& info) { return info.param.name; });

Instruction Noop() { return Instruction(AluOp::NOOP); }

INSTANTIATE_TEST_SUITE_P(
    Instructions, Limits,
    testing::Values(
        Violation{"x_twice", Limit::kOperand, 2, 1, [](ProgramBuilder& p) { p.Add(Last().X(3).X(4)); }},
        Violation{"x_twice_the_first_zero", Limit::kOperand, 2, 1,
                  [](ProgramBuilder& p) { p.Add(Last().X(0).X(4)); }},
        Violation{"y_twice", Limit::kOperand, 2, 1, [](ProgramBuilder& p) { p.Add(Last().Y(3).Y(3)); }},
        Violation{"a_twice", Limit::kOperand, 2, 1, [](ProgramBuilder& p) { p.Add(Last().A(3).A(4)); }},
        Violation{"z_twice", Limit::kOperand, 2, 1, [](ProgramBuilder& p) { p.Add(Last().Z(3).Z(4)); }},
        Violation{"stores", Limit::kStores, 2, 1,
                  [](ProgramBuilder& p) {
                    const ArrayId a = p.AddArray(kBytes);
                    p.Add(Last().Store(1, a, 0).Store(2, a, 0));
                  }},
        Violation{"load_of_no_array", Limit::kArrayId, 0, -1,
                  [](ProgramBuilder& p) { p.Add(Last().Load(1, {0}, 0)); }},
        Violation{"second_load_of_no_array", Limit::kArrayId, 1, 0,
                  [](ProgramBuilder& p) {
                    const ArrayId a = p.AddArray(kBytes);
                    p.Add(Last().Load(1, a, 0).Load(2, {1}, 0));
                  }},
        Violation{"store_to_an_array_beyond_the_field", Limit::kArrayId, 8, 0,
                  [](ProgramBuilder& p) {
                    p.AddArray(kBytes);
                    p.Add(Last().Store(1, {8}, 0));
                  }},
        Violation{"dims_of_a_stream", Limit::kDims, 8, 7,
                  [](ProgramBuilder& p) { p.Add(Last().Load(1, p.AddArray(kBytes), 8)); }}),
    [](const testing::TestParamInfo<Violation>& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    LoopsOfA, Limits,
    testing::Values(Violation{"begin_of_no_loop", Limit::kLoopId, 0, -1,
                              [](ProgramBuilder& p) { p.Add(Last().Begin({0})); }},
                    Violation{"end_of_no_loop", Limit::kLoopId, 8, 0,
                              [](ProgramBuilder& p) { p.Add(Last().Begin(p.AddLoop(2)).End({8})); }},
                    Violation{"advance_of_no_loop", Limit::kLoopId, 200, -1,
                              [](ProgramBuilder& p) {
                                p.AdvanceAtEnd({200}, p.AddArray(kBytes), kDim0);
                                p.Add(Last());
                              }},
                    Violation{"advance_of_no_array", Limit::kArrayId, 7, -1,
                              [](ProgramBuilder& p) {
                                const LoopId loop = p.AddLoop(2);
                                p.AdvanceAtEnd(loop, {7}, kDim0);
                                p.Add(Last().Begin(loop).End(loop));
                              }},
                    Violation{"reset_of_no_array", Limit::kArrayId, 1, 0,
                              [](ProgramBuilder& p) {
                                p.AddArray(kBytes);
                                const LoopId loop = p.AddLoop(2);
                                p.ResetAtEnd(loop, {1}, kDim0);
                                p.Add(Last().Begin(loop).End(loop));
                              }},
                    Violation{"dims_at_the_end", Limit::kDims, 9, 7,
                              [](ProgramBuilder& p) {
                                const LoopId loop = p.AddLoop(2);
                                p.AdvanceAtEnd(loop, p.AddArray(kBytes), 9);
                                p.Add(Last().Begin(loop).End(loop));
                              }},
                    Violation{"never_used", Limit::kNoBegin, 1, 1,
                              [](ProgramBuilder& p) {
                                const LoopId used = p.AddLoop(2);
                                p.AddLoop(3);
                                p.Add(Last().Begin(used).End(used));
                              }},
                    Violation{"only_ended", Limit::kNoBegin, 0, 1,
                              [](ProgramBuilder& p) { p.Add(Last().End(p.AddLoop(2))); }},
                    Violation{"only_begun", Limit::kNoEndOfLoop, 0, 1,
                              [](ProgramBuilder& p) { p.Add(Last().Begin(p.AddLoop(2))); }},
                    Violation{"ended_before_it_begins", Limit::kLoopOrder, 0, 1,
                              [](ProgramBuilder& p) {
                                const LoopId loop = p.AddLoop(2);
                                p.Add(Noop().End(loop));
                                p.Add(Last().Begin(loop));
                              }}),
    [](const testing::TestParamInfo<Violation>& info) { return info.param.name; });

}  // namespace
}  // namespace mvp
