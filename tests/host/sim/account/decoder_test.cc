// The decoder accepts any bits, and says of chosen instructions what the architecture manual says.
#include "host/sim/account/decoder.h"

#include <gtest/gtest.h>

#include <random>

namespace sim {
namespace {

void ExpectSane(const Instruction& one, uint16_t first) {
  ASSERT_EQ(one.size, first >> 11 >= 0x1D ? 4 : 2);
  ASSERT_LE(one.transfers, 32);
  ASSERT_TRUE(one.base == kNoRegister || one.base <= kPc);
  ASSERT_TRUE(one.index == kNoRegister || one.index <= kPc);
  ASSERT_TRUE(one.target == kNoRegister || one.target <= kPc);
  ASSERT_EQ(one.late_reads & ~one.reads, 0);
  ASSERT_LE(one.predicated, 4);
}

TEST(Decoder, AcceptsEveryNarrowEncoding) {
  for (uint32_t first = 0; first < 0x10000; ++first) {
    ExpectSane(Decode(static_cast<uint16_t>(first), 0, kPc), static_cast<uint16_t>(first));
  }
}

TEST(Decoder, AcceptsRandomWideEncodings) {
  std::mt19937 random(1);
  for (int i = 0; i < 2'000'000; ++i) {
    const uint32_t bits = random();
    const uint16_t first = static_cast<uint16_t>(0xE800 | (bits & 0x1FFF));
    ExpectSane(Decode(first, static_cast<uint16_t>(bits >> 16), bits & ~1U), first);
  }
}

TEST(Decoder, FindsLiterals) {
  const Instruction narrow = Decode(0x4B02, 0, 0x08000106);  // LDR R3, [PC, #8]
  EXPECT_EQ(narrow.literal, 0x08000110U);
  EXPECT_EQ(narrow.writes, 1U << 3);
  const Instruction back = Decode(0xF85F, 0x4010, 0x08000106);  // LDR.W R4, [PC, #-16]
  EXPECT_EQ(back.literal, 0x08000108U - 16);
  EXPECT_EQ(back.writes, 1U << 4);
}

TEST(Decoder, ExpandsConstants) {
  EXPECT_EQ(Decode(0xF04F, 0x10AB, 0).value, 0x00AB00ABU);  // MOV.W R0, #0x00AB00AB
  EXPECT_EQ(Decode(0xF04F, 0x20AB, 0).value, 0xAB00AB00U);
  EXPECT_EQ(Decode(0xF04F, 0x30AB, 0).value, 0xABABABABU);
  EXPECT_EQ(Decode(0xF04F, 0x4000, 0).value, 0x80000000U);
  EXPECT_EQ(Decode(0xF44F, 0x50FE, 0).value, 0x1FC0U);
  EXPECT_EQ(Decode(0xF241, 0x2334, 0).value, 0x1234U);  // MOVW R3, #0x1234
}

TEST(Decoder, FollowsBaseRegisters) {
  const Instruction post = Decode(0xF811, 0x0B01, 0);  // LDRB R0, [R1], #1
  EXPECT_TRUE(post.writes_base);
  EXPECT_EQ(post.base_change, 1);
  EXPECT_EQ(post.offset, 0);
  const Instruction before = Decode(0xF851, 0x0D04, 0);  // LDR R0, [R1, #-4]!
  EXPECT_EQ(before.offset, -4);
  EXPECT_EQ(before.base_change, -4);
  const Instruction push = Decode(0xB530, 0, 0);  // PUSH {R4, R5, LR}
  EXPECT_EQ(push.base_change, -12);
  EXPECT_EQ(push.transfers, 3);
}

TEST(Decoder, KnowsWhereExclusiveStoresTellTheirSuccess) {
  EXPECT_EQ(Decode(0xE84C, 0x23E7, 0).writes, 1U << 3);  // STREX R3, R2, [R12, #924]
  EXPECT_EQ(Decode(0xE8CC, 0x2F43, 0).writes, 1U << 3);  // STREXB R3, R2, [R12]
  EXPECT_EQ(Decode(0xE8CC, 0x2FE3, 0).writes, 1U << 3);  // STLEX R3, R2, [R12]
  EXPECT_EQ(Decode(0xE8CC, 0x2FAF, 0).writes, 0U);       // STL R2, [R12]
  EXPECT_EQ(Decode(0xE8DC, 0x2FAF, 0).writes, 1U << 2);  // LDA R2, [R12]
}

TEST(Decoder, TellsCallsReturnsAndJumps) {
  EXPECT_EQ(Decode(0xF000, 0xF800, 0).branch, BranchKind::kCall);    // BL
  EXPECT_EQ(Decode(0x4798, 0, 0).branch, BranchKind::kCall);         // BLX R3
  EXPECT_EQ(Decode(0x4770, 0, 0).branch, BranchKind::kReturn);       // BX LR
  EXPECT_EQ(Decode(0x4718, 0, 0).branch, BranchKind::kJump);         // BX R3
  EXPECT_EQ(Decode(0xBD10, 0, 0).branch, BranchKind::kReturn);       // POP {R4, PC}
  EXPECT_EQ(Decode(0xE8BD, 0x8010, 0).branch, BranchKind::kReturn);  // POP.W {R4, PC}
  EXPECT_EQ(Decode(0xF85D, 0xFB04, 0).branch, BranchKind::kReturn);  // LDR PC, [SP], #4
  EXPECT_EQ(Decode(0xE8DF, 0xF003, 0).kind, InstructionKind::kTableBranch);
  EXPECT_TRUE(Decode(0xF47F, 0xAFFE, 0).conditional);  // BNE.W
  EXPECT_FALSE(Decode(0xE7FE, 0, 0).conditional);
}

}  // namespace
}  // namespace sim
