// The clock tree: what the CMU selects and the oscillators deliver, as frequencies (hardware description 3).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <vector>

#include "host/sim/core/clocks.h"
#include "host/sim/core/scheduler.h"
#include "host/sim/peripherals/peripheral.h"

namespace sim {

inline constexpr uint32_t kFsrcoHz = 20'000'000;
inline constexpr uint32_t kLfHz = 32'768;    // LFXO and LFRCO
inline constexpr uint32_t kUlfrcoHz = 1000;  // ULFRCO

// What the core does, as far as clocks care: EM0, EM1 (WFI), EM2 (WFI with SLEEPDEEP), halted by a debugger.
enum class CoreState : uint32_t { kRuns, kSleeps, kDeepSleeps, kHalted };

// Whoever counts in a clock of its own is told of every change.
class ClockUser {
 public:
  // The old frequencies still hold: count up to now.
  virtual void BeforeClockChange() {}
  // The new ones hold. Also called when only the requests for an oscillator or the core's state changed.
  virtual void AfterClockChange() = 0;
  // Whether it would count differently if the core went to sleep (EM1) now: if nobody does, going to sleep
  // costs nothing.
  virtual bool StopsInSleep() const { return false; }

 protected:
  ~ClockUser() = default;
};

// The registers of the CMU that the tree depends on, as written.
struct ClockSelection {
  uint32_t sysclkctrl = 1;
  uint32_t dpllrefclkctrl = 0;
  uint32_t em01grpaclkctrl = 1;
  uint32_t em01grpcclkctrl = 1;
  uint32_t em23grpaclkctrl = 1;
  uint32_t wdog0clkctrl = 1;
  uint32_t eusart0clkctrl = 1;
  uint32_t clken0 = 0;
  uint32_t clken1 = 0;
};

// CMU.SYSCLKCTRL.CLKSEL.
enum SysclkSource : uint32_t {
  kSysclkFsrco = 1,
  kSysclkHfrcodpll = 2,
  kSysclkHfxo = 3,
};

// Frequencies in Hz; 0 for an oscillator that does not run.
class ClockTree {
 public:
  // `surroundings.clocks` is filled from now on. `hfxo_hz` is the board's crystal.
  ClockTree(const Surroundings& surroundings, uint32_t hfxo_hz);

  // Users outlive every later call. Slots added here are those whose due time is a duration of real time: it
  // moves when the core clock changes.
  void Add(ClockUser* user) { users_.push_back(user); }
  Scheduler::Slot AddTimed(const char* name, std::function<void()> callback);

  // All inputs as after a reset, at once. To be called before the peripherals' own Reset().
  void Reset();

  // Inputs; flash wait states are not one of them: the MSC writes Clocks::flash_wait_states itself.
  void SetSelection(const ClockSelection& selection);          // CMU
  void SetHfxo(bool ready);                                    // HFXO0
  void SetHfrco(bool running, uint32_t hz);                    // HFRCO0, free running
  void SetHfrcoBand(uint32_t lowest_hz, uint32_t highest_hz);  // HFRCO0: what the DPLL can tune it to
  void SetDpll(bool enabled, uint32_t locked_hz);              // DPLL0; 0 while not locked
  void SetLfxo(bool ready);                                    // LFXO
  void SetVoltageScale(unsigned vscale);                       // EMU: 1 or 2
  void SetCoreState(CoreState state);                          // the board, around sleep

  // Somebody selects the oscillator, so it starts on demand if its DISONDEMAND allows.
  bool hfxo_requested() const { return hfxo_requested_; }
  bool hfrco_requested() const { return hfrco_requested_; }
  bool lfxo_requested() const { return lfxo_requested_; }

  uint32_t sysclk_source() const { return inputs_.source; }  // the one in use, whatever CLKSEL asks for
  uint32_t dpll_reference() const;                           // of DPLLREFCLKCTRL
  uint32_t hfrco_lowest() const { return inputs_.hfrco_lowest; }
  uint32_t hfrco_highest() const { return inputs_.hfrco_highest; }
  CoreState core_state() const { return inputs_.core_state; }

  // Core cycles of a duration at the frequency of the moment, at least 1.
  Cycle CyclesOfMicroseconds(double microseconds) const;

  // Simulated time until `now`, over all changes of the core clock.
  double Seconds(Cycle now) const;

  // Limits that the program broke and settings that hang or confuse a real chip: one line each, each once.
  // Checks the limits of the moment too, as the MSC changes wait states without asking. Not part of a
  // snapshot.
  const std::vector<std::string>& warnings();
  void Warn(const std::string& line);

  void Save(Saver& saver) { Serialize(saver); }
  void Load(Loader& loader) { Serialize(loader); }

 private:
  // All that is remembered; what the rest follows from.
  struct Inputs {
    ClockSelection selection;
    uint32_t source = kSysclkFsrco;
    bool hfxo_ready = false;
    bool hfrco_runs = true;
    bool dpll_enabled = false;
    bool lfxo_ready = false;
    CoreState core_state = CoreState::kRuns;
    uint32_t hfrco_hz = 19'000'000;
    uint32_t hfrco_lowest = 17'200'000;
    uint32_t hfrco_highest = 19'700'000;
    uint32_t dpll_hz = 0;
    uint32_t voltage_scale = 2;
  };
  static_assert(std::has_unique_object_representations_v<Inputs>, "snapshots of equal states are equal");

  template <class Archive>
  void Serialize(Archive& archive) {
    archive(inputs_);
    Clocks clocks = surroundings_.clocks;
    clocks.changes = 0;
    archive(clocks);
    if constexpr (Archive::kLoads) {
      clocks.changes = surroundings_.clocks.changes + 1;
      surroundings_.clocks = clocks;
    }
    archive(hfxo_requested_);
    archive(hfrco_requested_);
    archive(lfxo_requested_);
    archive(seconds_);
    archive(seconds_at_);
  }

  // Recomputes everything and tells the users, until nothing changes any more.
  void Update();
  void UpdateOnce();
  void UpdateRequests();
  Clocks Compute() const;
  void SelectSource();
  void SetSystemClocks(Clocks& clocks) const;
  uint32_t HighFrequency(uint32_t clksel) const;  // of EM01GRPA/CCLKCTRL
  uint32_t SysclkHz(uint32_t source) const;
  void CheckLimits(const Clocks& clocks);
  void CheckFlash(const Clocks& clocks);
  void CheckBranches(const Clocks& clocks);
  void MoveTimedSlots(uint32_t old_hz, uint32_t new_hz);

  Surroundings surroundings_;
  uint32_t hfxo_hz_;
  Inputs inputs_;
  bool hfxo_requested_ = false;
  bool hfrco_requested_ = false;
  bool lfxo_requested_ = false;
  double seconds_ = 0;  // until seconds_at_
  Cycle seconds_at_ = 0;

  std::vector<ClockUser*> users_;
  std::vector<Scheduler::Slot> timed_slots_;
  std::vector<std::string> warnings_;
  bool updating_ = false;
  bool again_ = false;
};

}  // namespace sim
