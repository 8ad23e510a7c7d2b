// Which parts have an MVP, against the order codes of hardware description 1.1 and 1.4.
#include "chip/efr32xg24/part.h"

#include <gtest/gtest.h>

namespace {

constexpr uint32_t Mg24(char letter, uint32_t digits) {
  return 0x01180000u + static_cast<uint32_t>(letter - 'A') * 1000 + digits;
}

TEST(PartHasMvp, IsTrueForTheWordsOfTheDocument) {
  EXPECT_TRUE(chip::PartHasMvp(0x0118051E));  // MG24 B310
  EXPECT_TRUE(chip::PartHasMvp(0x011804BA));  // MG24 B210
  EXPECT_TRUE(chip::PartHasMvp(0x011804C4));  // MG24 B220
  EXPECT_TRUE(chip::PartHasMvp(0x021804BA));  // BG24 B210
}

TEST(PartHasMvp, IsFalseForTheOthers) {
  for (const uint32_t digits : {10u, 20u, 110u, 120u, 610u}) {
    EXPECT_FALSE(chip::PartHasMvp(Mg24('B', digits))) << digits;
  }
  for (const uint32_t digits : {10u, 210u, 310u, 410u}) {
    EXPECT_FALSE(chip::PartHasMvp(Mg24('A', digits))) << digits;
  }
  EXPECT_FALSE(chip::PartHasMvp(0x0119051E));  // another family number
  EXPECT_FALSE(chip::PartHasMvp(0x0018051E));  // FG24
  EXPECT_FALSE(chip::PartHasMvp(0));
  EXPECT_FALSE(chip::PartHasMvp(0xFFFFFFFF));  // erased
}

}  // namespace
