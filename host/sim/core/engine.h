// The instruction set: one Unicorn engine with the memories mapped, its traps told as plain values. Knows
// nothing of exceptions, peripherals or time beyond charging each block to the account.
#pragma once

#include <unicorn/unicorn.h>

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "host/sim/account/block_account.h"
#include "host/sim/core/scheduler.h"

namespace sim {

// Why the core cannot simply go on; `pc` is the value that R15 has then.
enum class Trap : uint8_t {
  kNone,  // the client stopped it, or `until` was reached
  kWaitForInterrupt,
  kWaitForEvent,
  kYield,
  kSupervisorCall,
  kBreakpoint,
  kUndefined,
  kNoCoprocessor,
  kInvalidState,     // Thumb bit clear
  kStackLimit,       // an SP written below its limit
  kExceptionReturn,  // `address` is EXC_RETURN
  kFetch,            // nothing executable at the PC
  kData,             // a data access to nothing at `address`, or a store to read-only memory
};

struct TrapReport {
  Trap trap = Trap::kNone;
  uint32_t address = 0;
};

// What the client says to a block that is about to run.
enum class BlockAnswer : uint8_t {
  kCharge,    // go on, and charge it
  kNoCharge,  // go on: its cycles have been charged before
  kStop,      // do not run it
};

// The other side of the engine's callbacks.
class EngineClient {
 public:
  // Before a block when the time limit is reached.
  virtual BlockAnswer OnLimit(uint32_t address, uint32_t size) = 0;
  // Before a block in which an access may be misaligned that must not be; false: do not run it.
  virtual bool OnMisaligned(uint32_t address, uint32_t size) = 0;
  // Accesses outside of memories, inside the windows given to MapWindow, with the PC at the instruction. A
  // load or store for which StopAtAccess was called has not happened: it runs again when the core goes on.
  virtual uint32_t OnRead(uint32_t address, unsigned size) = 0;
  virtual void OnWrite(uint32_t address, unsigned size, uint32_t value) = 0;
  // Before the instruction at an address given to WatchCode; false stops the core there.
  virtual bool OnWatched(uint32_t address) = 0;
  // A data access in a range given to WatchData, or any misaligned one after WatchAlignment(true).
  virtual void OnWatchedData(uint32_t address, unsigned size, bool write) = 0;

 protected:
  ~EngineClient() = default;
};

class Engine final : public RegisterReader {
 public:
  Engine(Scheduler& scheduler, BlockAccount& account, EngineClient& client);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // False where the engine refuses (overlap, granularity 1 KiB). Buffers must outlive the engine.
  bool MapMemory(uint32_t base, uint8_t* bytes, uint32_t size, bool writable);
  bool MapWindow(uint32_t base, uint32_t size);
  // Code translated from [from, to) is forgotten.
  void ForgetCode(uint32_t from, uint32_t to);
  void ForgetAllCode();

  // Runs from the PC until a trap, or until the client stops it, or before `until` (0: nowhere).
  TrapReport Run(uint32_t until);
  void StopAtAccess();
  // Blocks beginning at or after this cycle ask the client first.
  void set_limit(Cycle limit) { limit_ = limit; }
  Cycle limit() const { return limit_; }

  void WatchCode(uint32_t address);
  void UnwatchCode(uint32_t address);
  void WatchAlignment(bool on);

  // R0..R15 (SP is the current one), and the special registers as privileged code sees them.
  uint32_t Register(unsigned number) const override;
  void SetRegister(unsigned number, uint32_t value);
  uint32_t xpsr() const;
  void set_xpsr(uint32_t value);  // all but the exception number; GE and IT included
  uint32_t ipsr() const;
  void set_ipsr(uint32_t value);  // switches SP as CONTROL says
  uint32_t control() const;
  void set_control(uint32_t value);
  enum class Special : uint8_t { kMsp, kPsp, kPrimask, kBasepri, kFaultmask };
  uint32_t special(Special which);
  void set_special(Special which, uint32_t value);
  uint32_t fpscr() const;
  void set_fpscr(uint32_t value);
  uint32_t s(unsigned number) const;
  void set_s(unsigned number, uint32_t value);

  // What the engine's interface leaves out: stack limits and the local exclusive monitor.
  struct Hidden {
    uint32_t msplim, psplim;
    bool exclusive;  // a load-exclusive waits for its store
  };
  Hidden hidden();
  void set_stack_limits(uint32_t msplim, uint32_t psplim);
  void ClearExclusive();
  // FPDSCR, with which the engine begins a floating-point context, and FPCCR.ASPEN, whether it does by
  // itself.
  void set_float_control(uint32_t fpdscr, bool aspen);

 private:
  static void OnBlock(uc_engine* uc, uint64_t address, uint32_t size, void* self);
  static void OnInterrupt(uc_engine* uc, uint32_t number, void* self);
  static bool OnInvalid(uc_engine* uc, void* self);
  static bool OnBadAccess(uc_engine* uc, uc_mem_type type, uint64_t address, int size, int64_t value,
                          void* self);
  static bool OnTlbFill(uc_engine* uc, uint64_t address, uc_mem_type type, uc_tlb_entry* entry, void* self);
  static uint64_t OnMmioRead(uc_engine* uc, uint64_t offset, unsigned size, void* window);
  static void OnMmioWrite(uc_engine* uc, uint64_t offset, unsigned size, uint64_t value, void* window);
  static void OnCode(uc_engine* uc, uint64_t address, uint32_t size, void* self);
  static void OnData(uc_engine* uc, uc_mem_type type, uint64_t address, int size, int64_t value, void* self);

  uint32_t Get(int id) const;
  void Set(int id, uint32_t value);
  bool Misaligned(const TimedBlock& block) const;
  void AddHooks();
  void AddFaultHooks();
  bool IsWritable(uint64_t address) const;
  void DropStaleIt();
  void FindHidden();
  TrapReport Classify(uc_err status);

  struct Window {
    Engine* engine;
    uint32_t base;
  };
  struct Watch {
    uint32_t address;
    uc_hook hook;
  };
  struct Range {
    uint64_t from, to;
  };

  Scheduler& scheduler_;
  BlockAccount& account_;
  EngineClient& client_;
  Cycle limit_ = 0;
  uc_engine* uc_ = nullptr;
  uc_context* context_ = nullptr;
  uc_context* at_access_ = nullptr;  // the registers at a refused access
  static constexpr unsigned kLiveRegisters = 13;
  const uint32_t* live_ = nullptr;  // R0..R12
  std::vector<Window> windows_;
  std::vector<Watch> watches_;
  std::vector<Range> writable_;              // memories
  std::unordered_set<uint32_t> code_pages_;  // of these, those that were ever executed
  bool fault_hooks_added_ = false;
  uc_hook alignment_hook_ = 0;
  TrapReport report_;
  bool stopped_ = false;
  bool stopped_at_access_ = false;
  uint32_t access_pc_ = 0, epsr_at_access_ = 0;
  uint32_t filled_pc_ = 1, filled_epsr_ = 0;  // of the last instruction in an IT block that entered a page
  bool quiet_ = false;                        // running a snippet of its own
  size_t msplim_at_ = 0, psplim_at_ = 0, exclusive_at_ = 0, fpccr_at_ = 0;
};

}  // namespace sim
