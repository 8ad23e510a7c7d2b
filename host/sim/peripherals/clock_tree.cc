// Everything follows from Inputs; each change recomputes all of it, because changes are rare.
#include "host/sim/peripherals/clock_tree.h"

#include <algorithm>
#include <cmath>

namespace sim {
namespace {

// CLKEN bits of those who make a group clock run on demand.
constexpr uint32_t kTimerGates = 0x1F0;      // CLKEN0: TIMER0 to TIMER4
constexpr uint32_t kEusart0Gate = 1u << 22;  // CLKEN1
constexpr uint32_t kEusart1Gate = 1u << 23;  // CLKEN1
constexpr uint32_t kWdog0Gate = 1u << 13;    // CLKEN0
constexpr uint32_t kEm01Hfrcodpll = 1, kEm01Hfxo = 2, kEm01Fsrco = 3, kEm01HfrcodpllRt = 5, kEm01HfxoRt = 6;
constexpr uint32_t kLfrco = 1, kLfxo = 2, kUlfrco = 3, kHclkDiv1024 = 4;
constexpr uint32_t kDpllHfxo = 1, kDpllLfxo = 2;

// Limits of hardware description 3.1, in Hz.
constexpr uint32_t kSysclkLimit = 80'000'000;
constexpr uint32_t kVscale1Limit = 40'000'000;
constexpr uint32_t kPclkLimit = 50'000'000;
constexpr uint32_t kRhclkLimit = 40'000'000;
constexpr uint32_t kNoWaitStateLimit = 40'000'000;
constexpr uint32_t kNoWaitStateVscale1Limit = 20'000'000;

uint32_t ClockSelect(uint32_t value) { return value & 7; }

bool IsHfxo(uint32_t em01) { return em01 == kEm01Hfxo || em01 == kEm01HfxoRt; }
bool IsHfrco(uint32_t em01) { return em01 == kEm01Hfrcodpll || em01 == kEm01HfrcodpllRt; }

const char* SourceName(uint32_t clksel) {
  switch (clksel) {
    case kSysclkFsrco:
      return "FSRCO";
    case kSysclkHfrcodpll:
      return "HFRCODPLL";
    case kSysclkHfxo:
      return "HFXO";
    case 4:
      return "CLKIN0";
    default:
      return "nothing";
  }
}

std::string Megahertz(uint32_t hz) {
  const std::string digits = std::to_string(hz / 1000 % 1000 + 1000).substr(1);
  return std::to_string(hz / 1'000'000) + "." + digits + " MHz";
}

}  // namespace

ClockTree::ClockTree(const Surroundings& surroundings, uint32_t hfxo_hz)
    : surroundings_(surroundings), hfxo_hz_(hfxo_hz) {
  Update();
}

Scheduler::Slot ClockTree::AddTimed(const char* name, std::function<void()> callback) {
  timed_slots_.push_back(surroundings_.scheduler.Add(name, std::move(callback)));
  return timed_slots_.back();
}

void ClockTree::Reset() {
  inputs_ = Inputs{};
  surroundings_.clocks.flash_wait_states = Clocks{}.flash_wait_states;
  Update();
}

void ClockTree::SetSelection(const ClockSelection& selection) {
  inputs_.selection = selection;
  Update();
}

void ClockTree::SetHfxo(bool ready) {
  if (inputs_.hfxo_ready == ready) return;
  inputs_.hfxo_ready = ready;
  Update();
}

void ClockTree::SetHfrco(bool running, uint32_t hz) {
  if (inputs_.hfrco_runs == running && inputs_.hfrco_hz == hz) return;
  inputs_.hfrco_runs = running;
  inputs_.hfrco_hz = hz;
  Update();
}

void ClockTree::SetHfrcoBand(uint32_t lowest_hz, uint32_t highest_hz) {
  inputs_.hfrco_lowest = lowest_hz;
  inputs_.hfrco_highest = highest_hz;
}

void ClockTree::SetDpll(bool enabled, uint32_t locked_hz) {
  if (inputs_.dpll_enabled == enabled && inputs_.dpll_hz == locked_hz) return;
  inputs_.dpll_enabled = enabled;
  inputs_.dpll_hz = locked_hz;
  Update();
}

void ClockTree::SetLfxo(bool ready) {
  if (inputs_.lfxo_ready == ready) return;
  inputs_.lfxo_ready = ready;
  Update();
}

void ClockTree::SetVoltageScale(unsigned vscale) {
  if (inputs_.voltage_scale == vscale) return;
  inputs_.voltage_scale = vscale;
  Update();
}

void ClockTree::SetCoreState(CoreState state) {
  const CoreState before = inputs_.core_state;
  if (before == state) return;
  inputs_.core_state = state;
  const auto light = [](CoreState s) { return s == CoreState::kRuns || s == CoreState::kSleeps; };
  const bool matters =
      std::any_of(users_.begin(), users_.end(), [](ClockUser* u) { return u->StopsInSleep(); });
  if (!light(before) || !light(state) || matters) Update();
}

uint32_t ClockTree::dpll_reference() const {
  switch (inputs_.selection.dpllrefclkctrl & 3) {
    case kDpllHfxo:
      return inputs_.hfxo_ready ? hfxo_hz_ : 0;
    case kDpllLfxo:
      return inputs_.lfxo_ready ? kLfHz : 0;
    default:
      return 0;
  }
}

Cycle ClockTree::CyclesOfMicroseconds(double microseconds) const {
  const double cycles = std::ceil(microseconds * surroundings_.clocks.hclk / 1e6);
  return std::max<Cycle>(1, static_cast<Cycle>(cycles));
}

double ClockTree::Seconds(Cycle now) const {
  return seconds_ + static_cast<double>(now - seconds_at_) / surroundings_.clocks.hclk;
}

const std::vector<std::string>& ClockTree::warnings() {
  CheckLimits(surroundings_.clocks);
  return warnings_;
}

void ClockTree::Warn(const std::string& line) {
  if (std::find(warnings_.begin(), warnings_.end(), line) == warnings_.end()) warnings_.push_back(line);
}

void ClockTree::Update() {
  again_ = true;
  if (updating_) return;
  updating_ = true;
  while (again_) {
    again_ = false;
    UpdateOnce();
  }
  updating_ = false;
}

void ClockTree::UpdateOnce() {
  for (ClockUser* user : users_) user->BeforeClockChange();
  SelectSource();
  UpdateRequests();
  Clocks& clocks = surroundings_.clocks;
  const Clocks next = Compute();
  CheckLimits(next);
  if (next.hclk != clocks.hclk) {
    const Cycle now = surroundings_.scheduler.now();
    seconds_ = Seconds(now);
    seconds_at_ = now;
    MoveTimedSlots(clocks.hclk, next.hclk);
  }
  clocks = next;
  ++clocks.changes;
  for (ClockUser* user : users_) user->AfterClockChange();
}

void ClockTree::SelectSource() {
  const uint32_t wanted = ClockSelect(inputs_.selection.sysclkctrl);
  if (wanted != inputs_.source && SysclkHz(wanted) != 0) inputs_.source = wanted;
  const std::string source = SourceName(inputs_.source);
  if (wanted != inputs_.source) {
    Warn("CMU.SYSCLKCTRL selects " + std::string(SourceName(wanted)) +
         ", which does not run: the core stays on " + source + " until it does; a chip waits");
  }
  if (SysclkHz(inputs_.source) == 0) {
    Warn(source + " was stopped while the core ran from it: a chip hangs, the simulation goes on");
  }
}

void ClockTree::UpdateRequests() {
  const ClockSelection& selected = inputs_.selection;
  const uint32_t wanted = ClockSelect(selected.sysclkctrl);
  const bool timers = (selected.clken0 & kTimerGates) != 0;
  const bool eusart0_on_group = ClockSelect(selected.eusart0clkctrl) == 1;
  const uint32_t group_c_gates = kEusart1Gate | (eusart0_on_group ? kEusart0Gate : 0);
  const bool serial = (selected.clken1 & group_c_gates) != 0;
  const uint32_t a = ClockSelect(selected.em01grpaclkctrl);
  const uint32_t c = ClockSelect(selected.em01grpcclkctrl);
  const uint32_t reference = selected.dpllrefclkctrl & 3;
  const bool dpll = inputs_.dpll_enabled;
  hfxo_requested_ = wanted == kSysclkHfxo || (dpll && reference == kDpllHfxo) || (timers && IsHfxo(a)) ||
                    (serial && IsHfxo(c));
  hfrco_requested_ = wanted == kSysclkHfrcodpll || dpll || (timers && IsHfrco(a)) || (serial && IsHfrco(c));
  lfxo_requested_ = (dpll && reference == kDpllLfxo) ||
                    ((selected.clken0 & kWdog0Gate) != 0 && ClockSelect(selected.wdog0clkctrl) == kLfxo) ||
                    ((selected.clken1 & kEusart0Gate) != 0 && ClockSelect(selected.eusart0clkctrl) == 4);
}

Clocks ClockTree::Compute() const {
  const ClockSelection& selected = inputs_.selection;
  Clocks next = surroundings_.clocks;
  next.hfxo = inputs_.hfxo_ready ? hfxo_hz_ : 0;
  next.hfrco_dpll = !inputs_.hfrco_runs ? 0 : inputs_.dpll_hz != 0 ? inputs_.dpll_hz : inputs_.hfrco_hz;
  next.clken0 = selected.clken0;
  next.clken1 = selected.clken1;
  SetSystemClocks(next);
  const bool asleep = inputs_.core_state == CoreState::kDeepSleeps;
  next.em01grpa = asleep ? 0 : HighFrequency(ClockSelect(selected.em01grpaclkctrl));
  next.em01grpc = asleep ? 0 : HighFrequency(ClockSelect(selected.em01grpcclkctrl));
  const uint32_t lfxo = inputs_.lfxo_ready ? kLfHz : 0;
  // By CLKSEL; 0 where nothing is selected.
  const uint32_t low[] = {0, kLfHz, lfxo, kUlfrcoHz, 0, 0, 0, 0};
  next.em23grpa = low[selected.em23grpaclkctrl & 3];
  const uint32_t wdog = ClockSelect(selected.wdog0clkctrl);
  next.wdog0 = wdog == kHclkDiv1024 ? (asleep ? 0 : next.hclk / 1024) : low[wdog];
  const uint32_t eusart0[] = {0, next.em01grpc, 0, kLfHz, lfxo, 0, 0, 0};
  next.eusart0 = eusart0[ClockSelect(selected.eusart0clkctrl)];
  return next;
}

void ClockTree::SetSystemClocks(Clocks& clocks) const {
  const uint32_t control = inputs_.selection.sysclkctrl;
  const uint32_t hz = SysclkHz(inputs_.source);
  if (hz != 0) clocks.sysclk = hz;
  clocks.hclk = clocks.sysclk / ((control >> 12 & 15) + 1);
  clocks.pclk = clocks.hclk / ((control >> 10 & 1) + 1);
  clocks.rhclk = clocks.hclk / ((control >> 16 & 1) + 1);
}

uint32_t ClockTree::HighFrequency(uint32_t clksel) const {
  if (IsHfxo(clksel)) return SysclkHz(kSysclkHfxo);
  if (IsHfrco(clksel)) return SysclkHz(kSysclkHfrcodpll);
  return clksel == kEm01Fsrco ? kFsrcoHz : 0;
}

uint32_t ClockTree::SysclkHz(uint32_t source) const {
  switch (source) {
    case kSysclkFsrco:
      return kFsrcoHz;
    case kSysclkHfrcodpll:
      if (!inputs_.hfrco_runs) return 0;
      return inputs_.dpll_hz != 0 ? inputs_.dpll_hz : inputs_.hfrco_hz;
    case kSysclkHfxo:
      return inputs_.hfxo_ready ? hfxo_hz_ : 0;
    default:
      return 0;
  }
}

void ClockTree::CheckLimits(const Clocks& clocks) {
  if (clocks.sysclk > kSysclkLimit) {
    Warn("SYSCLK of " + Megahertz(clocks.sysclk) + ": the limit is " + Megahertz(kSysclkLimit));
  }
  if (inputs_.voltage_scale == 1 && clocks.sysclk > kVscale1Limit) {
    Warn("SYSCLK of " + Megahertz(clocks.sysclk) + " at VSCALE1: the limit is " + Megahertz(kVscale1Limit));
  }
  CheckFlash(clocks);
  CheckBranches(clocks);
}

void ClockTree::CheckFlash(const Clocks& clocks) {
  const uint32_t limit = inputs_.voltage_scale == 1 ? kNoWaitStateVscale1Limit : kNoWaitStateLimit;
  if (clocks.flash_wait_states == 0 && clocks.hclk > limit) {
    Warn("HCLK of " + Megahertz(clocks.hclk) + " without flash wait states: the limit is " +
         Megahertz(limit) + "; set MSC.READCTRL first");
  }
}

void ClockTree::CheckBranches(const Clocks& clocks) {
  if (clocks.pclk > kPclkLimit) {
    Warn("PCLK of " + Megahertz(clocks.pclk) + ": the limit is " + Megahertz(kPclkLimit) +
         "; set CMU.SYSCLKCTRL.PCLKPRESC first");
  }
  if (clocks.rhclk > kRhclkLimit) {
    Warn("RHCLK of " + Megahertz(clocks.rhclk) + ": the limit is " + Megahertz(kRhclkLimit) +
         "; set CMU.SYSCLKCTRL.RHCLKPRESC first");
  }
}

void ClockTree::MoveTimedSlots(uint32_t old_hz, uint32_t new_hz) {
  const Cycle now = surroundings_.scheduler.now();
  for (const Scheduler::Slot slot : timed_slots_) {
    const Cycle due = surroundings_.scheduler.due(slot);
    if (due == kNever || due <= now) continue;
    const double left = static_cast<double>(due - now) * new_hz / old_hz;
    surroundings_.scheduler.At(slot, now + std::max<Cycle>(1, static_cast<Cycle>(std::ceil(left))));
  }
}

}  // namespace sim
