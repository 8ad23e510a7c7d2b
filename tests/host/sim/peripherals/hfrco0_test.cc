// The RC oscillator's bands against hardware description 1.4 and 3.5.
#include "host/sim/peripherals/hfrco0.h"

#include "clock_bench.h"

namespace sim {
namespace {

constexpr uint32_t kCtrl = 0x004, kCal = 0x008, kStatus = 0x00C, kIf = 0x010, kIen = 0x014, kLock = 0x01C;
constexpr uint32_t kFreqBsy = 2, kEns = 1u << 16;

struct Band {
  uint32_t cal, hz;
};

class BandTest : public testing::TestWithParam<Band> {};

TEST_P(BandTest, CalSelectsIt) {
  ClockBench bench;
  Put(bench.hfrco0, kCal, GetParam().cal | 0x40);
  EXPECT_EQ(Get(bench.hfrco0, kCal), GetParam().cal | 0x40);
  EXPECT_EQ(Get(bench.hfrco0, kStatus) & kFreqBsy, kFreqBsy);
  bench.WaitFor(bench.hfrco0, kStatus, 6, 0);
  EXPECT_EQ(bench.clocks.hfrco_dpll, GetParam().hz);
}

INSTANTIATE_TEST_SUITE_P(TrimWords, BandTest,
                         testing::Values(Band{0x80401F00, 4'000'000}, Band{0x81401F00, 2'000'000},
                                         Band{0x82401F00, 1'000'000}, Band{0xB4439F00, 7'000'000},
                                         Band{0xB4669F00, 13'000'000}, Band{0xB4679F00, 16'000'000},
                                         Band{0xA8689F00, 19'000'000}, Band{0xB88A9F00, 26'000'000},
                                         Band{0xB8AB9F00, 32'000'000}, Band{0xA8CC9F00, 38'000'000},
                                         Band{0xACED9F00, 48'000'000}, Band{0xBCEE9F00, 56'000'000},
                                         Band{0xBCEF9F00, 64'000'000}, Band{0xCCF09F00, 80'000'000}));

TEST(Hfrco0Test, CalIsDeferredWhileBusy) {  // trap 6
  ClockBench bench;
  Put(bench.hfrco0, kCal, 0xA8CC9F40);
  Put(bench.hfrco0, kCal, 0xB88A9F40);
  EXPECT_EQ(Get(bench.hfrco0, kCal), 0xA8CC9F40u);
  bench.WaitFor(bench.hfrco0, kStatus, kFreqBsy, 0);
  EXPECT_EQ(Get(bench.hfrco0, kCal), 0xB88A9F40u);
  EXPECT_EQ(bench.clocks.hfrco_dpll, 26'000'000u);
}

TEST(Hfrco0Test, FreqRangeIsClamped) {
  ClockBench bench;
  Put(bench.hfrco0, kCal, 0xCCFF9F40);
  EXPECT_EQ(Get(bench.hfrco0, kCal) >> 16 & 31, 16u);
}

TEST(Hfrco0Test, RunsOnDemandOrByForce) {
  ClockBench bench;
  EXPECT_EQ(Get(bench.hfrco0, kStatus) & (kEns | 1), 0u);
  Put(bench.hfrco0, kCtrl, 1);
  EXPECT_EQ(Get(bench.hfrco0, kStatus) & (kEns | 1), kEns | 1);
  Put(bench.hfrco0, kCtrl, 0);
  Put(bench.cmu, cmu::kSysclkctrl, 2);
  EXPECT_EQ(Get(bench.hfrco0, kStatus) & (kEns | 1), kEns | 1);
  Put(bench.cmu, cmu::kSysclkctrl, 1);
  Put(bench.hfrco0, kCtrl, 2);
  EXPECT_EQ(bench.clocks.hfrco_dpll, 0u);
  EXPECT_EQ(bench.clocks.em01grpa, 0u);
}

TEST(Hfrco0Test, LockNeedsItsKey) {
  ClockBench bench;
  Put(bench.hfrco0, kLock, 0);
  EXPECT_EQ(Get(bench.hfrco0, kStatus) >> 31, 1u);
  Put(bench.hfrco0, kCal, 0xB88A9F40);
  EXPECT_EQ(Get(bench.hfrco0, kCal), 0xA8689F7Fu);
  Put(bench.hfrco0, kLock, 0x8195);
  Put(bench.hfrco0, kCal, 0xB88A9F40);
  EXPECT_EQ(Get(bench.hfrco0, kCal), 0xB88A9F40u);
}

TEST(Hfrco0Test, ReadyRaisesItsInterrupt) {
  ClockBench bench;
  Put(bench.hfrco0, kIen, 1);
  Put(bench.hfrco0, kCtrl, 1);
  EXPECT_TRUE(bench.interrupts.level(kIrqHfrco0));
  Put(bench.hfrco0, kIf + kClear, 1);
  EXPECT_FALSE(bench.interrupts.level(kIrqHfrco0));
}

}  // namespace
}  // namespace sim
