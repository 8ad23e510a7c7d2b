// What the architecture does around instructions: reset, exception entry and return, faults and their
// escalation, lock-up, and the floating-point context. Instructions themselves are the engine's.
#pragma once

#include <cstdint>
#include <string>

#include "host/sim/account/block_account.h"
#include "host/sim/core/core_words.h"
#include "host/sim/core/engine.h"
#include "host/sim/core/exception_model.h"

namespace sim {

// Data accesses that the processor makes by itself (stacking, vectors): words, false on a bus error.
class WordMemory {
 public:
  virtual bool LoadWord(uint32_t address, uint32_t& value) = 0;
  virtual bool StoreWord(uint32_t address, uint32_t value) = 0;

 protected:
  ~WordMemory() = default;
};

// The last fault that happened, for people.
struct FaultNote {
  uint32_t number = 0;  // of the exception as raised, before escalation; 0: none yet
  uint32_t taken = 0;   // of the exception it became
  uint32_t cfsr = 0;    // the bit that says why
  uint32_t pc = 0;
  uint32_t address = 0;
  uint32_t has_address = 0;  // 1: `address` means something; a word, so that equal states have equal bytes
};

class Processor {
 public:
  Processor(Engine& engine, ExceptionModel& exceptions, CoreWords& words, WordMemory& memory);

  // SP and PC from the vector table; everything else to its reset value. A vector that cannot be read locks
  // up. `vectors` is VTOR after reset.
  void Reset(uint32_t vectors);

  // Takes the exception that preempts what runs now, if any. Cost in cycles, 0 for none.
  uint32_t TakePending(const AccountParameters& cost);
  // Whether one would be taken, or would be but for PRIMASK (that is what ends a WFI).
  bool MayTake() { return exceptions_.Next(ExecutionPriority()) != 0; }
  bool WouldWake();

  // EXC_RETURN was loaded into the PC. Cost in cycles.
  uint32_t Return(uint32_t exc_return, const AccountParameters& cost);

  // A fault of the instruction at the PC: sets status bits, makes the exception pending, escalates.
  void Fault(Exception exception, uint32_t cfsr_bit);
  void FaultAt(Exception exception, uint32_t cfsr_bit, uint32_t address);
  void SupervisorCall();
  void BreakpointFault(bool monitor);

  // Floating point, which the engine executes whatever CPACR says: whether the instruction at the PC has to
  // be looked at first, and doing what the architecture does before it. False: it faults instead.
  bool FloatNeedsCare() const;
  bool BeforeFloat();

  PriorityMasks masks();
  int ExecutionPriority() { return exceptions_.ExecutionPriority(masks()); }
  bool FaultsIgnored();  // CCR.BFHFNMIGN at negative priority

  const FaultNote& last_fault() const { return fault_; }
  std::string LastFaultText() const;
  const std::string& lockup_text() const { return lockup_; }

  template <class Archive>
  void Serialize(Archive& archive) {
    archive(words_);
    archive(fault_);
    archive(faultmask_kept_);
  }

 private:
  struct Frame {
    uint32_t exc_return;
    unsigned derived;  // an exception that stacking raised, 0 for none
    uint32_t cfsr_bit;
  };

  bool FloatAllowed() const;
  void Lockup(const char* why);
  void Escalate(Exception exception);
  Frame Push(uint32_t return_address);
  bool PushFloat(uint32_t frame, int priority, bool thread);
  void NoteLazyFrame(uint32_t frame, int priority, bool thread);
  bool StoreFloat(uint32_t at);
  bool LoadFloat(uint32_t at);
  unsigned Arbitrate(unsigned number, const Frame& frame, int priority_before);
  void Take(unsigned number, uint32_t exc_return);
  bool Pop(uint32_t exc_return);
  bool PopFloat(uint32_t frame);
  uint32_t Fail(uint32_t exc_return, Exception exception, uint32_t cfsr_bit, const AccountParameters& cost);
  bool ReturnIsValid(uint32_t exc_return, unsigned number) const;
  void FinishReturn(uint32_t exc_return);

  Engine& engine_;
  ExceptionModel& exceptions_;
  CoreWords& words_;
  WordMemory& memory_;
  FaultNote fault_;
  std::string lockup_;
  uint32_t faultmask_kept_ = 0;  // as it was when execution went below priority 0
};

}  // namespace sim
