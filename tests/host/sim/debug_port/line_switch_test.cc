// Sequences on the line, bit by bit (ADIv5.2, B5.2 and B5.3).
#include "host/sim/debug_port/line_switch.h"

#include <gtest/gtest.h>

namespace {

unsigned Ones(sim::LineSwitch& line, unsigned count) {
  unsigned resets = 0;
  for (unsigned i = 0; i < count; ++i) resets += line.Take(true);
  return resets;
}

unsigned Bits(sim::LineSwitch& line, uint32_t bits, unsigned count) {
  unsigned resets = 0;
  for (unsigned i = 0; i < count; ++i) resets += line.Take((bits >> i & 1) != 0);
  return resets;
}

}  // namespace

TEST(LineSwitch, BeginsAsJtag) {
  sim::LineSwitch line;
  EXPECT_FALSE(line.swd());
  EXPECT_EQ(Ones(line, 60), 0u);
}

TEST(LineSwitch, JtagToSwdAndBack) {
  sim::LineSwitch line;
  Ones(line, 51);
  Bits(line, 0xE79E, 16);
  EXPECT_TRUE(line.swd());
  EXPECT_EQ(Ones(line, 51), 1u);
  Bits(line, 0, 8);
  EXPECT_TRUE(line.swd());
  Ones(line, 50);
  Bits(line, 0xE73C, 16);
  EXPECT_FALSE(line.swd());
}

TEST(LineSwitch, FortyNineOnesAreNoReset) {
  sim::LineSwitch line;
  Ones(line, 49);
  Bits(line, 0xE79E, 16);
  EXPECT_FALSE(line.swd());
  Ones(line, 51);
  Bits(line, 0xE79E, 16);
  Bits(line, 0, 1);
  EXPECT_EQ(Ones(line, 49), 0u);
  Bits(line, 0, 1);
  EXPECT_EQ(Ones(line, 50), 1u);
}

TEST(LineSwitch, ALongResetIsOne) {
  sim::LineSwitch line;
  Ones(line, 51);
  Bits(line, 0xE79E, 16);
  Bits(line, 0, 1);
  EXPECT_EQ(Ones(line, 500), 1u);
}
