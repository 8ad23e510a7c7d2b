// The divider against the table of hardware description 4.3.
#include "chip/efr32xg24/baud.h"

#include <gtest/gtest.h>

namespace {

struct Row {
  uint32_t hz;
  uint32_t baud;
  uint32_t oversampling;
  uint32_t divider;
};

class BaudDivider : public testing::TestWithParam<Row> {};

TEST_P(BaudDivider, EqualsTheDocument) {
  const Row row = GetParam();
  EXPECT_EQ(chip::BaudDivider(row.hz, row.baud, row.oversampling), row.divider);
}

INSTANTIATE_TEST_SUITE_P(
    Document, BaudDivider,
    testing::Values(Row{78'000'000, 115'200, 16, 0x2950}, Row{78'000'000, 921'600, 16, 0x0448},
                    Row{78'000'000, 921'600, 4, 0x1428}, Row{78'000'000, 460'800, 8, 0x1428},
                    Row{78'000'000, 1'000'000, 16, 0x03E0}, Row{78'000'000, 2'000'000, 16, 0x0170},
                    Row{39'000'000, 115'200, 16, 0x1428}, Row{39'000'000, 921'600, 8, 0x0448},
                    Row{20'000'000, 115'200, 16, 0x09D8}, Row{20'000'000, 921'600, 8, 0x01B8},
                    Row{19'000'000, 115'200, 16, 0x0950}, Row{38'000'000, 115'200, 16, 0x13A0}));

TEST(BaudDividerLimits, IsZeroWhenTheClockIsTooSlow) {
  EXPECT_EQ(chip::BaudDivider(20'000'000, 2'000'000, 16), 0u);
  EXPECT_EQ(chip::BaudDivider(1'000'000, 115'200, 16), 0u);
}

TEST(BaudDividerLimits, IsAMultipleOfEightWithinTheField) {
  for (uint32_t baud = 1200; baud < 2'000'000; baud += 997) {
    const uint32_t divider = chip::BaudDivider(78'000'000, baud, 16);
    EXPECT_EQ(divider & ~0x7FFFF8u, 0u) << baud;
  }
}

}  // namespace
