// The clock set-up against hardware description 3.6, step by step, and every way in which it may fail.
#include "chip/efr32xg24/clocks.h"

#include <algorithm>

#include "fake_chip_test.h"

namespace {

using chip::ClockProblem;

constexpr uint32_t kHfxoStatus = 0x4A004058;
constexpr uint32_t kHfxoCtrl = 0x4A004028;
constexpr uint32_t kDpllIf = 0x4001C010;
constexpr uint32_t kDpllEnSet = 0x4001D004;
constexpr uint32_t kDpllEn = 0x4001C004;
constexpr uint32_t kHfrcoCal = 0x40010008;
constexpr uint32_t kHfrcoStatus = 0x4001000C;
constexpr uint32_t kSysclk = 0x40008070;
constexpr uint32_t kGroupA = 0x40008120;
constexpr uint32_t kGroupC = 0x40008128;

class Clocks : public FakeChipTest {
 protected:
  Clocks() {
    chip_[kHfxoCtrl] = 0x07000040;
    chip_[kSysclk] = 1;
    chip_[kGroupA] = 1;
    chip_[kGroupC] = 1;
    chip_[0x0FE08098] = 0xCCF09F40;  // the chip's own tuning in bits 6:0
    chip_.on_store = [this](uint32_t address, uint32_t) {
      if (crystal_starts_) chip_[kHfxoStatus] = (chip_[kHfxoCtrl] & 0x10000) != 0 ? 0x00010003 : 0;
      if (address == kDpllEnSet) chip_[kDpllIf] = lock_outcome_;
      if (address == kHfrcoCal && clamped_) chip_[kHfrcoCal] &= ~(16u << 16);
    };
  }

  size_t Position(uint32_t address, uint32_t value) {
    const auto found =
        std::find(chip_.stores.begin(), chip_.stores.end(), chip::bus::StoreRecord{address, value});
    EXPECT_NE(found, chip_.stores.end()) << std::hex << address << " = " << value;
    return static_cast<size_t>(found - chip_.stores.begin());
  }

  void ExpectFallback(ClockProblem problem) {
    const chip::ClockState state = chip::StartClocks(kBoard);
    EXPECT_EQ(state.problem, problem);
    EXPECT_EQ(state.hz, 20'000'000u);
    EXPECT_EQ(chip_[kSysclk] & 7, 1u);
    EXPECT_EQ(chip_[kGroupA], 3u);  // TIMER0
    EXPECT_EQ(chip_[kGroupC], 3u);  // EUSART0
    EXPECT_STRNE(chip::Describe(problem), "");
  }

  bool crystal_starts_ = true;
  bool clamped_ = false;
  uint32_t lock_outcome_ = 1;
};

TEST_F(Clocks, TakesTheStepsOfTheDocumentInItsOrder) {
  const chip::ClockState state = chip::StartClocks(kBoard);
  EXPECT_EQ(state.problem, ClockProblem::kNone);
  EXPECT_EQ(state.hz, 78'000'000u);
  const std::vector<chip::bus::StoreRecord> expected = {
      {0x40009064, 0x00160000},                            // 1 clock gates
      {0x40009068, 0x00010000}, {0x40008070, 0x00000001},  // 2 on FSRCO
      {0x4A004080, 0x0000580E},                            // 3 HFXO unlocked and stopped
      {0x4A005028, 0x05000000}, {0x4A006028, 0x00010000},
      {0x4A004010, 0x0BC00820},                            // 4 crystal start-up profile
      {0x4A004018, 0x03B48C3C},                            // 5 tuning of the BRD2601B
      {0x4A004020, 0x10000000},                            // 6 crystal mode
      {0x4A004028, 0x06010040},                            // 7 start
      {0x4001E004, 0x00000001},                            // 9 DPLL off
      {0x40010008, 0xCCF09F40},                            // 10 band
      {0x4001C00C, 0x0EFF077F},                            // 11 ratio
      {0x40008100, 0x00000001},                            // 12 reference
      {0x4001C008, 0x00000005},                            // 13 mode
      {0x4001E010, 0x00000007},                            // 14 lock
      {0x4001D004, 0x00000001}, {0x4003003C, 0x00001B71},  // 15 flash timing
      {0x40030004, 0x00100000}, {0x40008070, 0x00010401},  // 16 dividers, then select
      {0x40008070, 0x00010402}, {0x40008120, 0x00000001},  // timers and serial port on the same source
      {0x40008128, 0x00000001},
  };
  ASSERT_EQ(chip_.stores.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(chip_.stores[i].address, expected[i].address) << "step " << i;
    EXPECT_EQ(chip_.stores[i].value, expected[i].value) << "step " << i;
  }
}

TEST_F(Clocks, LeavesTheDpllBeforeItLocksItAgain) {
  chip_[kSysclk] = 0x00010402;  // as a debugger finds a running image
  EXPECT_EQ(chip::StartClocks(kBoard).hz, 78'000'000u);
  EXPECT_LT(Position(kSysclk, 0x00010401), Position(0x4001E004, 1));
}

TEST_F(Clocks, StaysOnFsrcoWhenTheCrystalDoesNotStart) {
  crystal_starts_ = false;
  ExpectFallback(ClockProblem::kCrystalStart);
}

TEST_F(Clocks, StaysOnFsrcoWhenTheCrystalDoesNotStop) {
  crystal_starts_ = false;
  chip_[kHfxoStatus] = 0x00010000;
  ExpectFallback(ClockProblem::kCrystalStop);
}

TEST_F(Clocks, StaysOnFsrcoWhenTheDpllDoesNotStop) {
  chip_[kDpllEn] = 2;
  ExpectFallback(ClockProblem::kDpllStop);
}

TEST_F(Clocks, StaysOnFsrcoWhenTheOscillatorStaysBusy) {
  chip_[kHfrcoStatus] = 2;
  ExpectFallback(ClockProblem::kBand);
}

TEST_F(Clocks, StaysOnFsrcoWhenTheBandIsClamped) {
  clamped_ = true;
  ExpectFallback(ClockProblem::kBand);
}

TEST_F(Clocks, StaysOnFsrcoWhenTheDpllFailsLowOrHighOrNotAtAll) {
  for (const uint32_t outcome : {2u, 4u, 0u}) {
    lock_outcome_ = outcome;
    ExpectFallback(ClockProblem::kLock);
  }
}

TEST_F(Clocks, StaysOnFsrcoWhenTheSystemClockDoesNotSwitch) {
  auto respond = chip_.on_store;
  chip_.on_store = [this, respond](uint32_t address, uint32_t value) {
    respond(address, value);
    if (address == kSysclk) chip_[kSysclk] = 0x00010401;
  };
  ExpectFallback(ClockProblem::kSelect);
}

// Hardware description 3.7.
TEST(CrystalTuning, EqualsTheTableOfBoards) {
  EXPECT_EQ(chip::CrystalTuning(140, 3), 0x03B48C3Cu);
  EXPECT_EQ(chip::CrystalTuning(100, 3), 0x038C643Cu);
  EXPECT_EQ(chip::CrystalTuning(87, 3), 0x037F573Cu);
  EXPECT_EQ(chip::CrystalTuning(95, 2), 0x02875F3Cu);
  EXPECT_EQ(chip::CrystalTuning(255, 0), 0x00FFFF3Cu);
}

}  // namespace
