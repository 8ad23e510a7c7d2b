// The low-frequency RC oscillator, by the vendor's header.
#include "host/sim/peripherals/lfrco.h"

#include "workbench.h"

namespace sim {
namespace {

TEST(LfrcoTest, IsReadyAtOnce) {
  Workbench bench;
  Lfrco lfrco(bench.surroundings);
  EXPECT_EQ(Get(lfrco, 0x008), 0u);
  Put(lfrco, 0x018, 1);
  Put(lfrco, 0x004, 1);
  EXPECT_EQ(Get(lfrco, 0x008), 1u << 16 | 1u);
  EXPECT_TRUE(bench.interrupts.level(kIrqLfrco));
}

TEST(LfrcoTest, LockNeedsItsKey) {
  Workbench bench;
  Lfrco lfrco(bench.surroundings);
  Put(lfrco, 0x020, 0);
  Put(lfrco, 0x004, 1);
  EXPECT_EQ(Get(lfrco, 0x008), 1u << 31);
  Put(lfrco, 0x020, 0x0F93);
  Put(lfrco, 0x004, 1);
  EXPECT_EQ(Get(lfrco, 0x008), 1u << 16 | 1u);
}

}  // namespace
}  // namespace sim
