// The low-frequency crystal oscillator against hardware description 7.
#include "host/sim/peripherals/lfxo.h"

#include "clock_bench.h"

namespace sim {
namespace {

class LfxoTest : public testing::Test {
 protected:
  LfxoTest() {
    lfxo_.Reset();
    Put(bench_.cmu, cmu::kClken0 + kSet, 3u << 22);
  }

  ClockBench bench_;
  Lfxo lfxo_{bench_.surroundings, bench_.tree};
};

TEST_F(LfxoTest, IsReadyAfterItsTimeout) {
  EXPECT_EQ(Get(lfxo_, 0x010), 0u);
  Put(lfxo_, 0x01C, 1);
  Put(lfxo_, 0x004, 1);
  EXPECT_EQ(Get(lfxo_, 0x010), 1u << 16);
  bench_.Wait(20'000'000 - 1);  // 32,768 periods
  EXPECT_EQ(Get(lfxo_, 0x010), 1u << 16);
  bench_.Wait(1);
  EXPECT_EQ(Get(lfxo_, 0x010), 1u << 16 | 1u);
  EXPECT_TRUE(bench_.interrupts.level(kIrqLfxo));
  Put(bench_.cmu, cmu::kEm23grpaclkctrl, 2);
  EXPECT_EQ(bench_.clocks.em23grpa, 32'768u);
  Put(lfxo_, 0x004, 2);
  EXPECT_EQ(Get(lfxo_, 0x010), 0u);
  EXPECT_EQ(bench_.clocks.em23grpa, 0u);
}

TEST_F(LfxoTest, LockNeedsItsKey) {
  Put(lfxo_, 0x024, 0);
  Put(lfxo_, 0x004, 1);
  EXPECT_EQ(Get(lfxo_, 0x010), 1u << 31);
  Put(lfxo_, 0x024, 6688);
  Put(lfxo_, 0x004, 1);
  EXPECT_EQ(Get(lfxo_, 0x010), 1u << 16);
}

}  // namespace
}  // namespace sim
