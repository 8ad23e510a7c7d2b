// A peripheral as the bus sees it: a window of registers with SET, CLR and TGL aliases, behind a clock gate.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/sim/core/archive.h"
#include "host/sim/core/clocks.h"
#include "host/sim/core/faults.h"
#include "host/sim/core/interrupt_lines.h"
#include "host/sim/core/memories.h"
#include "host/sim/core/scheduler.h"

namespace sim {

// What a peripheral may use of the rest of the board. All outlive the peripherals.
struct Surroundings {
  Scheduler& scheduler;
  InterruptLines& interrupts;
  Clocks& clocks;
  Memories& memories;
  const InjectedFaults& faults;
};

enum class Access : uint8_t { kReadWrite, kReadOnly, kWriteOnly };

// One register as the vendor's header has it. `writable` masks the bits that a plain write stores.
struct Register {
  uint32_t offset;
  const char* name;
  Access access;
  uint32_t reset;
  uint32_t writable = 0xFFFFFFFF;
};

// An interrupt line of a block: high while one of `flags` is set in IF and enabled in IEN.
struct InterruptLine {
  unsigned irq;
  uint32_t flags = 0xFFFFFFFF;
};

// Where a block has IF and IEN, and the lines that they drive; a block without lines has neither.
struct InterruptRegisters {
  uint32_t if_offset = 0;
  uint32_t ien_offset = 0;
  std::vector<InterruptLine> lines = {};
};

// Why an access did not happen; kNone when it did.
enum class Refusal : uint8_t {
  kNone,
  kNoClock,      // the block's clock is off: bus fault
  kNoRegister,   // nothing modelled at this address
  kSize,         // registers take words only
  kNotModelled,  // the block exists on the chip, but only its name does here: bus fault and a line in the log
};

struct AccessResult {
  uint32_t value = 0;
  Refusal refusal = Refusal::kNone;
};

class Peripheral {
 public:
  // `base` is the secure address of the 16 KiB window; the non-secure alias lies 0x10000000 higher.
  // A write to IF or IEN is served here, whatever the block's lock, and the lines follow.
  Peripheral(const char* name, uint32_t base, ClockGate gate, std::vector<Register> registers,
             const Surroundings& surroundings, InterruptRegisters interrupts = {});
  virtual ~Peripheral() = default;
  Peripheral(const Peripheral&) = delete;
  Peripheral& operator=(const Peripheral&) = delete;

  const char* name() const { return name_; }
  uint32_t base() const { return base_; }
  const std::vector<Register>& registers() const { return registers_; }

  // A bus access at `offset` (0..0x3FFF) of the window. Reading an alias reads the register. Only a block
  // that has a model of its own behind its window overrides these.
  virtual AccessResult Read(uint32_t offset, unsigned size);
  virtual AccessResult Write(uint32_t offset, unsigned size, uint32_t value);

  // False for a block of which only name and window are known (stubs.h).
  virtual bool modelled() const { return true; }

  // The registers return to their reset values, and the interrupt lines follow; overrides call this and reset
  // what else they have.
  virtual void Reset();

  // Snapshot of the registers; StatefulPeripheral adds what else a block has.
  virtual void Save(Saver& saver) { Serialize(saver); }
  virtual void Load(Loader& loader) { Serialize(loader); }

 protected:
  // Before every access to a register: brings what is computed from the time (counters, flags) up to date.
  virtual void BeforeAccess() {}

  // What a read of the register at `offset` gives, possibly with an effect (a FIFO pops). Default: its word.
  virtual uint32_t OnRead(uint32_t offset) { return word(offset); }

  // A write, not to IF or IEN, after the alias was resolved: `value` is what the register would become,
  // unmasked. Default: stores the writable bits.
  virtual void OnWrite(uint32_t offset, uint32_t value) { Store(offset, value); }

  // After a write to IF or IEN.
  virtual void AfterInterruptWrite() {}

  // The register's word as stored; no check of access or aliases.
  uint32_t word(uint32_t offset) const { return words_[offset / 4]; }
  void set_word(uint32_t offset, uint32_t value) { words_[offset / 4] = value; }
  void Store(uint32_t offset, uint32_t value);  // keeps bits that are not writable

  // Sets flags of IF.
  void Raise(uint32_t flags);

  Surroundings surroundings_;

 private:
  const Register* Find(uint32_t offset) const;
  bool IsInterruptRegister(uint32_t offset) const;
  void UpdateLines();
  template <class Archive>
  void Serialize(Archive& archive) {
    for (const Register& entry : registers_) archive(words_[entry.offset / 4]);
  }

  const char* name_;
  uint32_t base_;
  ClockGate gate_;
  std::vector<Register> registers_;  // by offset
  std::vector<int16_t> index_;       // offset / 4 → position in registers_, -1 for none
  std::vector<uint32_t> words_;      // offset / 4 → value
  InterruptRegisters interrupts_;
};

// A block with state beside its registers, which snapshots have after them. `Block` is the class that derives
// from it and has, for that state, a `template <class Archive> void Serialize(Archive& archive)`.
template <class Block>
class StatefulPeripheral : public Peripheral {
 public:
  using Peripheral::Peripheral;

  void Save(Saver& saver) override {
    Peripheral::Save(saver);
    static_cast<Block*>(this)->Serialize(saver);
  }
  void Load(Loader& loader) override {
    Peripheral::Load(loader);
    static_cast<Block*>(this)->Serialize(loader);
  }
};

}  // namespace sim
