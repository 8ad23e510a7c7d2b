// The virtual xG24: core, memories, peripherals and accelerator on one clock. The interface that the Python
// binding, the debug port and the tests use. Not thread safe; one Board per process thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/sim/account/block_account.h"
#include "host/sim/core/faults.h"
#include "host/sim/core/scheduler.h"
#include "host/sim/peripherals/serial_line.h"

namespace sim {

// RAM that the chip does not have, for programs of the core alone that were linked for another machine.
struct ExtraRam {
  uint32_t base = 0;   // a multiple of 1 KiB, where the chip has nothing
  uint32_t bytes = 0;  // the same
};

struct BoardSettings {
  uint32_t flash_bytes = 0x180000;
  uint32_t ram_bytes = 0x40000;
  uint32_t part = 0x0118051E;  // DEVINFO.PART; a part without MVP has no MVP behind its window
  uint64_t unique_id = 0;      // DEVINFO.EUI64; the documented prefix of virtual boards is in devinfo.h
  uint32_t hfxo_hz = 39'000'000;
  std::string cycle_model = "device-flash";  // of the accelerator
  AccountParameters account;
  bool strict = false;  // an access to anything not modelled stops the run
  bool cyccnt_runs_in_sleep = false;
  uint64_t ram_seed = 1;       // contents of RAM at power-on
  uint32_t vtor = kFlashBase;  // after reset
  std::vector<ExtraRam> extra_ram;
};

enum class StopReason : uint8_t {
  kCycles,      // the limit was reached
  kRequested,   // Stop() was called from a callback
  kBreakpoint,  // an address given to AddStop, before its instruction
  kLockup,      // a fault while handling a fault; `detail` says which
  kHalted,      // by DHCSR (debugger), or BKPT with halting debug on
  kUnmodelled,  // strict mode; `detail` names address, PC
  kPowerCut,    // injected
};

struct Stop {
  StopReason reason = StopReason::kCycles;
  uint32_t pc = 0;
  std::string detail;  // one line, "" where there is nothing to say
};

// Registers of the core by the numbers of DCRSR (Armv8-M): 0..15, 16 xPSR, 17 MSP, 18 PSP, 20
// CONTROL/FAULTMASK/ BASEPRI/PRIMASK packed, 24..27 MSP_NS, PSP_NS, MSP_S, PSP_S, 28..31 MSPLIM_S, PSPLIM_S,
// MSPLIM_NS, PSPLIM_NS, 33 FPSCR, 34 and 35 as 20 of Secure and Non-secure state, 64..95 S0..S31. The
// registers of Non-secure state read 0.
inline constexpr unsigned kXpsr = 16;
inline constexpr unsigned kMsp = 17;
inline constexpr unsigned kPsp = 18;

struct UnmodelledAccess {
  uint32_t address, pc, value;
  bool write;
  uint64_t count;  // so far, of this address and direction
};

class Board {
 public:
  explicit Board(const BoardSettings& settings);
  ~Board();

  // Power-on: memories keep flash, RAM gets its seed's contents, everything else resets.
  void PowerOn();
  // A reset with the given EMU.RSTCAUSE bit; RAM is kept.
  void Reset(uint32_t cause_bit);
  // The reset pin: the core stands from true to false, debug registers answer.
  void HoldReset(bool held);
  // The security engine has not released the core since the last reset (faults().se_start_us).
  bool starting() const;
  uint64_t power_cycles() const;  // calls of PowerOn, by whomever
  // What the security engine does on a debugger's command: flash erased, RAM 0, user data kept, no lock after
  // the next reset. False where that has been disabled.
  bool EraseDevice();
  bool debug_locked() const;

  // Lets the board run until now() is `until`, or something stops it.
  Stop Run(Cycle until);
  // One instruction, then stops (kCycles); a sleeping core sleeps until its next event.
  Stop Step();
  void RequestStop();  // from callbacks, inside Run
  // As Run, but a core that is halted or locked up stays so while time goes on: never kHalted or kLockup.
  Stop RunThrough(Cycle until);

  Cycle now() const;
  double seconds() const;  // simulated time, over all changes of the core clock
  uint32_t core_hz() const;
  uint64_t instructions() const;   // executed since power-on
  uint64_t sleep_cycles() const;   // of now(), those in which the core slept
  uint64_t halted_cycles() const;  // and in which it was halted, locked up or held in reset

  // Memory and registers of peripherals as a debugger sees them: false where the bus refuses.
  bool ReadMemory(uint32_t address, uint8_t* bytes, uint32_t size);
  bool WriteMemory(uint32_t address, const uint8_t* bytes, uint32_t size);
  // Writes flash, user data or RAM as they are (loading an image): false outside of them.
  bool Load(uint32_t address, const uint8_t* bytes, uint32_t size);
  uint32_t ReadRegister(unsigned dcrsr) const;
  bool WriteRegister(unsigned dcrsr, uint32_t value);

  // Stops before the instruction at `address`.
  void AddStop(uint32_t address);
  void RemoveStop(uint32_t address);
  // Called before the instruction at `address`, inside Run; may read, write and RequestStop.
  void AddCall(uint32_t address, std::function<void()> call);
  void RemoveCall(uint32_t address);

  // Serial port 0 or 1 (EUSART0, EUSART1): what the board sent, with the cycle of each last stop bit, and
  // what it is to receive, at `baud` of the other side (0: the board's own rate).
  std::vector<SentFrame> TakeSent(unsigned port);  // their lower 8 bits
  void Send(unsigned port, const uint8_t* bytes, size_t count, uint32_t baud);
  size_t pending_receive(unsigned port) const;  // bytes of Send that are not yet on the line
  // Called for each byte as its stop bit ends, inside Run; may RequestStop.
  void OnSent(unsigned port, std::function<void(uint8_t)> call);

  // Pins by name, PA0 to PD5 as far as the part has them: false, or nothing, for others. What the outside
  // drives (a button pulls its pin low) stays until it lets go, over resets too. The level is that of the
  // chip's output stage, else of the outside, else of the pull resistor, else low.
  bool SetPin(std::string_view name, bool level);
  bool ReleasePin(std::string_view name);
  std::optional<bool> Pin(std::string_view name) const;

  InjectedFaults& faults();
  // At cycle `when`: the power goes (flash in the middle of an erase or program is left half done; Run
  // returns kPowerCut), or a bit of RAM, flash or a core register flips.
  void CutPowerAt(Cycle when);
  void FlipBitAt(Cycle when, uint32_t address, unsigned bit);
  void FlipRegisterBitAt(Cycle when, unsigned dcrsr, unsigned bit);

  std::vector<uint8_t> Snapshot();
  // False, and nothing changed, if the bytes are not a whole snapshot of a board with these settings. The
  // recorder takes the calls before as ended.
  bool Restore(const std::vector<uint8_t>& snapshot);

  std::vector<UnmodelledAccess> unmodelled() const;
  std::string last_exception() const;  // number and name of the last fault taken, "" for none

  // The account's view of the run (profile, coverage, trace): account/recorder.h.
  class Recorder& recorder();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sim
