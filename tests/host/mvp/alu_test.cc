// The ALU operations that vendor programs use, by their definitions in section 3.6 of the notes.
#include "host/mvp/alu.h"

#include <cmath>

#include "gtest/gtest.h"

namespace mvp_model {
namespace {

struct Case {
  AluOp op;
  Lanes expected;
};

class AluOperations : public testing::TestWithParam<Case> {};

// X = 2 + 3i, Y = 5 - 4i, A = 0.5 + 7i: all results are exact.
TEST_P(AluOperations, MatchTheirDefinition) {
  RoundingEvents events;
  const Lanes z = Execute(GetParam().op, {2, 3}, {5, -4}, {0.5f, 7}, events);
  EXPECT_EQ(z.real, GetParam().expected.real);
  EXPECT_EQ(z.imag, GetParam().expected.imag);
  EXPECT_TRUE(IsDefined(GetParam().op));
}

INSTANTIATE_TEST_SUITE_P(All, AluOperations,
                         testing::Values(Case{CLEAR, {0, 0}}, Case{COPY, {0.5f, 7}}, Case{ADDR, {7.5f, 0}},
                                         Case{ADDC, {2.5f, 10}}, Case{MAX2A, {2, 7}}, Case{MULC, {22, 7}},
                                         Case{MULR2A, {10, -12}}, Case{SQRMAGC2, {13, 41}},
                                         Case{MACC, {22.5f, 14}}, Case{AACC, {7.5f, 6}}, Case{MAXAC2, {5, 7}},
                                         Case{CLIP2A, {2, -4}}, Case{MACR2A, {10.5f, -5}}));

TEST(Alu, ProductIsRoundedBeforeTheSum) {
  // 1.0009765625^2 = 1 + 2^-9 + 2^-20; the last bit is lost in binary16, so the difference to 1 + 2^-9 is
  // zero where a fused operation would give 2^-20.
  const float x = 1.0f + 0x1p-10f;
  RoundingEvents events;
  const Lanes z = Execute(MACR2A, {x, 0}, {x, 0}, {-(1.0f + 0x1p-9f), 0}, events);
  EXPECT_EQ(z.real, 0.0f);
}

TEST(Alu, OverflowsToInfinityAndInvalidGivesNan) {
  RoundingEvents events;
  const Lanes z = Execute(MULR2A, {60000, INFINITY}, {2, 0}, {0, 0}, events);
  EXPECT_EQ(z.real, INFINITY);
  EXPECT_TRUE(std::isnan(z.imag));
  EXPECT_TRUE(events.overflow);
  EXPECT_TRUE(events.nan);
}

TEST(Alu, OpcodeBitsSayWhatIsRead) {
  EXPECT_FALSE(ReadsX(ADDR));
  EXPECT_TRUE(ReadsX(ADDC));
  EXPECT_FALSE(ReadsY(ADDC));
  EXPECT_TRUE(ReadsY(MACR2A));
}

TEST(Alu, OtherCodesAreUndefined) {
  for (uint16_t op : {2, 64, 66, 353, 408, 472, 511}) EXPECT_FALSE(IsDefined(op)) << op;
}

}  // namespace
}  // namespace mvp_model
