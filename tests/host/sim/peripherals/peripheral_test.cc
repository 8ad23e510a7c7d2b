// The register window: aliases, sizes, gating, access types, interrupts and snapshots.
#include "host/sim/peripherals/peripheral.h"

#include "workbench.h"

namespace sim {
namespace {

// Bits 7:0 of A may be written; B only reads, C only writes.
class Block : public Peripheral {
 public:
  explicit Block(const Surroundings& surroundings)
      : Peripheral("BLOCK", 0x40000000, {1, 3},
                   {{0x000, "A", Access::kReadWrite, 0x12345600, 0xFF},
                    {0x004, "B", Access::kReadOnly, 0xCAFE},
                    {0x010, "C", Access::kWriteOnly, 0},
                    {0xFFC, "D", Access::kReadWrite, 1}},
                   surroundings) {}
};

class PeripheralTest : public testing::Test {
 protected:
  Workbench bench_;
  Block block_{bench_.surroundings};
};

TEST_F(PeripheralTest, StartsWithResetValues) {
  EXPECT_EQ(Get(block_, 0x000), 0x12345600u);
  EXPECT_EQ(Get(block_, 0x004), 0xCAFEu);
}

TEST_F(PeripheralTest, PlainWritesStoreTheWritableBits) {
  Put(block_, 0x000, 0xFFFFFFFF);
  EXPECT_EQ(Get(block_, 0x000), 0x123456FFu);
}

TEST_F(PeripheralTest, AliasesSetClearAndToggle) {
  Put(block_, 0x000, 0x0F);
  Put(block_, 0x000 + kSet, 0x30);
  EXPECT_EQ(Get(block_, 0x000), 0x1234563Fu);
  Put(block_, 0x000 + kClear, 0x03);
  EXPECT_EQ(Get(block_, 0x000), 0x1234563Cu);
  Put(block_, 0x000 + kToggle, 0xFF);
  EXPECT_EQ(Get(block_, 0x000), 0x123456C3u);
}

TEST_F(PeripheralTest, AliasesReadTheRegister) {
  for (const uint32_t alias : {kSet, kClear, kToggle}) EXPECT_EQ(Get(block_, 0x004 + alias), 0xCAFEu);
}

TEST_F(PeripheralTest, ReadOnlyRegistersIgnoreWrites) {
  Put(block_, 0x004, 0);
  EXPECT_EQ(Get(block_, 0x004), 0xCAFEu);
}

TEST_F(PeripheralTest, WriteOnlyRegistersReadZero) {
  Put(block_, 0x010, 5);
  EXPECT_EQ(Get(block_, 0x010), 0u);
}

TEST_F(PeripheralTest, RegistersTakeAlignedWordsOnly) {
  for (const unsigned size : {1u, 2u}) {
    EXPECT_EQ(block_.Read(0x000, size).refusal, Refusal::kSize);
    EXPECT_EQ(block_.Write(0x000, size, 0).refusal, Refusal::kSize);
  }
  EXPECT_EQ(block_.Read(0x002, 4).refusal, Refusal::kSize);
  EXPECT_EQ(block_.Write(0x001, 4, 0).refusal, Refusal::kSize);
}

TEST_F(PeripheralTest, HolesAreNoRegisters) {
  for (const uint32_t offset : {0x008u, 0x014u, 0x1008u, 0x3FF8u}) {
    EXPECT_EQ(block_.Read(offset, 4).refusal, Refusal::kNoRegister) << std::hex << offset;
    EXPECT_EQ(block_.Write(offset, 4, 0).refusal, Refusal::kNoRegister) << std::hex << offset;
  }
}

TEST_F(PeripheralTest, TheLastWordOfEachAliasIsReached) {
  Put(block_, 0x3FFC, 3);
  EXPECT_EQ(Get(block_, 0xFFC), 2u);
}

TEST_F(PeripheralTest, NothingIsReachedWithoutAClock) {
  bench_.clocks.clken1 = ~(1u << 3);
  EXPECT_EQ(block_.Read(0x000, 4).refusal, Refusal::kNoClock);
  EXPECT_EQ(block_.Write(0x000, 4, 1).refusal, Refusal::kNoClock);
  bench_.clocks.clken1 = 1u << 3;
  EXPECT_EQ(Get(block_, 0x000), 0x12345600u);
}

TEST_F(PeripheralTest, ResetBringsResetValuesBack) {
  Put(block_, 0x000, 0xFF);
  block_.Reset();
  EXPECT_EQ(Get(block_, 0x000), 0x12345600u);
}

TEST_F(PeripheralTest, SnapshotsKeepTheWords) {
  Put(block_, 0x000, 0x55);
  const std::vector<uint8_t> snapshot = SaveAll(bench_, block_);
  Put(block_, 0x000, 0xAA);
  LoadAll(bench_, block_, snapshot);
  EXPECT_EQ(Get(block_, 0x000), 0x12345655u);
}

// Bits 1:0 of IF raise one line, bits 3:2 another; all other writes are refused.
class Interrupting : public Peripheral {
 public:
  static constexpr uint32_t kConfig = 0x000, kIf = 0x010, kIen = 0x014;
  explicit Interrupting(const Surroundings& surroundings)
      : Peripheral("INTERRUPTING", 0x40000000, {},
                   {{kConfig, "CONFIG", Access::kReadWrite, 0},
                    {kIf, "IF", Access::kReadWrite, 0, 0xF},
                    {kIen, "IEN", Access::kReadWrite, 0, 0xF}},
                   surroundings, {kIf, kIen, {{kIrqEusart0Rx, 0x3}, {kIrqEusart0Tx, 0xC}}}) {}
  using Peripheral::Raise;
  int notices = 0;

 protected:
  void OnWrite(uint32_t, uint32_t) override {}
  void AfterInterruptWrite() override { ++notices; }
};

class InterruptRegistersTest : public testing::Test {
 protected:
  // Of both lines, the first in bit 0.
  unsigned Levels() const {
    return bench_.interrupts.level(kIrqEusart0Rx) | bench_.interrupts.level(kIrqEusart0Tx) << 1;
  }
  Workbench bench_;
  Interrupting block_{bench_.surroundings};
};

TEST_F(InterruptRegistersTest, LinesAreHighWhileAFlagOfTheirsIsSetAndEnabled) {
  Put(block_, Interrupting::kIf, 0x5);
  EXPECT_EQ(Levels(), 0u);
  Put(block_, Interrupting::kIen + kSet, 0x4);
  EXPECT_EQ(Levels(), 2u);
  Put(block_, Interrupting::kIen, 0xFFFFFFF9);
  EXPECT_EQ(Get(block_, Interrupting::kIen), 0x9u);
  EXPECT_EQ(Levels(), 1u);
  Put(block_, Interrupting::kIf + kClear, 0x1);
  EXPECT_EQ(Levels(), 0u);
}

TEST_F(InterruptRegistersTest, RaisingKeepsTheOtherFlags) {
  Put(block_, Interrupting::kIen, 0x8);
  block_.Raise(0x1);
  EXPECT_EQ(Levels(), 0u);
  block_.Raise(0x8);
  EXPECT_EQ(Get(block_, Interrupting::kIf), 0x9u);
  EXPECT_EQ(Levels(), 2u);
}

TEST_F(InterruptRegistersTest, OnlyTheirWritesAreNoticed) {
  Put(block_, Interrupting::kIf, 1);
  Put(block_, Interrupting::kIen, 1);
  Put(block_, Interrupting::kConfig, 1);
  EXPECT_EQ(block_.notices, 2);
  EXPECT_EQ(Get(block_, Interrupting::kConfig), 0u);
}

TEST_F(InterruptRegistersTest, ResetLowersTheLines) {
  Put(block_, Interrupting::kIen, 0xF);
  block_.Raise(0xF);
  EXPECT_EQ(Levels(), 3u);
  block_.Reset();
  EXPECT_EQ(Levels(), 0u);
}

}  // namespace
}  // namespace sim
