// What start-up code of the vendor's kit polls, hardware description 7.
#include "host/sim/peripherals/dcdc.h"

#include "workbench.h"

namespace sim {
namespace {

TEST(DcdcTest, EntersRegulationAndBypass) {
  Workbench bench;
  Dcdc dcdc(bench.surroundings);
  EXPECT_EQ(Get(dcdc, 0x034), 0u);
  Put(dcdc, 0x004 + kSet, 1);
  EXPECT_EQ(Get(dcdc, 0x030) >> 3 & 1, 0u);  // VREGIN
  EXPECT_EQ(Get(dcdc, 0x028) >> 5 & 1, 1u);  // REGULATION
  Put(dcdc, 0x004 + kClear, 1);
  EXPECT_EQ(Get(dcdc, 0x030) & 1, 1u);  // BYPSW
}

TEST(DcdcTest, LockNeedsItsKey) {
  Workbench bench;
  Dcdc dcdc(bench.surroundings);
  EXPECT_EQ(Get(dcdc, 0x044), 0u);
  Put(dcdc, 0x040, 1);
  EXPECT_EQ(Get(dcdc, 0x044), 1u);
  Put(dcdc, 0x004, 1);
  EXPECT_EQ(Get(dcdc, 0x004), 0x100u);
  Put(dcdc, 0x040, 43981);
  EXPECT_EQ(Get(dcdc, 0x044), 0u);
}

TEST(DcdcTest, InterruptLine) {
  Workbench bench;
  Dcdc dcdc(bench.surroundings);
  Put(dcdc, 0x02C, 1u << 5);
  Put(dcdc, 0x004, 1);
  EXPECT_TRUE(bench.interrupts.level(kIrqDcdc));
}

}  // namespace
}  // namespace sim
