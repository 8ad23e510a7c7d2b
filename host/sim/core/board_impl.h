// What a Board consists of, and how its parts talk to each other. The run loop is in run_loop.cc, accesses of
// the core in core_access.cc, the debugger's view in debug_access.cc, snapshots in snapshot.cc.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "host/sim/account/block_account.h"
#include "host/sim/account/instruction.h"
#include "host/sim/account/recorder.h"
#include "host/sim/core/board.h"
#include "host/sim/core/board_peripherals.h"
#include "host/sim/core/bus.h"
#include "host/sim/core/engine.h"
#include "host/sim/core/private_bus.h"
#include "host/sim/core/processor.h"

namespace sim {

class Board::Impl final : public EngineClient, public WordMemory {
 public:
  explicit Impl(const BoardSettings& board_settings);

  void PowerOn();
  void Reset(uint32_t cause_bit);
  Stop Run(Cycle until);
  Stop RunThrough(Cycle until);
  Stop Step();
  void HoldReset(bool held);
  bool Starting() const { return scheduler.now() < released_at_; }
  bool Held() const { return pin_holds_ || Starting(); }
  bool EraseDevice();

  // EngineClient
  BlockAnswer OnLimit(uint32_t address, uint32_t size) override;
  bool OnMisaligned(uint32_t address, uint32_t size) override;
  uint32_t OnRead(uint32_t address, unsigned size) override;
  void OnWrite(uint32_t address, unsigned size, uint32_t value) override;
  bool OnWatched(uint32_t address) override;
  void OnWatchedData(uint32_t address, unsigned size, bool write) override;
  // WordMemory
  bool LoadWord(uint32_t address, uint32_t& value) override;
  bool StoreWord(uint32_t address, uint32_t value) override;

  uint8_t* FindMemory(uint32_t address, uint32_t size);
  bool ReadMemory(uint32_t address, uint8_t* bytes, uint32_t size);
  bool WriteMemory(uint32_t address, const uint8_t* bytes, uint32_t size);
  bool Load(uint32_t address, const uint8_t* bytes, uint32_t size);
  uint32_t ReadRegister(unsigned dcrsr);
  bool WriteRegister(unsigned dcrsr, uint32_t value);

  void AddStop(uint32_t address);
  void RemoveStop(uint32_t address);
  void AddCall(uint32_t address, std::function<void()> call);
  void RemoveCall(uint32_t address);
  void RequestStop();

  std::vector<uint8_t> Snapshot();
  bool Restore(const std::vector<uint8_t>& snapshot);
  bool Accepts(const std::vector<uint8_t>& snapshot) const;

  void CutPowerAt(Cycle when);
  void Inject(Cycle when, uint32_t target, unsigned bit, bool is_register);

  BoardSettings settings;
  Scheduler scheduler;
  InterruptLines lines;
  Clocks clocks;
  Memories memories;
  InjectedFaults faults;
  BoardPeripherals peripherals;
  BlockAccount account;
  Recorder recorder;
  Engine engine;
  ExceptionModel exceptions;
  CoreWords words;
  Processor processor;
  Nvic nvic;
  SysTick systick;
  Dwt dwt;
  Fpb fpb;
  DebugControl debug;
  SystemControl control;
  PrivateBus private_bus;
  Bus bus;
  Cycle sleep_cycles = 0;
  Cycle halted_cycles = 0;
  uint64_t power_cycles = 0;
  bool locked_since_reset = false;  // the debug lock as the last reset found it
  std::map<std::pair<uint32_t, bool>, UnmodelledAccess> unmodelled;

 private:
  // A breakpoint: who asked for it.
  struct Watch {
    bool stop = false;   // AddStop
    bool debug = false;  // FPB or DWT
    bool send_event = false;
    std::function<void()> call;
  };
  // An instruction that the engine executes without checks of its own.
  struct Care {
    uint32_t address = 0;
    bool divides = false;
  };
  enum InjectionKind : uint32_t { kMemory, kRegister, kPower };
  struct Injection {
    Cycle when;
    uint32_t target;
    uint32_t bit;
    InjectionKind kind;
    uint32_t unused = 0;
    bool operator<(const Injection& other) const { return when < other.when; }
  };

  BoardEffects PeripheralEffects();
  SystemControlEffects ControlEffects();
  DebugEffects DebuggerEffects();
  void ConnectParts();
  void FillRam();

  // Run loop
  void Housekeep();
  bool CatchUpDue() const { return peripherals.mvp.busy() && scheduler.now() >= next_catch_up_; }
  void UpdateLimit();
  bool ReasonToStop(Stop& stop);
  bool TakeException();
  void Sleep(Cycle until);
  bool PassIdly(Cycle until);
  bool CoreStands() const;  // halted, locked up or held in reset
  void StepForDebugger(Stop& stop);
  void StepInstruction(Stop& stop);
  bool Awake();
  bool Execute(Stop& stop, uint32_t until);
  bool HandleTrap(const TrapReport& report, Stop& stop);
  void DataFault(uint32_t address);
  void StopAtWatched(uint32_t address, unsigned size, bool write);
  void Charge(uint32_t cycles) { scheduler.Pass(cycles); }
  bool AttentionNeeded();
  bool Stalled(uint32_t pc) const;

  // Instructions that need care
  bool InspectsCode() const;
  bool FindCare(uint32_t from, uint32_t end);
  Instruction InstructionAt(uint32_t address);
  bool MisalignedAt(uint32_t address);
  bool HandleCare();
  bool ConditionPasses() const;
  uint16_t Halfword(uint32_t address);
  uint32_t InstructionSize(uint32_t address);

  // Accesses of the core
  void AfterAccess();
  void NoteUnmodelled(uint32_t address, bool write, uint32_t value);
  void Refuse(std::string why);
  void FaultAccess(uint32_t address);
  void RefreshDebugWatches();
  Watch& WatchAt(uint32_t address);
  void DropWatch(uint32_t address);
  void FindSendEvents(uint32_t from, uint32_t size);

  void OnInjection();
  void ScheduleInjection();
  void MemoryChanged(uint32_t address, uint32_t size);
  template <class Archive>
  void Serialize(Archive& archive);
  template <class Archive>
  void SerializeRegisters(Archive& archive);

  Cycle run_until_ = 0;
  Cycle next_catch_up_ = kNever;
  Cycle stalled_until_ = 0;  // fetches from flash wait
  Cycle real_limit_ = 0;
  uint64_t lines_seen_ = 0, exceptions_seen_ = 0;
  bool attention_ = true;  // something is pending that may be taken once masks allow
  bool stop_requested_ = false;
  bool watches_changed_ = false;        // what the debug units or CCR.UNALIGN_TRP ask of the engine
  bool float_control_changed_ = false;  // written, and not yet the engine's
  uint32_t reset_requested_ = 0;        // RSTCAUSE bit
  bool power_cut_ = false;
  bool through_halts_ = false;  // RunThrough
  bool pin_holds_ = false;
  Cycle released_at_ = 0;
  bool stepping_ = false;
  unsigned step_blocks_ = 0;
  std::string refusal_;

  // The access that was refused: the core stands at it.
  bool access_fault_ = false, alignment_fault_ = false;
  uint32_t fault_address_ = 0;
  std::vector<uint8_t> overwritten_;  // by a store that was not to happen yet
  bool data_watch_hit_ = false;       // a comparator of the DWT matched: the core stands at the access
  bool data_watch_passes_ = false;    // which is now let through, and then the core halts
  bool watch_hit_ = false;            // stopped before the instruction at a breakpoint
  bool resumes_ = false;              // the rest of a block that was charged
  uint32_t resume_pc_ = 0;
  bool rest_of_block_ = false;             // stopped inside a block that was charged
  static constexpr uint32_t kNowhere = 1;  // odd: no instruction's address
  uint32_t resumes_from_ = kNowhere;       // the breakpoint here has been told
  Care care_;
  bool care_found_ = false;
  uint32_t care_passed_ = kNowhere;  // this instruction has been looked at

  std::map<uint32_t, Watch> watches_;
  std::vector<uint32_t> debug_addresses_;
  std::vector<Injection> injections_;
  Scheduler::Slot injection_slot_ = 0;
};

}  // namespace sim
