// The bands are those of the vendor's clock driver.
#include "host/sim/peripherals/hfrco0.h"

#include <algorithm>

namespace sim {
namespace {

constexpr uint32_t kCtrl = 0x004, kCal = 0x008, kStatus = 0x00C, kIf = 0x010, kIen = 0x014, kLock = 0x01C;
constexpr uint32_t kKey = 0x8195;
constexpr uint32_t kForceEn = 1u << 0, kDisOnDemand = 1u << 1;
constexpr uint32_t kRdy = 1u << 0, kFreqBsy = 1u << 1, kEns = 1u << 16, kLocked = 1u << 31;
constexpr uint32_t kFreqRangeShift = 16, kFreqRangeMask = 31u << kFreqRangeShift, kFreqRangeMax = 16;
// Not documented: how long a new CAL takes to settle.
constexpr double kSettleMicroseconds = 2;

// By FREQRANGE: nominal frequency, and the range that the vendor uses the band for, in kHz. Bands that
// DEVINFO has no trim word for stand in the middle of their range.
struct Band {
  uint32_t nominal, lowest, highest;
};
constexpr Band kBands[kFreqRangeMax + 1] = {
    {4'000, 3'600, 4'220},    {4'670, 4'220, 5'120},    {5'525, 5'120, 5'930},    {7'000, 5'930, 7'520},
    {8'520, 7'520, 9'520},    {10'660, 9'520, 11'800},  {13'000, 11'800, 14'400}, {16'000, 14'400, 17'200},
    {19'000, 17'200, 19'700}, {21'750, 19'700, 23'800}, {26'000, 23'800, 28'700}, {32'000, 28'700, 34'800},
    {38'000, 34'800, 42'800}, {48'000, 42'800, 51'600}, {56'000, 51'600, 60'500}, {64'000, 60'500, 72'600},
    {80'000, 72'600, 80'000},
};

std::vector<Register> Registers() {
  return {
      {0x000, "IPVERSION", Access::kReadOnly, 0x00000002},
      {kCtrl, "CTRL", Access::kReadWrite, 0x00000000, 0x00000007},
      {kCal, "CAL", Access::kReadWrite, 0xA8689F7F, 0xFFFFBF7F},
      {kStatus, "STATUS", Access::kReadOnly, 0x00000000},
      {kIf, "IF", Access::kReadWrite, 0x00000000, 0x00000001},
      {kIen, "IEN", Access::kReadWrite, 0x00000000, 0x00000001},
      {kLock, "LOCK", Access::kReadWrite, 0x00008195, 0x0000FFFF},
  };
}

uint32_t FreqRange(uint32_t cal) { return (cal & kFreqRangeMask) >> kFreqRangeShift; }

// CLKDIV 3 is reserved; taken as 2.
uint32_t Divider(uint32_t cal) { return 1u << std::min(cal >> 24 & 3, 2u); }

}  // namespace

Hfrco0::Hfrco0(const Surroundings& surroundings, ClockTree& tree)
    : StatefulPeripheral("HFRCO0", 0x40010000, {0, 18}, Registers(), surroundings,
                         {kIf, kIen, {{kIrqHfrco0}}}),
      tree_(tree),
      lock_(kKey),
      slot_(tree.AddTimed("HFRCO0 settles", [this] { Settle(); })) {
  tree.Add(this);
}

void Hfrco0::Reset() {
  Peripheral::Reset();
  lock_.Reset();
  has_deferred_ = false;
  runs_ = false;
  surroundings_.scheduler.Cancel(slot_);
  Settle();
}

uint32_t Hfrco0::OnRead(uint32_t offset) {
  if (offset != kStatus) return word(offset);
  return (runs_ ? kRdy | kEns : 0) | (Busy() ? kFreqBsy : 0) | (lock_.locked() ? kLocked : 0);
}

void Hfrco0::OnWrite(uint32_t offset, uint32_t value) {
  if (offset == kLock) {
    lock_.Write(value);
  } else if (lock_.locked()) {
    tree_.Warn("a register of HFRCO0 was written while locked, which has no effect");
  } else if (offset == kCal) {
    Tune(value);
  } else {
    Store(offset, value);
    Evaluate();
  }
}

void Hfrco0::Tune(uint32_t value) {
  if (Busy()) {
    has_deferred_ = true;
    deferred_ = value;
    return;
  }
  const uint32_t range = std::min(FreqRange(value), kFreqRangeMax);
  Store(kCal, (value & ~kFreqRangeMask) | range << kFreqRangeShift);
  const Band& band = kBands[range];
  tree_.SetHfrcoBand(band.lowest * 1000 / Divider(value), band.highest * 1000 / Divider(value));
  surroundings_.scheduler.After(slot_, tree_.CyclesOfMicroseconds(kSettleMicroseconds));
}

void Hfrco0::Settle() {
  Evaluate();
  if (!has_deferred_) return;
  has_deferred_ = false;
  Tune(deferred_);
}

// The tree takes an oscillator that may start on demand for running: it starts without delay.
void Hfrco0::Evaluate() {
  const bool forced = (word(kCtrl) & kForceEn) != 0;
  const bool may = forced || (word(kCtrl) & kDisOnDemand) == 0;
  const bool runs = forced || (may && tree_.hfrco_requested());
  if (runs && !runs_) Raise(kRdy);
  runs_ = runs;
  if (Busy()) return;
  const uint32_t cal = word(kCal);
  tree_.SetHfrco(may, kBands[FreqRange(cal)].nominal * 1000 / Divider(cal));
}

}  // namespace sim
