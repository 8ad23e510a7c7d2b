// The driver against a scripted accelerator that records what is written to it.
#include "mvp/driver.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace mvp {
namespace {

class ScriptedAccelerator : public port::Accelerator {
 public:
  bool Present() const override { return present; }
  uint32_t Read(uint32_t offset) override { return reads[offset]; }
  void Write(uint32_t offset, uint32_t value) override { writes.emplace_back(offset, value); }
  void WriteBlock(uint32_t offset, const uint32_t* words, size_t count) override {
    block_offset = offset;
    block.assign(words, words + count);
  }
  void PowerUp() override { ++power_ups; }
  port::WaitResult WaitUntilIdle(uint32_t timeout_cycles) override {
    timeout = timeout_cycles;
    return result;
  }
  uint32_t BusAddress(const void*) const override { return 0; }

  bool present = true;
  port::WaitResult result{true, 0};
  std::map<uint32_t, uint32_t> reads;
  std::vector<std::pair<uint32_t, uint32_t>> writes;
  uint32_t block_offset = 0;
  std::vector<uint32_t> block;
  int power_ups = 0;
  uint32_t timeout = 0;
};

constexpr uint32_t kIf = 0x01C, kPerf0 = 0x014, kSwrst = 0x008, kFaultStatus = 0x024, kFaultAddr = 0x028;

class DriverTest : public testing::Test {
 protected:
  void Start() {
    ASSERT_EQ(driver.Init(), Status::kOk);
    accelerator.writes.clear();
  }

  ScriptedAccelerator accelerator;
  Driver driver{accelerator};
};

TEST_F(DriverTest, BringsUpInTheVendorsOrder) {
  ASSERT_EQ(driver.Init(), Status::kOk);
  EXPECT_EQ(accelerator.power_ups, 1);
  const std::vector<std::pair<uint32_t, uint32_t>> expected = {
      {0x004, 1}, {0x201C, 0x1F0FFDFF}, {0x020, 0x1F0C0001}, {0x00C, 1u | 2u << 20}};
  EXPECT_EQ(accelerator.writes, expected);
  EXPECT_TRUE(driver.ready());
}

TEST_F(DriverTest, AbsentAcceleratorIsLeftAlone) {
  accelerator.present = false;
  EXPECT_EQ(driver.Init(), Status::kAbsent);
  EXPECT_EQ(driver.Run(ProgramImage{}), Status::kAbsent);
  EXPECT_EQ(accelerator.power_ups, 0);
  EXPECT_TRUE(accelerator.block.empty());
  EXPECT_EQ(driver.launches(), 0u);
}

TEST_F(DriverTest, WritesTheImageAndAddsCycles) {
  Start();
  accelerator.reads[kPerf0] = 1234;
  accelerator.result.wait_cycles = 99;
  ProgramImage image;
  image.words[68] = 9;
  ASSERT_EQ(driver.Run(image, 5000), Status::kOk);
  ASSERT_EQ(driver.Run(image), Status::kOk);
  EXPECT_EQ(accelerator.block_offset, 0x064u);
  EXPECT_EQ(accelerator.block.size(), 69u);
  EXPECT_EQ(accelerator.block.back(), 9u);
  EXPECT_EQ(driver.accelerator_cycles(), 2468u);
  EXPECT_EQ(driver.wait_cycles(), 198u);
  EXPECT_EQ(driver.launches(), 2u);
  EXPECT_EQ(driver.faults(), 0u);
  EXPECT_EQ(accelerator.timeout, Driver::kDefaultTimeoutCycles);
}

TEST_F(DriverTest, WrappedCounterAddsItsSpan) {
  Start();
  accelerator.reads[kPerf0] = 5;
  accelerator.reads[kIf] = 1u << 18 | 1;
  ASSERT_EQ(driver.Run(ProgramImage{}), Status::kOk);
  EXPECT_EQ(driver.accelerator_cycles(), (1u << 24) + 5u);
}

TEST_F(DriverTest, FaultIsRecordedAndTheBlockReset) {
  for (int bit = 24; bit <= 28; ++bit) {
    ScriptedAccelerator faulty;
    faulty.reads[kIf] = 1u << bit;
    faulty.reads[kFaultStatus] = 0x2301;
    faulty.reads[kFaultAddr] = 0x10000000;
    Driver own(faulty);
    ASSERT_EQ(own.Init(), Status::kOk);
    faulty.writes.clear();
    EXPECT_EQ(own.Run(ProgramImage{}), Status::kFault);
    EXPECT_EQ(own.faults(), 1u);
    EXPECT_EQ(own.last_fault().flags, 1u << bit);
    EXPECT_EQ(own.last_fault().status, 0x2301u);
    EXPECT_EQ(own.last_fault().address, 0x10000000u);
    EXPECT_EQ(own.accelerator_cycles(), 0u);
    EXPECT_TRUE(own.ready());
    const auto reset = std::make_pair(kSwrst, 1u);
    EXPECT_EQ(std::count(faulty.writes.begin(), faulty.writes.end(), reset), 1);
    EXPECT_EQ(faulty.writes.back().first, 0x00Cu);  // brought up again
  }
}

TEST_F(DriverTest, TimeoutCountsAsFault) {
  Start();
  accelerator.result.finished = false;
  EXPECT_EQ(driver.Run(ProgramImage{}), Status::kTimeout);
  EXPECT_EQ(driver.faults(), 1u);
  EXPECT_TRUE(driver.ready());
}

TEST_F(DriverTest, BlockThatStaysInResetIsGivenUp) {
  Start();
  accelerator.result.finished = false;
  accelerator.reads[kSwrst] = 2;
  EXPECT_EQ(driver.Run(ProgramImage{}), Status::kTimeout);
  EXPECT_FALSE(driver.ready());
  EXPECT_EQ(driver.Run(ProgramImage{}), Status::kAbsent);
}

}  // namespace
}  // namespace mvp
