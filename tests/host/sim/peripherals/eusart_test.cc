// EUSART against hardware description 4.1 to 4.3: registers, baud rates, FIFOs, interrupts, faults.
#include "host/sim/peripherals/eusart.h"

#include <string>

#include "workbench.h"

namespace sim {
namespace {

constexpr uint32_t EN = 0x004, CFG0 = 0x008, CFG1 = 0x00C, CFG2 = 0x010, FRAMECFG = 0x014, CLKDIV = 0x030,
                   CMD = 0x038;
constexpr uint32_t RXDATA = 0x03C, RXDATAP = 0x040, TXDATA = 0x044, STATUS = 0x048, IF = 0x04C, IEN = 0x050;
constexpr uint32_t SYNCBUSY = 0x054;
constexpr uint32_t kTxfl = 1u << 6, kRxfl = 1u << 7, kRxfull = 1u << 8, kTxc = 1u << 5, kTxidle = 1u << 13;
constexpr Cycle kFrame = 6771;  // ten bits of 16 * (256 + 10576) / 256 cycles: 6770 at 115200 and 78 MHz

struct EusartTest : testing::Test {
  Workbench bench;
  Gpio gpio{bench.surroundings};
  Eusart uart{bench.surroundings, 0, gpio};

  void RoutePins() {
    Put(gpio, 0x30 + 0x10, 1u << 5);
    Put(gpio, 0x30 + 0x04, 0x01400000);  // PA5 push-pull, PA6 input
    Put(gpio, 0x4AC, 0x00050000);
    Put(gpio, 0x4A4, 0x00060000);
    Put(gpio, 0x494, 0x14);
  }
  void Start(uint32_t divider = 0x2950) {
    Put(uart, EN + kSet, 1);
    Put(uart, CLKDIV, divider);
    EXPECT_NE(Get(uart, SYNCBUSY), 0u);
    bench.Wait(4);
    EXPECT_EQ(Get(uart, SYNCBUSY), 0u);
    Put(uart, CMD, 5);
    bench.Wait(4);
    EXPECT_EQ(Get(uart, STATUS) & 3, 3u);
  }
  void Ready() {
    RoutePins();
    Start();
  }
  void Type(const std::string& text, uint32_t baud = 115200) {
    uart.Send(reinterpret_cast<const uint8_t*>(text.data()), text.size(), baud);
  }
  std::string ReadAll() {
    std::string text;
    while ((Get(uart, STATUS) & kRxfl) != 0) text += static_cast<char>(Get(uart, RXDATA));
    return text;
  }
  std::string Sent() {
    std::string text;
    for (const SentFrame& frame : uart.TakeSent()) text += static_cast<char>(frame.value);
    return text;
  }
};

TEST_F(EusartTest, ResetValues) {
  for (const auto& [offset, value] : {std::pair{0x000u, 2u},
                                      {EN, 0u},
                                      {CFG0, 0u},
                                      {CFG1, 0u},
                                      {CFG2, 0x20u},
                                      {FRAMECFG, 0x1002u},
                                      {0x024u, 0x00050000u},
                                      {CLKDIV, 0u},
                                      {STATUS, 0x3040u},
                                      {IF, 0u},
                                      {IEN, 0u},
                                      {SYNCBUSY, 0u}}) {
    EXPECT_EQ(Get(uart, offset), value) << std::hex << offset;
  }
  bench.clocks.clken1 &= ~(1u << 22);
  EXPECT_EQ(uart.Read(STATUS, 4).refusal, Refusal::kNoClock);
}

TEST_F(EusartTest, ConfigurationOnlyWhileDisabled) {
  Put(uart, CFG0, 0x20);
  Put(uart, CLKDIV, 0x2950);  // the other way round
  EXPECT_EQ(Get(uart, CLKDIV), 0u);
  Start();
  Put(uart, CFG0, 0);
  Put(uart, FRAMECFG, 0);
  EXPECT_EQ(Get(uart, CFG0), 0x20u);
  EXPECT_EQ(Get(uart, FRAMECFG), 0x1002u);
  EXPECT_EQ(Get(uart, CLKDIV), 0x2950u);
  Put(uart, EN + kClear, 1);
  EXPECT_EQ(Get(uart, EN), 2u);  // DISABLING
  bench.Wait(4);
  EXPECT_EQ(Get(uart, EN), 0u);
  EXPECT_EQ(Get(uart, STATUS), 0x3040u);
}

struct BaudRow {
  uint32_t hz, ovs_code, divider, actual;
};
class Baud : public testing::TestWithParam<BaudRow> {};

TEST_P(Baud, RateOfTheTable) {
  const BaudRow row = GetParam();
  Workbench bench;
  bench.clocks.eusart0 = row.hz;
  Gpio gpio(bench.surroundings);
  Eusart uart(bench.surroundings, 0, gpio);
  Put(uart, CFG0, row.ovs_code << 5);
  Put(uart, EN, 1);
  Put(uart, CLKDIV, row.divider);
  bench.Wait(100);
  EXPECT_EQ(uart.baud(), row.actual);
}
// Section 4.3.
INSTANTIATE_TEST_SUITE_P(
    Table, Baud,
    testing::Values(BaudRow{78000000, 0, 10576, 115214}, BaudRow{78000000, 0, 1096, 923077},
                    BaudRow{78000000, 3, 5160, 921713}, BaudRow{78000000, 1, 5160, 460857},
                    BaudRow{78000000, 0, 992, 1000000}, BaudRow{78000000, 0, 368, 2000000},
                    BaudRow{39000000, 0, 5160, 115214}, BaudRow{20000000, 0, 2520, 115274},
                    BaudRow{20000000, 1, 440, 919540}, BaudRow{19000000, 0, 2384, 115152},
                    BaudRow{38000000, 0, 5024, 115152}));

TEST_F(EusartTest, BytesTakeTheirTime) {
  Ready();
  const Cycle begin = bench.scheduler.now();
  for (char c : std::string("abc")) Put(uart, TXDATA, static_cast<uint32_t>(c));
  EXPECT_EQ(Get(uart, STATUS) & kTxidle, 0u);
  EXPECT_EQ(Get(uart, STATUS) >> 16 & 0x1F, 2u);
  bench.Wait(100'000);
  const std::vector<SentFrame> sent = uart.TakeSent();
  ASSERT_EQ(sent.size(), 3u);
  // 677 cycles a bit.
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(sent[i].cycle, begin + 6770 * (i + 1));
  EXPECT_EQ(sent[2].value, 'c');
  EXPECT_EQ(sent[0].baud, 115214u);
  EXPECT_EQ(Get(uart, STATUS), 0x3040u | 3 | kTxc);
  EXPECT_EQ(Get(uart, IF) & 0x2001, 0x2001u);
}

TEST_F(EusartTest, CoreClockOtherThanTheBlocks) {
  bench.clocks.hclk = 39'000'000;
  Ready();
  const Cycle begin = bench.scheduler.now();
  Put(uart, TXDATA, 'x');
  bench.Wait(10'000);
  EXPECT_EQ(uart.TakeSent().at(0).cycle, begin + 3385);
}

TEST_F(EusartTest, NothingLeavesWithoutRouteOrTransmitter) {
  Start();
  Put(uart, TXDATA, 'x');
  bench.Wait(kFrame);
  EXPECT_EQ(Sent(), "");
  RoutePins();
  Put(uart, CMD, 8);  // TXDIS
  bench.Wait(4);
  Put(uart, TXDATA, 'y');
  bench.Wait(kFrame);
  EXPECT_EQ(Sent(), "");
  Put(uart, CMD, 4);
  bench.Wait(kFrame + 4);
  EXPECT_EQ(Sent(), "y");
}

TEST_F(EusartTest, TransmitFifoFillsAndOverflows) {
  Put(uart, CFG1, 3u << 16);  // TXFL: space for four
  Ready();
  for (int i = 0; i < 17; ++i) Put(uart, TXDATA, static_cast<uint32_t>('a' + i));
  EXPECT_EQ(Get(uart, STATUS) >> 16 & 0x1F, 16u);
  EXPECT_EQ(Get(uart, STATUS) & kTxfl, 0u);
  EXPECT_EQ(Get(uart, IF) & 1u << 6, 0u);
  Put(uart, TXDATA, 'z');
  EXPECT_NE(Get(uart, IF) & 1u << 6, 0u);
  bench.Wait(3 * kFrame);
  EXPECT_EQ(Get(uart, STATUS) & kTxfl, 0u);
  bench.Wait(kFrame);
  EXPECT_NE(Get(uart, STATUS) & kTxfl, 0u);
  bench.Wait(20 * kFrame);
  EXPECT_EQ(Sent(), "abcdefghijklmnopq");
}

TEST_F(EusartTest, ReceivesWithInterruptOnTheReceiveLine) {
  Ready();
  Put(uart, IEN, 1u << 2);
  const Cycle begin = bench.scheduler.now();
  Type("hi");
  EXPECT_EQ(uart.pending_receive(), 1u);
  bench.Wait(6000);
  EXPECT_EQ(Get(uart, STATUS) & (1u << 12), 0u);  // RXIDLE
  EXPECT_FALSE(bench.interrupts.level(kIrqEusart0Rx));
  bench.scheduler.AdvanceTo(begin + 6770);
  EXPECT_TRUE(bench.interrupts.level(kIrqEusart0Rx));
  EXPECT_FALSE(bench.interrupts.level(kIrqEusart0Tx));
  bench.Wait(kFrame);
  EXPECT_EQ(Get(uart, RXDATAP), static_cast<uint32_t>('h'));
  EXPECT_EQ(ReadAll(), "hi");
  Put(uart, IF + kClear, 1u << 2);
  EXPECT_FALSE(bench.interrupts.level(kIrqEusart0Rx));
  EXPECT_EQ(Get(uart, RXDATA), 0u);
  EXPECT_EQ(Get(uart, IF), 1u << 5 | 1u << 1);  // RXUF; TXFL since the start
}

TEST_F(EusartTest, TransmitInterruptsUseTheirLine) {
  Ready();
  Put(uart, IF + kClear, 0xFFFFFFFF);
  Put(uart, IEN, 1);
  Put(uart, TXDATA, 'x');
  bench.Wait(kFrame);
  EXPECT_TRUE(bench.interrupts.level(kIrqEusart0Tx));
  EXPECT_FALSE(bench.interrupts.level(kIrqEusart0Rx));
}

TEST_F(EusartTest, ReceiveFifoLevelsAndOverflow) {
  Put(uart, CFG1, 3u << 27);  // RXFL: four frames
  Ready();
  Type("0123456789abcdefXY");
  bench.Wait(3 * kFrame);
  EXPECT_EQ(Get(uart, STATUS) & kRxfl, 0u);
  bench.Wait(kFrame);
  EXPECT_NE(Get(uart, STATUS) & kRxfl, 0u);
  bench.Wait(12 * kFrame);
  EXPECT_EQ(Get(uart, IF) & (1u << 3 | 1u << 4), 1u << 3);  // RXFULL, not yet RXOF
  EXPECT_NE(Get(uart, STATUS) & kRxfull, 0u);
  bench.Wait(4 * kFrame);
  EXPECT_NE(Get(uart, IF) & 1u << 4, 0u);
  EXPECT_EQ(ReadAll(), "0123456789abc");  // three remain below the level
}

TEST_F(EusartTest, ReceiveTimeout) {
  Put(uart, CFG1, 2u << 4);
  Ready();
  Type("a");
  bench.Wait(2 * kFrame);
  EXPECT_EQ(Get(uart, IF) & 1u << 25, 0u);
  bench.Wait(kFrame);
  EXPECT_NE(Get(uart, IF) & 1u << 25, 0u);
}

TEST_F(EusartTest, DeafReceiverHearsNothingAndOwnRateWaits) {
  Start();
  Type("lost");
  bench.Wait(10 * kFrame);
  RoutePins();
  EXPECT_EQ(ReadAll(), "");
  Put(uart, CMD, 2);
  bench.Wait(4);
  Type("kept", 0);
  bench.Wait(10 * kFrame);
  EXPECT_EQ(uart.pending_receive(), 4u);
  Put(uart, CMD, 1);
  bench.Wait(10 * kFrame);
  EXPECT_EQ(ReadAll(), "kept");
}

TEST_F(EusartTest, ReceivesOnAfterTheCoreClockChanged) {
  Ready();
  Type("a");
  bench.Wait(2 * kFrame);
  bench.clocks.hclk = 39'000'000;  // the block's own clock stays
  Type("bc");
  bench.Wait(4 * kFrame);
  EXPECT_EQ(ReadAll(), "abc");
  EXPECT_EQ(Get(uart, IF) & 1u << 9, 0u);  // FERR
}

TEST_F(EusartTest, HearsNothingWithoutItsClock) {  // 6.2: EM2 stops it
  Ready();
  bench.clocks.eusart0 = 0;
  Type("lost");
  bench.Wait(10 * kFrame);
  bench.clocks.eusart0 = 78'000'000;
  Type("heard");
  bench.Wait(10 * kFrame);
  EXPECT_EQ(ReadAll(), "heard");
}

TEST_F(EusartTest, SynchronisationWaitsForTheClock) {
  bench.clocks.eusart0 = 0;
  Put(uart, EN, 1);
  Put(uart, CLKDIV, 0x2950);
  bench.Wait(100'000);
  EXPECT_EQ(Get(uart, SYNCBUSY), 1u);
  bench.clocks.eusart0 = 78'000'000;
  bench.Wait(5'000);
  EXPECT_EQ(Get(uart, SYNCBUSY), 0u);
  EXPECT_EQ(Get(uart, CLKDIV), 0x2950u);
}

class OtherRate : public EusartTest, public testing::WithParamInterface<std::pair<uint32_t, bool>> {};

TEST_P(OtherRate, GarbageBeyondTolerance) {
  Ready();
  const auto [baud, arrives] = GetParam();
  Type("Hello, board", baud);
  bench.Wait(200'000);
  EXPECT_EQ(ReadAll() == "Hello, board", arrives);
  EXPECT_EQ((Get(uart, IF) & 1u << 9) == 0, arrives);  // FERR
}
INSTANTIATE_TEST_SUITE_P(Rates, OtherRate,
                         testing::Values(std::pair{115200u, true}, std::pair{112500u, true},
                                         std::pair{118500u, true}, std::pair{57600u, false},
                                         std::pair{104000u, false}, std::pair{125000u, false},
                                         std::pair{172800u, false}, std::pair{288000u, false}));

TEST_F(EusartTest, LoopbackNeedsNoPins) {
  Put(uart, CFG0, 2);
  Put(uart, FRAMECFG, 0x3301);  // seven bits, odd parity, two stop bits
  Start();
  Put(uart, TXDATA, 0x55);
  bench.Wait(11 * 677 - 400);
  EXPECT_EQ(Get(uart, RXDATA), 0x55u);
  EXPECT_EQ(Get(uart, IF) & (1u << 8 | 1u << 9), 0u);
}

TEST_F(EusartTest, SixteenBitFrames) {
  Put(uart, CFG0, 2);
  Put(uart, FRAMECFG, 0x100A);
  Start();
  Put(uart, TXDATA, 0xBEEF);
  bench.Wait(18 * 677);
  EXPECT_EQ(Get(uart, RXDATA), 0xBEEFu);
}

TEST_F(EusartTest, StuckLineKeepsTxflLowUntilItRecovers) {
  Ready();
  bench.faults.uart_stuck = true;
  EXPECT_EQ(Get(uart, STATUS) & kTxfl, 0u);
  Put(uart, TXDATA, 'x');
  bench.Wait(10 * kFrame);
  EXPECT_EQ(Sent(), "");
  EXPECT_EQ(Get(uart, STATUS) & kTxfl, 0u);
  bench.faults.uart_stuck = false;
  bench.Wait(3 * kFrame);
  EXPECT_EQ(Sent(), "x");
}

TEST_F(EusartTest, InjectedFaultsHitBothDirections) {
  Ready();
  bench.faults.serial_drop_ppm = 1'000'000;
  Put(uart, TXDATA, 'x');
  Type("y");
  bench.Wait(2 * kFrame);
  EXPECT_EQ(Sent() + ReadAll(), "");
  bench.faults.serial_drop_ppm = 0;
  bench.faults.serial_duplicate_ppm = 1'000'000;
  Put(uart, TXDATA, 'x');
  Type("y");
  bench.Wait(3 * kFrame);
  EXPECT_EQ(Sent() + ReadAll(), "xxyy");
}

TEST_F(EusartTest, SnapshotInTheMiddleOfFramesGoesOnTheSame) {
  Ready();
  Put(uart, IEN, 4);
  for (char c : std::string("abc")) Put(uart, TXDATA, static_cast<uint32_t>(c));
  Type("defg");
  bench.Wait(3000);
  const std::vector<uint8_t> saved = SaveAll(bench, uart);
  const auto rest = [&] {
    bench.Wait(10 * kFrame);
    std::string text;
    for (const SentFrame& frame : uart.TakeSent())
      text += std::to_string(frame.cycle) + static_cast<char>(frame.value);
    return text + ReadAll();
  };
  const std::string first = rest();
  EXPECT_NE(first.find("defg"), std::string::npos);
  LoadAll(bench, uart, saved);
  EXPECT_EQ(SaveAll(bench, uart), saved);
  EXPECT_EQ(rest(), first);
}

TEST_F(EusartTest, Eusart1HasItsOwnClockAndLines) {
  Eusart other(bench.surroundings, 1, gpio);
  bench.clocks.em01grpc = 39'000'000;
  Put(other, EN, 1);
  Put(other, CLKDIV, 5160);
  bench.Wait(10);
  EXPECT_EQ(other.baud(), 115214u);
  Put(other, IEN, 2);
  Put(other, CMD, 4);
  bench.Wait(10);
  EXPECT_TRUE(bench.interrupts.level(kIrqEusart1Tx));
}

}  // namespace
}  // namespace sim
