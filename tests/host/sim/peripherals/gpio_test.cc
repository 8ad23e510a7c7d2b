// GPIO against hardware description 4.5: reset values, pin modes, edges, routes, lock.
#include "host/sim/peripherals/gpio.h"

#include <utility>
#include <vector>

#include "workbench.h"

namespace sim {
namespace {

constexpr uint32_t PA = 0x30, PB = 0x60, PC = 0x90;
constexpr uint32_t CTRL = 0x00, MODEL = 0x04, MODEH = 0x0C, DOUT = 0x10, DIN = 0x14;
constexpr uint32_t LOCK = 0x300, GPIOLOCKSTATUS = 0x310, EXTIPSELL = 0x400, EXTIPINSELL = 0x408;
constexpr uint32_t EXTIRISE = 0x410, EXTIFALL = 0x414, IF = 0x420, IEN = 0x424, DBGROUTEPEN = 0x440;

struct GpioTest : testing::Test {
  Workbench bench;
  Gpio gpio{bench.surroundings};
};

TEST_F(GpioTest, ResetValues) {
  for (const auto& [offset, value] : {std::pair{PA + CTRL, 0x00400040u},
                                      {PC + CTRL, 0x00400040u},
                                      {PA + MODEL, 0u},
                                      {PB + DOUT, 0u},
                                      {DBGROUTEPEN, 0x0Fu},
                                      {0x494u, 0u},
                                      {0x738u, 0u}}) {
    EXPECT_EQ(Get(gpio, offset), value) << std::hex << offset;
  }
}

TEST_F(GpioTest, NeedsItsClock) {
  bench.clocks.clken0 &= ~(1u << 26);
  EXPECT_EQ(gpio.Read(PA + DIN, 4).refusal, Refusal::kNoClock);
}

TEST_F(GpioTest, PortsHaveThePinsOfA48PinPart) {
  for (const auto& [port, pins] : {std::pair{PA, 0x3FFu}, {PB, 0x3Fu}, {PC, 0x3FFu}}) {
    Put(gpio, port + DOUT, 0xFFFFFFFF);
    EXPECT_EQ(Get(gpio, port + DOUT), pins);
  }
  Put(gpio, PA + MODEH, 0xFFFFFFFF);
  EXPECT_EQ(Get(gpio, PA + MODEH), 0xFFu);
}

TEST_F(GpioTest, PushPullDrivesDoutWithItsAliases) {
  Put(gpio, PB + MODEL, 4);
  Put(gpio, PB + DOUT + kSet, 1);
  EXPECT_EQ(gpio.Driven({1, 0}), true);
  EXPECT_EQ(Get(gpio, PB + DIN), 1u);
  Put(gpio, PB + DOUT + kToggle, 1);
  EXPECT_EQ(gpio.Driven({1, 0}), false);
}

TEST_F(GpioTest, FindsPinsByName) {
  for (const auto& [name, pin] :
       {std::pair{"PA0", PinName{0, 0}}, {"PA9", {0, 9}}, {"PB5", {1, 5}}, {"PD2", {3, 2}}}) {
    EXPECT_EQ(gpio.Find(name), pin) << name;
  }
  for (const char* name :
       {"", "P", "PA", "PB6", "PA10", "PA00", "PA07", "PE0", "P@0", "pa0", "PA0 ", "PA:", "XA0"}) {
    EXPECT_FALSE(gpio.Find(name)) << name;
  }
}

// What DIN shows for a mode: DOUT low and high with nothing outside, then with the outside low and high.
struct ModeRow {
  unsigned mode;
  bool open_low, open_high, outside_low, outside_high;
};
class PinMode : public testing::TestWithParam<ModeRow> {};

TEST_P(PinMode, LevelAtTheInput) {
  const ModeRow row = GetParam();
  Workbench bench;
  Gpio gpio(bench.surroundings);
  Put(gpio, PA + MODEL, row.mode << 20);
  const auto din = [&] { return (Get(gpio, PA + DIN) >> 5 & 1) != 0; };
  EXPECT_EQ(din(), row.open_low);
  Put(gpio, PA + DOUT, 1u << 5);
  EXPECT_EQ(din(), row.open_high);
  gpio.SetInput({0, 5}, false);
  EXPECT_EQ(din(), row.outside_low);
  gpio.SetInput({0, 5}, true);
  EXPECT_EQ(din(), row.outside_high);
}

INSTANTIATE_TEST_SUITE_P(
    Modes, PinMode,
    testing::Values(ModeRow{0, false, false, false, false}, ModeRow{1, false, false, false, true},
                    ModeRow{2, false, true, false, true}, ModeRow{3, false, true, false, true},
                    ModeRow{4, false, true, true, true}, ModeRow{6, false, true, true, true},
                    ModeRow{8, false, false, false, true}, ModeRow{10, false, true, false, true}));

TEST_F(GpioTest, DinDisable) {
  Put(gpio, PA + MODEL, 1);
  gpio.SetInput({0, 0}, true);
  EXPECT_EQ(Get(gpio, PA + DIN), 1u);
  Put(gpio, PA + CTRL + kSet, 1u << 12);
  EXPECT_EQ(Get(gpio, PA + DIN), 0u);
}

TEST_F(GpioTest, EdgesRaiseOddAndEvenInterrupts) {
  // Lines 2 and 3 watch PB2 and PB3: the buttons of the development kit.
  Put(gpio, PB + MODEL, 0x1100);
  gpio.SetInput({1, 2}, true);
  gpio.SetInput({1, 3}, true);
  Put(gpio, EXTIPSELL, 0x1100);
  Put(gpio, EXTIPINSELL, 0x3200);
  Put(gpio, EXTIFALL, 0xC);
  Put(gpio, EXTIRISE, 0x8);
  Put(gpio, IEN, 0xC);
  gpio.SetInput({1, 2}, false);
  EXPECT_EQ(Get(gpio, IF), 4u);
  EXPECT_TRUE(bench.interrupts.level(kIrqGpioEven));
  EXPECT_FALSE(bench.interrupts.level(kIrqGpioOdd));
  Put(gpio, IF + kClear, 4);
  EXPECT_FALSE(bench.interrupts.level(kIrqGpioEven));
  gpio.SetInput({1, 2}, true);
  EXPECT_EQ(Get(gpio, IF), 0u);
  gpio.SetInput({1, 3}, false);
  Put(gpio, IF + kClear, 8);
  gpio.SetInput({1, 3}, true);
  EXPECT_EQ(Get(gpio, IF), 8u);
  EXPECT_TRUE(bench.interrupts.level(kIrqGpioOdd));
}

TEST_F(GpioTest, LockKeepsConfigurationButNotOutputs) {
  Put(gpio, LOCK, 0);
  EXPECT_EQ(Get(gpio, GPIOLOCKSTATUS), 1u);
  Put(gpio, PA + MODEL, 4);
  Put(gpio, 0x494, 0x14);
  Put(gpio, PA + DOUT, 1);
  EXPECT_EQ(Get(gpio, PA + MODEL), 0u);
  EXPECT_EQ(Get(gpio, 0x494), 0u);
  EXPECT_EQ(Get(gpio, PA + DOUT), 1u);
  Put(gpio, LOCK, 0xA534);
  Put(gpio, PA + MODEL, 4);
  EXPECT_EQ(Get(gpio, PA + MODEL), 4u);
}

TEST_F(GpioTest, EusartPinsNeedRouteEnableModeAndReach) {
  EXPECT_FALSE(gpio.TransmitPin(0));
  Put(gpio, 0x4AC, 0x00050000);  // TX on PA5, RX on PA6
  Put(gpio, 0x4A4, 0x00060000);
  Put(gpio, 0x494, 0x14);
  EXPECT_FALSE(gpio.TransmitPin(0));
  EXPECT_FALSE(gpio.ReceivePin(0));
  Put(gpio, PA + MODEL, 0x01400000);
  EXPECT_EQ(gpio.TransmitPin(0), (PinName{0, 5}));
  EXPECT_EQ(gpio.ReceivePin(0), (PinName{0, 6}));
  Put(gpio, 0x4AC, 0x00050002);  // PC5: out of EUSART0's reach, not of EUSART1's
  Put(gpio, PC + MODEL, 0x00400000);
  EXPECT_FALSE(gpio.TransmitPin(0));
  Put(gpio, 0x4CC, 0x00050002);
  Put(gpio, 0x4B4, 0x10);
  EXPECT_EQ(gpio.TransmitPin(1), (PinName{2, 5}));
}

TEST_F(GpioTest, SnapshotBringsLevelsAndEdgesBack) {
  Put(gpio, PB + MODEL, 0x100);
  gpio.SetInput({1, 2}, true);
  const std::vector<uint8_t> saved = SaveAll(bench, gpio);
  gpio.SetInput({1, 2}, false);
  Put(gpio, LOCK, 0);
  LoadAll(bench, gpio, saved);
  EXPECT_EQ(Get(gpio, PB + DIN), 4u);
  EXPECT_EQ(Get(gpio, GPIOLOCKSTATUS), 0u);
  EXPECT_EQ(SaveAll(bench, gpio), saved);
}

}  // namespace
}  // namespace sim
