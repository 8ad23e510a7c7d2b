// The serial line's set-up against hardware description 4.2 and 4.5, reception without loss, and a stuck
// block.
#include "chip/efr32xg24/serial_line.h"

#include <deque>

#include "fake_chip_test.h"

namespace {

constexpr uint32_t kStatus = 0x4B010048;
constexpr uint32_t kRxData = 0x4B01003C;
constexpr uint32_t kTxData = 0x4B010044;
constexpr uint32_t kFlags = 0x4B01004C;

class SerialLine : public FakeChipTest {
 protected:
  SerialLine() {
    chip_[kStatus] = 0x3040;
    chip_.on_store = [this](uint32_t address, uint32_t value) {
      if (address == 0x4B010038 && value == 5) chip_[kStatus] |= 3;
      if (address == kTxData) sent_.push_back(static_cast<char>(value));
    };
    chip_.on_load = [this](uint32_t address) {
      if (address == kRxData && !fifo_.empty()) {
        chip_[kRxData] = fifo_.front();
        fifo_.pop_front();
      }
      chip_[kStatus] = (chip_[kStatus] & ~0x80u) | (fifo_.empty() ? 0 : 0x80);
    };
  }

  std::deque<uint8_t> fifo_;
  std::string sent_;
  chip::SerialLine line_;
};

TEST_F(SerialLine, SetsItsRegistersUpInTheOrderOfTheDocument) {
  ASSERT_TRUE(line_.Start(kBoard, 78'000'000));
  const std::vector<chip::bus::StoreRecord> expected = {
      {0x40009064, 1u << 26},                              // GPIO gate
      {0x4003D040, 1u << 5},    {0x4003C034, 4u << 20},    // PA5 high, then push-pull
      {0x4003E040, 1u << 6},    {0x4003C034, 0x01400000},  // PA6 input
      {0x4003C4AC, 0x00050000}, {0x4003C4A4, 0x00060000}, {0x4003C494, 0x14},
      {0x40008220, 1},          {0x40009068, 1u << 22},   {0x4B012004, 1},  // EN off for the CFG registers
      {0x4B010010, 0x20},       {0x4B01000C, 0},          {0x4B010008, 0},
      {0x4B010014, 0x1002},     {0x4B011004, 1},                               // EN on for CLKDIV and CMD
      {0x4B010030, 0x2950},     {0x4B010038, 5},          {0x4B010050, 0x14},  // RXFL, RXOF
      {0xE000E280, 1u << 11},   {0xE000E100, 1u << 11},                        // IRQ 11
  };
  EXPECT_EQ(chip_.stores, expected);
}

TEST_F(SerialLine, DrivesTheEnablePinOfABoardThatHasOne) {
  chip::BoardFacts board = kBoard;
  board.has_serial_enable = true;
  board.serial_enable = {1, 0};  // PB0
  ASSERT_TRUE(line_.Start(board, 78'000'000));
  EXPECT_EQ(chip_[0x4003C070] & 1, 1u);
  EXPECT_EQ(chip_[0x4003C064] & 0xF, 4u);
}

TEST_F(SerialLine, AdaptsItsDividerToTheFallbackClock) {
  ASSERT_TRUE(line_.Start(kBoard, 20'000'000));
  EXPECT_EQ(chip_[0x4B010030], 0x09D8u);
}

TEST_F(SerialLine, ReceivesEveryByteInOrder) {
  ASSERT_TRUE(line_.Start(kBoard, 78'000'000));
  std::string received;
  for (int burst = 0; burst < 100; ++burst) {
    for (int i = 0; i < 16; ++i) fifo_.push_back(static_cast<uint8_t>(16 * burst + i));
    chip_[kFlags] = 4;
    line_.OnReceive();
    EXPECT_EQ(chip_[kFlags], 0u);
    uint8_t some[5];
    const size_t count = line_.ReadWaiting(some, sizeof some);
    received.append(some, some + count);
    for (int byte = line_.Read(); byte >= 0; byte = line_.Read()) received.push_back(static_cast<char>(byte));
  }
  ASSERT_EQ(received.size(), 1600u);
  for (size_t i = 0; i < received.size(); ++i) ASSERT_EQ(static_cast<uint8_t>(received[i]), i % 256) << i;
  EXPECT_EQ(line_.lost(), 0u);
}

TEST_F(SerialLine, CountsWhatDoesNotFit) {
  ASSERT_TRUE(line_.Start(kBoard, 78'000'000));
  fifo_.assign(chip::ReceiveRing::kCapacity + 3, 'x');
  chip_[kFlags] = 4 | 16;  // and the FIFO itself has overflowed once
  line_.OnReceive();
  EXPECT_EQ(line_.lost(), 4u);
  EXPECT_TRUE(line_.InputWaiting());
}

TEST_F(SerialLine, SendsWhatIsWritten) {
  ASSERT_TRUE(line_.Start(kBoard, 78'000'000));
  for (const char byte : std::string("hello")) line_.Write(static_cast<uint8_t>(byte));
  EXPECT_EQ(sent_, "hello");
}

TEST_F(SerialLine, WaitsForAStuckBlockOnceAndThenGoesOnWithoutIt) {
  ASSERT_TRUE(line_.Start(kBoard, 78'000'000));
  chip_[kStatus] &= ~0x40u;
  line_.Write('x');
  int looks = 0;
  chip_.on_load = [&looks](uint32_t) { ++looks; };
  for (const char byte : std::string("a long message")) line_.Write(static_cast<uint8_t>(byte));
  EXPECT_EQ(looks, 0);
  EXPECT_EQ(sent_, "");
}

TEST_F(SerialLine, ReportsABlockThatDoesNotStart) {
  chip_.on_store = [](uint32_t, uint32_t) {};
  EXPECT_FALSE(line_.Start(kBoard, 78'000'000));
  line_.Write('x');
  EXPECT_EQ(sent_, "");
}

TEST_F(SerialLine, SwitchesItsRateOnceAllHasBeenSent) {
  ASSERT_TRUE(line_.Start(kBoard, 78'000'000));
  chip_.stores.clear();
  int looks = 0;
  chip_[kStatus] &= ~0x2000u;  // a byte is still on its way
  chip_.on_load = [&](uint32_t address) {
    if (address == kStatus && ++looks == 100) chip_[kStatus] |= 0x2000;
    if (looks < 100) {
      EXPECT_TRUE(chip_.stores.empty());
    }
  };
  line_.SetBaud(921600);
  const std::vector<chip::bus::StoreRecord> expected = {{0x4B010030, 0x0448}};
  EXPECT_EQ(chip_.stores, expected);
  EXPECT_EQ(line_.baud(), 921600u);
}

TEST_F(SerialLine, WaitsForAllBytesOfTheLowestRate) {
  ASSERT_TRUE(line_.Start(kBoard, 78'000'000));
  int looks = 0;
  chip_[kStatus] &= ~0x2000u;
  chip_.on_load = [&](uint32_t address) {
    if (address == kStatus && ++looks == 3'000'000) chip_[kStatus] |= 0x2000;
  };
  line_.SetBaud(115200);
  EXPECT_EQ(line_.baud(), 115200u);
  line_.Write('x');
  EXPECT_EQ(sent_, "x");
}

TEST_F(SerialLine, SupportsWhatTheClockMakes) {
  ASSERT_TRUE(line_.Start(kBoard, 78'000'000));
  for (const uint32_t baud : {1200u, 9600u, 115200u, 230400u, 460800u, 921600u, 1'000'000u, 2'000'000u}) {
    EXPECT_TRUE(line_.Supports(baud)) << baud;
  }
  for (const uint32_t baud : {0u, 1u, 1199u, 5'000'000u, 0xFFFFFFFFu})
    EXPECT_FALSE(line_.Supports(baud)) << baud;
}

TEST_F(SerialLine, CountsFramingErrors) {
  ASSERT_TRUE(line_.Start(kBoard, 78'000'000));
  EXPECT_EQ(line_.framing_errors(), 0u);
  fifo_.assign(1, 'x');
  chip_[kFlags] = 4 | 0x200;
  line_.OnReceive();
  EXPECT_EQ(line_.framing_errors(), 1u);
  EXPECT_EQ(chip_[kFlags], 0u);
  EXPECT_EQ(line_.Read(), 'x');
}

TEST_F(SerialLine, RefusesABaudRateThatTheClockCannotMake) {
  chip::BoardFacts board = kBoard;
  board.baud = 2'000'000;
  EXPECT_FALSE(line_.Start(board, 20'000'000));
}

}  // namespace
