// Posted reads over several items, repeated WAIT, mended parity errors: results and what they cost.
#include "host/sim/debug_port/transfer_list.h"

#include <gtest/gtest.h>

#include <cstring>

#include "tests/host/sim/debug_port/probe.h"

namespace {

using sim::Ack;
using sim::TransferItem;
using sim::TransferResult;

constexpr sim::SwdRequest kReadDpidr{false, true, 0}, kReadDrw{true, true, 12}, kReadTar{true, true, 4};
constexpr sim::SwdRequest kWriteTar{true, false, 4}, kWriteDrw{true, false, 12}, kReadRdbuff{false, true, 12};
constexpr uint32_t kRam = 0x20000800;

class TransferList : public testing::Test {
 protected:
  TransferList() : probe_(board_) {
    probe_.Connect();
    probe_.Write(kDhcsr, kDbgkey | 3);
    for (uint32_t i = 0; i < 256; ++i) {
      const uint32_t word = 0x01000100 * i + i;
      uint8_t bytes[4];
      std::memcpy(bytes, &word, 4);
      board_.WriteMemory(kRam + 4 * i, bytes, 4);
    }
  }
  TransferResult Run(const std::vector<TransferItem>& items, sim::TransferLimits limits = {}) {
    const uint64_t before = probe_.wire.counters().transfers;
    TransferResult result = sim::RunTransfers(probe_.wire, items, limits);
    transfers_ = probe_.wire.counters().transfers - before;
    return result;
  }

  sim::Board board_{sim::BoardSettings{}};
  Probe probe_;
  uint64_t transfers_ = 0;
};

}  // namespace

TEST_F(TransferList, ABlockReadOfNCostsOneMore) {
  const TransferResult result = Run({{kWriteTar, 1, {kRam}}, {kReadDrw, 256, {}}});
  EXPECT_EQ(result.ack, Ack::kOk);
  EXPECT_EQ(result.done, 257u);
  ASSERT_EQ(result.words.size(), 256u);
  for (uint32_t i = 0; i < 256; ++i) EXPECT_EQ(result.words[i], 0x01000100 * i + i);
  EXPECT_EQ(transfers_, 1u + 257u);
}

TEST_F(TransferList, ReadsInARowSharePipeline) {
  const TransferResult result =
      Run({{kWriteTar, 1, {kRam}}, {kReadDrw, 1, {}}, {kReadTar, 1, {}}, {kReadDpidr, 1, {}}});
  EXPECT_EQ(result.words, (std::vector<uint32_t>{0, kRam + 4, 0x6BA02477}));
  EXPECT_EQ(transfers_, 5u);
}

TEST_F(TransferList, AWriteAfterReadsCollectsFirst) {
  const TransferResult result =
      Run({{kWriteTar, 1, {kRam + 4}}, {kReadDrw, 1, {}}, {kWriteTar, 1, {kRam}}, {kReadTar, 1, {}}});
  EXPECT_EQ(result.words, (std::vector<uint32_t>{0x01000101, kRam}));
  EXPECT_EQ(transfers_, 6u);
}

TEST_F(TransferList, AFaultEndsIt) {
  const TransferResult result = Run({{kWriteTar, 1, {0}}, {kReadDrw, 4, {}}, {kReadDpidr, 1, {}}});
  EXPECT_EQ(result.ack, Ack::kFault);
  EXPECT_EQ(result.done, 1u);
  EXPECT_TRUE(result.words.empty());
  probe_.WriteDp(0, 0x1E);
}

TEST_F(TransferList, TheLastWriteIsCheckedByRdbuff) {
  const std::vector<TransferItem> items = {{kWriteTar, 1, {0}}, {kWriteDrw, 1, {1}}};
  EXPECT_EQ(Run(items).ack, Ack::kOk);
  probe_.WriteDp(0, 0x1E);
  std::vector<TransferItem> checked = items;
  checked.push_back({kReadRdbuff, 1, {}});
  const TransferResult result = Run(checked);
  EXPECT_EQ(result.ack, Ack::kFault);
  EXPECT_EQ(result.done, 2u);
  probe_.WriteDp(0, 0x1E);
}

TEST_F(TransferList, WaitIsRepeatedWithinItsLimit) {
  board_.faults().swd_wait_ppm = 300'000;
  const TransferResult result = Run({{kWriteTar, 1, {kRam}}, {kReadDrw, 200, {}}}, {100, 0});
  EXPECT_EQ(result.ack, Ack::kOk);
  ASSERT_EQ(result.words.size(), 200u);
  for (uint32_t i = 0; i < 200; ++i) EXPECT_EQ(result.words[i], 0x01000100 * i + i);
  EXPECT_GT(transfers_, 240u);
  board_.faults().swd_wait_ppm = 1'000'000;
  EXPECT_EQ(Run({{kReadDrw, 1, {}}}, {100, 0}).ack, Ack::kWait);
  EXPECT_EQ(transfers_, 101u);
}

TEST_F(TransferList, BrokenReadsAreMendedByResend) {
  board_.faults().swd_parity_ppm = 200'000;
  TransferResult result = Run({{kReadDrw, 1, {}}}, {0, 50});
  probe_.WriteDp(0, 0x1E);
  board_.faults().swd_parity_ppm = 0;
  probe_.WriteAp(0, 4, kRam);
  board_.faults().swd_parity_ppm = 200'000;
  result = Run({{kReadDrw, 250, {}}, {kReadDpidr, 20, {}}, {kReadRdbuff, 20, {}}}, {0, 50});
  EXPECT_EQ(result.ack, Ack::kOk);
  ASSERT_EQ(result.words.size(), 290u);
  for (uint32_t i = 0; i < 250; ++i) EXPECT_EQ(result.words[i], 0x01000100 * i + i);
  for (uint32_t i = 250; i < 270; ++i) EXPECT_EQ(result.words[i], 0x6BA02477u);
  for (uint32_t i = 270; i < 290; ++i) EXPECT_EQ(result.words[i], 0x01000100u * 249 + 249);
  EXPECT_GT(transfers_, 291u);
}

TEST_F(TransferList, WithoutResendsAParityErrorEndsIt) {
  board_.faults().swd_parity_ppm = 1'000'000;
  const TransferResult result = Run({{kReadDpidr, 3, {}}});
  EXPECT_EQ(result.ack, Ack::kParity);
  EXPECT_EQ(result.done, 0u);
}
