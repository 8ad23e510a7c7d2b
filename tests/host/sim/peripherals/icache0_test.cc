// Counters and controls of the cache against hardware description 6.1.
#include "host/sim/peripherals/icache0.h"

#include "workbench.h"

namespace sim {
namespace {

class Icache0Test : public testing::Test {
 protected:
  Workbench bench_;
  CacheCounts counts_{100, 10, 1};
  int flushes_ = 0;
  bool on_ = false;
  Icache0 icache_{bench_.surroundings,
                  {[this] { return counts_; }, [this] { ++flushes_; }, [this](bool on) { on_ = on; }}};
};

TEST_F(Icache0Test, CountsBetweenStartAndStop) {
  Put(icache_, 0x018, 2);
  EXPECT_EQ(Get(icache_, 0x014), 1u);
  EXPECT_EQ(Get(icache_, 0x008), 0u);
  counts_ = {1100, 17, 4};
  EXPECT_EQ(Get(icache_, 0x008), 1000u);
  EXPECT_EQ(Get(icache_, 0x00C), 7u);
  EXPECT_EQ(Get(icache_, 0x010), 3u);
  Put(icache_, 0x018, 4);
  counts_.hits += 500;
  EXPECT_EQ(Get(icache_, 0x008), 1000u);
  EXPECT_EQ(Get(icache_, 0x014), 0u);
  Put(icache_, 0x018, 2);
  EXPECT_EQ(Get(icache_, 0x008), 0u);
}

TEST_F(Icache0Test, OverflowRaisesItsFlagOnce) {
  Put(icache_, 0x024, 1);
  Put(icache_, 0x018, 2);
  counts_.hits += (1ull << 32) + 5;
  EXPECT_EQ(Get(icache_, 0x008), 5u);
  EXPECT_EQ(Get(icache_, 0x020), 1u);
  EXPECT_TRUE(bench_.interrupts.level(kIrqIcache0));
  Put(icache_, 0x020 + kClear, 1);
  EXPECT_EQ(Get(icache_, 0x020), 0u);
}

TEST_F(Icache0Test, FlushAndDisableReachTheCache) {
  icache_.Reset();
  EXPECT_TRUE(on_);
  Put(icache_, 0x004, 1);
  EXPECT_FALSE(on_);
  EXPECT_FALSE(icache_.enabled());
  Put(icache_, 0x004 + kClear, 1);
  EXPECT_TRUE(on_);
  Put(icache_, 0x018, 1);
  EXPECT_EQ(flushes_, 1);
}

TEST_F(Icache0Test, WorksWithoutAnAccount) {
  Icache0 alone(bench_.surroundings, {});
  alone.Reset();
  Put(alone, 0x018, 3);
  EXPECT_EQ(Get(alone, 0x008), 0u);
}

}  // namespace
}  // namespace sim
