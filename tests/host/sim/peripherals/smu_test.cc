// SMU against hardware description 7: vendor start-up code must get through.
#include "host/sim/peripherals/smu.h"

#include "workbench.h"

namespace sim {
namespace {

TEST(SmuTest, VendorStartUpMakesPeripheralsNonSecure) {
  Workbench bench;
  Smu smu(bench.surroundings);
  Put(smu, 0x060 + kClear, 0xFFFFFFFE);
  Put(smu, 0x064 + kClear, 0x003FFFFF & ~(1u << 3 | 1u << 19));
  EXPECT_EQ(Get(smu, 0x060), 1u);
  EXPECT_EQ(Get(smu, 0x064), 1u << 3 | 1u << 19);
  Put(smu, 0x00C + kClear, 3u << 16);
  Put(smu, 0x010, 3u << 16);
  EXPECT_FALSE(bench.interrupts.level(kIrqSmuSecure));
}

TEST(SmuTest, LockNeedsItsKey) {
  Workbench bench;
  Smu smu(bench.surroundings);
  EXPECT_EQ(Get(smu, 0x004), 0u);
  Put(smu, 0x008, 1);
  EXPECT_EQ(Get(smu, 0x004), 1u);
  Put(smu, 0x150, 0);
  EXPECT_EQ(Get(smu, 0x150), 0x3Fu);
  Put(smu, 0x008, 0x00ACCE55);
  Put(smu, 0x150, 0);
  EXPECT_EQ(Get(smu, 0x150), 0u);
}

TEST(SmuTest, FlagsDriveTheirLines) {
  Workbench bench;
  Smu smu(bench.surroundings);
  Put(smu, 0x010, 0x00030005);
  Put(smu, 0x00C + kSet, 1u << 17);
  EXPECT_TRUE(bench.interrupts.level(kIrqSmuSecure));
  EXPECT_FALSE(bench.interrupts.level(kIrqSmuSPrivileged));
  Put(smu, 0x00C, 1);
  EXPECT_FALSE(bench.interrupts.level(kIrqSmuSecure));
  EXPECT_TRUE(bench.interrupts.level(kIrqSmuSPrivileged));
}

}  // namespace
}  // namespace sim
