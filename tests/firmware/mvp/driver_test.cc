// The driver against a scripted accelerator that records what is written to it.
#include "mvp/driver.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace mvp {
namespace {

constexpr uint32_t kIf = 0x01C, kPerf0 = 0x014, kSwrst = 0x008, kFaultStatus = 0x024, kFaultAddr = 0x028,
                   kCmd = 0x174;

constexpr ProgramImage kEmpty{};

class ScriptedAccelerator : public port::Accelerator {
 public:
  bool Present() const override { return present; }
  uint32_t Read(uint32_t offset) override { return reads[offset]; }
  void Write(uint32_t offset, uint32_t value) override {
    writes.emplace_back(offset, value);
    registers[offset] = value;
  }
  void WriteBlock(uint32_t offset, const uint32_t* words, size_t count) override {
    blocks.push_back({offset, count});
    for (size_t i = 0; i < count; ++i) {
      registers[offset + 4 * static_cast<uint32_t>(i)] = words[i];
      if (offset + 4 * i == kCmd) started_with.push_back(registers);
    }
  }
  void PowerUp() override { ++power_ups; }
  port::WaitResult WaitUntilIdle(uint32_t timeout_cycles) override {
    ++waits;
    timeout = timeout_cycles;
    return result;
  }
  uint32_t BusAddress(const void*) const override { return 0; }

  bool present = true;
  port::WaitResult result{true, 0};
  std::map<uint32_t, uint32_t> reads;
  std::vector<std::pair<uint32_t, uint32_t>> writes;
  std::map<uint32_t, uint32_t> registers;                  // as last written
  std::vector<std::pair<uint32_t, size_t>> blocks;         // offset and words of each block
  std::vector<std::map<uint32_t, uint32_t>> started_with;  // the registers whenever CMD was written
  int power_ups = 0;
  int waits = 0;
  uint32_t timeout = 0;
};

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
  EXPECT_TRUE(accelerator.blocks.empty());
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
  // No loop: up to the last array, in blocks of six. No instruction ends it: all eight of them.
  EXPECT_EQ(accelerator.blocks[0], std::make_pair(0x064u, size_t{30}));
  EXPECT_EQ(accelerator.blocks[1], std::make_pair(0x114u, size_t{24}));
  EXPECT_EQ(accelerator.registers[kCmd], 9u);
  EXPECT_EQ(accelerator.started_with.size(), 2u);
  EXPECT_EQ(driver.accelerator_cycles(), 2468u);
  EXPECT_EQ(driver.wait_cycles(), 198u);
  EXPECT_EQ(driver.launches(), 2u);
  EXPECT_EQ(driver.faults(), 0u);
  EXPECT_EQ(accelerator.timeout, Driver::kDefaultTimeoutCycles);
}

TEST_F(DriverTest, ALaunchsWordsStandInForTheImagesBeforeTheStart) {
  Start();
  ProgramImage image;
  for (size_t i = 0; i < image.words.size(); ++i) image.words[i] = static_cast<uint32_t>(1000 + i);
  image.words[28 + 2 * 1] = 0xABC << 12 | 77;
  image.words[44 + 2] = 3u << 14;  // a program that needs all: loop 7, and no end
  Launch launch(image);
  launch.Address({0}, 0x20000010).Address({4}, 0x08000020).Iterations(image, {1}, 1024);
  launch.Register({5}, 0x3C00, 0x4000);
  ASSERT_EQ(driver.Start(launch), Status::kOk);
  ASSERT_EQ(accelerator.started_with.size(), 1u);
  std::map<uint32_t, uint32_t> expected;
  for (uint32_t i = 0; i < image.words.size(); ++i) expected[0x064 + 4 * i] = image.words[i];
  expected[0x084] = 0x20000010;              // ARRAY[0].ADDRCFG
  expected[0x084 + 4 * 16] = 0x08000020;     // ARRAY[4].ADDRCFG
  expected[0x0D4 + 8] = 0xABC << 12 | 1023;  // LOOP[1].CFG
  expected[0x064 + 4 * 5] = 0x4000u << 16 | 0x3C00;
  for (const auto& [offset, value] : expected) {
    EXPECT_EQ(accelerator.started_with[0][offset], value) << std::hex << offset;
  }
}

TEST_F(DriverTest, StartReturnsAtOnceAndFinishCollects) {
  Start();
  accelerator.reads[kPerf0] = 700;
  accelerator.result.wait_cycles = 5;
  ASSERT_EQ(driver.Start(Launch(kEmpty), 4321), Status::kOk);
  EXPECT_TRUE(driver.running());
  EXPECT_EQ(accelerator.waits, 0);
  EXPECT_EQ(driver.accelerator_cycles(), 0u);
  ASSERT_EQ(driver.Finish(), Status::kOk);
  EXPECT_FALSE(driver.running());
  EXPECT_EQ(accelerator.timeout, 4321u);
  EXPECT_EQ(driver.accelerator_cycles(), 700u);
  EXPECT_EQ(driver.wait_cycles(), 5u);
  ASSERT_EQ(driver.Finish(), Status::kOk);
  EXPECT_EQ(accelerator.waits, 1);
}

TEST_F(DriverTest, StartFinishesThePreviousLaunchWithItsOwnTimeout) {
  Start();
  ASSERT_EQ(driver.Start(Launch(kEmpty), 111), Status::kOk);
  ASSERT_EQ(driver.Start(Launch(kEmpty), 222), Status::kOk);
  EXPECT_EQ(accelerator.timeout, 111u);
  ASSERT_EQ(driver.Finish(), Status::kOk);
  EXPECT_EQ(accelerator.timeout, 222u);
}

TEST_F(DriverTest, NothingStartsAfterAFaultOfThePreviousLaunch) {
  Start();
  ASSERT_EQ(driver.Run(ProgramImage{}), Status::kOk);
  ASSERT_EQ(driver.Start(Launch(kEmpty)), Status::kOk);
  accelerator.reads[kIf] = 1u << 25;
  EXPECT_EQ(driver.Start(Launch(kEmpty)), Status::kFault);
  EXPECT_EQ(accelerator.started_with.size(), 2u);
  EXPECT_EQ(driver.last_fault().launch, 2u);
  EXPECT_EQ(driver.last_fault().outcome, Status::kFault);
  accelerator.reads[kIf] = 0;
  EXPECT_EQ(driver.Start(Launch(kEmpty)), Status::kOk);
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
