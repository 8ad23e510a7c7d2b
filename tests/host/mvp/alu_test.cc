// The ALU operations and the options of their arithmetic, by their definitions in section 3.6 of the notes.
#include "host/mvp/alu.h"

#include <cmath>
#include <string_view>

#include "gtest/gtest.h"

namespace mvp_model {
namespace {

struct Case {
  AluOp op;
  std::string_view name;
  Lanes expected;
};

Lanes Apply(uint16_t op, const Lanes& x, const Lanes& y, const Lanes& a, const Arithmetic& arithmetic = {}) {
  Rounding round(arithmetic);
  return Execute(*FindAluOperation(op), x, y, a, round);
}

class AluOperations : public testing::TestWithParam<Case> {};

// X = 2 + 3i, Y = 5 - 4i, A = 0.5 + 7i: all results are exact.
TEST_P(AluOperations, MatchTheirDefinition) {
  const Lanes z = Apply(GetParam().op, {2, 3}, {5, -4}, {0.5f, 7});
  EXPECT_EQ(z.real, GetParam().expected.real);
  EXPECT_EQ(z.imag, GetParam().expected.imag);
  EXPECT_EQ(FindAluOperation(GetParam().op)->name, GetParam().name);
}

#define CASE(op, real, imag) \
  Case {                     \
    op, #op, { real, imag }  \
  }
INSTANTIATE_TEST_SUITE_P(
    All, AluOperations,
    testing::Values(CASE(CLEAR, 0, 0), CASE(COPY, 0.5f, 7), CASE(SWAP, 7, 0.5f), CASE(DBL, 1, 14),
                    CASE(FANA, 0.5f, 0.5f), CASE(FANB, 7, 7), CASE(RELU2, 0.5f, 7), CASE(NRELU2, 0, 0),
                    CASE(INC2, 1.5f, 8), CASE(DEC2, -0.5f, 6), CASE(ADDR, 7.5f, 0), CASE(MAX, 7, 0),
                    CASE(MIN, 0.5f, 0), CASE(RSQR2B, 4, 9), CASE(ADDC, 2.5f, 10), CASE(MAX2A, 2, 7),
                    CASE(MIN2A, 0.5f, 3), CASE(XREALC2, 2, 0.5f), CASE(XIMAGC2, 3, 7), CASE(ADDR2B, 5, 7.5f),
                    CASE(MAX2B, 3, 7), CASE(MIN2B, 2, 0.5f), CASE(MULC, 22, 7), CASE(MULR2A, 10, -12),
                    CASE(MULR2B, 6, -20), CASE(ADDR4, 6, 0), CASE(MAX4, 5, 0), CASE(MIN4, -4, 0),
                    CASE(SQRMAGC2, 13, 41), CASE(PRELU2B, 2, 5), CASE(MACC, 22.5f, 14), CASE(AACC, 7.5f, 6),
                    CASE(ELU2A, 2, 3), CASE(ELU2B, 2, 5), CASE(IFR2A, 2, 3), CASE(IFR2B, 2, 5),
                    CASE(MAXAC2, 5, 7), CASE(MINAC2, 0.5f, -4), CASE(CLIP2A, 2, -4), CASE(CLIP2B, 2, -4),
                    CASE(MACR2A, 10.5f, -5), CASE(MACR2B, 6.5f, -13), CASE(IFC, 2, 3)));

TEST(Alu, ConditionsTakeTheOtherWay) {
  const Lanes x = {-2, 3}, y = {-5, 0.5f}, a = {-1, 0.25f};
  const auto expect = [&](uint16_t op, float real, float imag) {
    const Lanes z = Apply(op, x, y, a);
    EXPECT_EQ(z.real, real) << op;
    EXPECT_EQ(z.imag, imag) << op;
  };
  expect(RELU2, 0, 0.25f);
  expect(NRELU2, -1, 0);
  expect(PRELU2B, -6, -2.5f);
  expect(ELU2A, 9, 3);
  expect(ELU2B, -7, -2.25f);
  expect(IFR2A, -5, 3);
  expect(IFR2B, 3, -5);
  expect(IFC, -5, 0.5f);
  expect(CLIP2B, -1, 0.25f);
}

TEST(Alu, TheTableHoldsTheFortyFourCodesInOrder) {
  for (size_t i = 1; i < kAluOperations; ++i) {
    EXPECT_LT(::mvp_model::AluOperations()[i - 1].code, ::mvp_model::AluOperations()[i].code);
  }
  size_t defined = 0;
  for (uint16_t op = 0; op < 512; ++op) defined += IsDefined(op) ? 1 : 0;
  EXPECT_EQ(defined, 44u);
  EXPECT_EQ(FindAluOperation(512), nullptr);
}

TEST(Alu, MaximumAndMinimumOrderZerosAndLetNanThrough) {
  EXPECT_FALSE(std::signbit(Apply(MAX2A, {0.0f, 1}, {0, 0}, {-0.0f, NAN}).real));
  EXPECT_FALSE(std::signbit(Apply(MAX2A, {-0.0f, 1}, {0, 0}, {0.0f, 1}).real));
  EXPECT_TRUE(std::signbit(Apply(MIN2A, {0.0f, 1}, {0, 0}, {-0.0f, 1}).real));
  EXPECT_FALSE(std::signbit(Apply(RELU2, {0, 0}, {0, 0}, {-0.0f, 1}).real));
  EXPECT_TRUE(std::signbit(Apply(NRELU2, {0, 0}, {0, 0}, {0.0f, 1}).real));
  EXPECT_TRUE(std::isnan(Apply(MAX2A, {0, 1}, {0, 0}, {0, NAN}).imag));
  EXPECT_TRUE(std::isnan(Apply(RELU2, {0, 0}, {0, 0}, {NAN, 1}).real));
}

TEST(Alu, ProductIsRoundedBeforeTheSum) {
  // 1.0009765625^2 = 1 + 2^-9 + 2^-20; the last bit is lost in binary16, so the difference to 1 + 2^-9 is
  // zero where a fused operation would give 2^-20.
  const float x = 1.0f + 0x1p-10f;
  Rounding round;
  const Lanes z = Execute(*FindAluOperation(MACR2A), {x, 0}, {x, 0}, {-(1.0f + 0x1p-9f), 0}, round);
  EXPECT_EQ(z.real, 0.0f);
}

TEST(Alu, FusedAddsTheExactProduct) {
  const float x = 1.0f + 0x1p-10f;
  const Arithmetic fused{true, false, false};
  EXPECT_EQ(Apply(MACR2A, {x, 0}, {x, 0}, {-(1.0f + 0x1p-9f), 0}, fused).real, 0x1p-20f);
  // 1 + 2^-11 lies in the middle of two numbers; what is added far below decides.
  const float y = 1.0f + 0x1p-1f, third = 683.0f * 0x1p-10f;  // 1.5 * 0.6669921875 = 1.00048828125
  EXPECT_EQ(Apply(MACR2A, {y, y}, {third, third}, {0x1p-24f, -0x1p-24f}, fused).real, 1.0f + 0x1p-10f);
  EXPECT_EQ(Apply(MACR2A, {y, y}, {third, third}, {0x1p-24f, -0x1p-24f}, fused).imag, 1.0f);
  EXPECT_EQ(Apply(MACR2A, {60000, -INFINITY}, {2, 1}, {-60000, 0}, fused).real, 60000.0f);
  EXPECT_EQ(Apply(MACR2A, {60000, -INFINITY}, {2, 1}, {-60000, 0}, fused).imag, -INFINITY);
}

TEST(Alu, FlushesSubnormalOperandsAndResults) {
  Rounding round(Arithmetic{false, true, false});
  const Lanes sum = Execute(*FindAluOperation(ADDC), {0x1p-15f, -0x1p-15f}, {0, 0}, {1, -0x1p-14f}, round);
  EXPECT_EQ(sum.real, 1.0f);
  EXPECT_EQ(sum.imag, -0x1p-14f);
  EXPECT_FALSE(round.events.underflow);
  const Lanes product = Execute(*FindAluOperation(MULR2A), {0x1p-10f, 1}, {-0x1p-6f, 1}, {0, 0}, round);
  EXPECT_EQ(product.real, 0.0f);
  EXPECT_TRUE(std::signbit(product.real));
  EXPECT_TRUE(round.events.underflow);
  EXPECT_EQ(Apply(MULR2A, {0x1p-10f, 1}, {-0x1p-6f, 1}, {0, 0}).real, -0x1p-16f);
}

TEST(Alu, OverflowsToInfinityAndInvalidGivesNan) {
  Rounding round;
  const Lanes z = Execute(*FindAluOperation(MULR2A), {60000, INFINITY}, {2, 0}, {0, 0}, round);
  EXPECT_EQ(z.real, INFINITY);
  EXPECT_TRUE(std::isnan(z.imag));
  EXPECT_TRUE(round.events.overflow);
  EXPECT_TRUE(round.events.nan);
}

TEST(Alu, OpcodeBitsSayWhatIsRead) {
  EXPECT_FALSE(ReadsX(ADDR));
  EXPECT_TRUE(ReadsX(ADDC));
  EXPECT_FALSE(ReadsY(ADDC));
  EXPECT_TRUE(ReadsY(MACR2A));
}

TEST(Alu, OtherCodesAreUndefined) {
  for (uint16_t op : {2, 64, 77, 356, 409, 474, 511}) EXPECT_FALSE(IsDefined(op)) << op;
}

}  // namespace
}  // namespace mvp_model
