// Every limit of MVP programs, with the value that violates it.
#include "mvp/program_limits.h"

#include <functional>
#include <initializer_list>

#include "gtest/gtest.h"
#include "mvp/program_builder.h"

namespace mvp {
namespace {

constexpr ArraySpec kBytes{0x20000000, ElementType::kInt8, Lanes::kScalar, {{{}, {}, {8, 1}}}};

Instruction Noop() { return Instruction(AluOp::NOOP); }
Instruction Last() { return Noop().Last(); }

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
                  [](ProgramBuilder& p) { AddTimes(9, [&] { p.Add(Noop()); }); }},
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
        Violation{"registers", Limit::kRegisters, 9, 8,
                  [](ProgramBuilder& p) { AddTimes(9, [&] { p.AddRegister(); }), p.Add(Last()); }},
        Violation{"loads", Limit::kLoads, 3, 2,
                  [](ProgramBuilder& p) {
                    const ArrayId a = p.AddArray(kBytes);
                    const RegisterId r = p.AddRegister();
                    p.Add(Last().Load(r, a, 0).Load(r, a, 0).Load(r, a, 0));
                  }},
        Violation{"end", Limit::kNoEnd, 1, 8, [](ProgramBuilder& p) { p.Add(Instruction(AluOp::NOOP)); }}),
    [](const testing::TestParamInfo<Violation>& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Instructions, Limits,
    testing::Values(Violation{"x_twice", Limit::kOperand, 2, 1,
                              [](ProgramBuilder& p) { p.Add(Last().X(p.AddRegister()).X(p.AddRegister())); }},
                    Violation{"y_twice_the_same", Limit::kOperand, 2, 1,
                              [](ProgramBuilder& p) {
                                const RegisterId r = p.AddRegister();
                                p.Add(Last().Y(r).Y(r));
                              }},
                    Violation{"a_twice", Limit::kOperand, 2, 1,
                              [](ProgramBuilder& p) { p.Add(Last().A(p.AddRegister()).A(p.AddRegister())); }},
                    Violation{"z_twice", Limit::kOperand, 2, 1,
                              [](ProgramBuilder& p) { p.Add(Last().Z(p.AddRegister()).Z(p.AddRegister())); }},
                    Violation{"stores", Limit::kStores, 2, 1,
                              [](ProgramBuilder& p) {
                                const ArrayId a = p.AddArray(kBytes);
                                const RegisterId r = p.AddRegister();
                                p.Add(Last().Store(r, a, 0).Store(r, a, 0));
                              }},
                    Violation{"load_of_no_array", Limit::kArrayId, 0, -1,
                              [](ProgramBuilder& p) { p.Add(Last().Load(p.AddRegister(), {0}, 0)); }},
                    Violation{"second_load_of_no_array", Limit::kArrayId, 1, 0,
                              [](ProgramBuilder& p) {
                                const ArrayId a = p.AddArray(kBytes);
                                const RegisterId r = p.AddRegister();
                                p.Add(Last().Load(r, a, 0).Load(r, {1}, 0));
                              }},
                    Violation{"store_to_an_array_beyond_the_field", Limit::kArrayId, 8, 0,
                              [](ProgramBuilder& p) {
                                p.AddArray(kBytes);
                                p.Add(Last().Store(p.AddRegister(), {8}, 0));
                              }},
                    Violation{"operand_that_is_no_register", Limit::kRegisterId, 0, -1,
                              [](ProgramBuilder& p) { p.Add(Last().X({0})); }},
                    Violation{"load_into_no_register", Limit::kRegisterId, 1, 0,
                              [](ProgramBuilder& p) {
                                p.AddRegister();
                                p.Add(Last().Load({1}, p.AddArray(kBytes), 0));
                              }},
                    Violation{"store_of_a_register_beyond_the_field", Limit::kRegisterId, 8, 0,
                              [](ProgramBuilder& p) {
                                p.AddRegister();
                                p.Add(Last().Store({8}, p.AddArray(kBytes), 0));
                              }},
                    Violation{"start_of_no_register", Limit::kRegisterId, 2, 0,
                              [](ProgramBuilder& p) {
                                p.AddRegister();
                                p.SetRegister({2}, 0, 0);
                                p.Add(Last());
                              }},
                    Violation{"load0_skipped_late", Limit::kSkippedLoad, 1, 0,
                              [](ProgramBuilder& p) {
                                p.Add(Last().Load(p.AddRegister(), p.AddArray(kBytes), 0).SkipLoad0());
                              }},
                    Violation{"load0_skipped_after_both", Limit::kSkippedLoad, 2, 0,
                              [](ProgramBuilder& p) {
                                const RegisterId r = p.AddRegister();
                                const ArrayId a = p.AddArray(kBytes);
                                p.Add(Last().Load(r, a, 0).Load(r, a, 0).SkipLoad0());
                              }},
                    Violation{"after_the_end", Limit::kAfterEnd, 2, 1,
                              [](ProgramBuilder& p) { p.Add(Last()), p.Add(Noop()); }},
                    Violation{"second_end", Limit::kAfterEnd, 3, 2,
                              [](ProgramBuilder& p) { p.Add(Noop()), p.Add(Last()), p.Add(Last()); }},
                    Violation{"dims_of_a_stream", Limit::kDims, 8, 7,
                              [](ProgramBuilder& p) {
                                p.Add(Last().Load(p.AddRegister(), p.AddArray(kBytes), 8));
                              }}),
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

// `marks` are those of the loops 0, 1, … in the instructions that begin and end them.
struct Marks {
  int begin;
  int end;
};

void AddLoops(ProgramBuilder& p, std::initializer_list<Marks> marks) {
  for (size_t i = 0; i < marks.size(); ++i) p.AddLoop(2);
  for (int i = 0; i < 4; ++i) {
    Instruction instruction = i == 3 ? Last() : Noop();
    uint8_t loop = 0;
    for (const Marks& mark : marks) {
      if (mark.begin == i) instruction.Begin({loop});
      if (mark.end == i) instruction.End({loop});
      ++loop;
    }
    p.Add(instruction);
  }
}

INSTANTIATE_TEST_SUITE_P(
    TwoLoops, Limits,
    testing::Values(Violation{"begun_twice", Limit::kBeginsOfLoop, 2, 1,
                              [](ProgramBuilder& p) {
                                const LoopId loop = p.AddLoop(2);
                                p.Add(Noop().Begin(loop));
                                p.Add(Last().Begin(loop).End(loop));
                              }},
                    Violation{"begun_three_times", Limit::kBeginsOfLoop, 3, 1,
                              [](ProgramBuilder& p) {
                                const LoopId loop = p.AddLoop(2);
                                AddTimes(3, [&] { p.Add(Noop().Begin(loop)); });
                                p.Add(Last().End(loop));
                              }},
                    Violation{"ended_twice", Limit::kEndsOfLoop, 2, 1,
                              [](ProgramBuilder& p) {
                                const LoopId loop = p.AddLoop(2);
                                p.Add(Noop().Begin(loop).End(loop));
                                p.Add(Last().End(loop));
                              }},
                    Violation{"begun_twice_in_one", Limit::kBeginsOfLoop, 2, 1,
                              [](ProgramBuilder& p) {
                                const LoopId loop = p.AddLoop(2);
                                p.Add(Last().Begin(loop).Begin(loop).End(loop));
                              }},
                    Violation{"ended_twice_in_one", Limit::kEndsOfLoop, 2, 1,
                              [](ProgramBuilder& p) {
                                const LoopId loop = p.AddLoop(2);
                                p.Add(Last().Begin(loop).End(loop).End(loop));
                              }},
                    Violation{"crossing", Limit::kLoopCrossing, 3, 2,
                              [](ProgramBuilder& p) { AddLoops(p, {{0, 2}, {1, 3}}); }},
                    Violation{"crossing_the_other_way", Limit::kLoopCrossing, 2, 1,
                              [](ProgramBuilder& p) { AddLoops(p, {{1, 2}, {0, 1}}); }},
                    Violation{"crossing_in_the_last_instruction", Limit::kLoopCrossing, 3, 1,
                              [](ProgramBuilder& p) { AddLoops(p, {{0, 1}, {1, 3}}); }},
                    Violation{"third_crosses_the_first", Limit::kLoopCrossing, 3, 2,
                              [](ProgramBuilder& p) { AddLoops(p, {{0, 2}, {0, 1}, {2, 3}}); }},
                    Violation{"inner_begins_with_a_lower_number", Limit::kLoopNumber, 1, 0,
                              [](ProgramBuilder& p) { AddLoops(p, {{0, 1}, {0, 2}}); }},
                    Violation{"inner_ends_with_a_lower_number", Limit::kLoopNumber, 2, 1,
                              [](ProgramBuilder& p) { AddLoops(p, {{0, 0}, {2, 3}, {1, 3}}); }}),
    [](const testing::TestParamInfo<Violation>& info) { return info.param.name; });

}  // namespace
}  // namespace mvp
