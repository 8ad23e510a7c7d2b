// The RAM controller against hardware description 7.
#include "host/sim/peripherals/dmem.h"

#include "workbench.h"

namespace sim {
namespace {

TEST(DmemTest, KeepsItsSettings) {
  Workbench bench;
  Dmem dmem(bench.surroundings);
  EXPECT_EQ(Get(dmem, 0x008), 0x40u);
  Put(dmem, 0x008 + kSet, 3);
  EXPECT_EQ(Get(dmem, 0x008), 0x43u);
  Put(dmem, 0x024, 1);
  Put(dmem, 0x020 + kSet, 1);
  EXPECT_TRUE(bench.interrupts.level(kIrqMpahbram));
}

}  // namespace
}  // namespace sim
