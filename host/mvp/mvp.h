// The MVP accelerator, register by register: what the host build and the virtual board put behind its
// addresses.
#pragma once

#include <array>
#include <cstdint>

#include "host/mvp/cycle_model.h"
#include "host/mvp/memory.h"
#include "host/mvp/program.h"
#include "host/mvp/registers.h"
#include "host/mvp/sequencer.h"

namespace mvp_model {

// Time passes only in Advance, and in the STEP command for one instruction. Between Advance's calls every
// register can be read and written as on the chip.
//
// Taken as documented: INIT clears PC, loops and indices, and the performance counters restart there; reset
// by SWRST keeps EN. While EN is 0 the block is held in reset: registers read their reset values, and writes
// to anything but EN are dropped; performance counters read 0 while CFG.PERFCNTEN is 0.
//
// Not modelled, because nothing says what they do exactly; their registers are plain storage: breakpoints and
// step counting (DEBUGEN, DEBUGSTEPCNT), CFG.OUTCOMPRESSDIS and CFG.INCACHEDIS. DISABLING and RESETTING are
// over at once. FAULTLOOP is 0 where no loop is involved.
class Mvp {
 public:
  explicit Mvp(const CycleModel& cycle_model = kDeviceFlash);
  Mvp(const Mvp&) = delete;
  Mvp& operator=(const Mvp&) = delete;

  Memory& memory() { return memory_; }

  // Takes effect at the next launch; must not be called while a program runs.
  void set_cycle_model(const CycleModel& cycle_model) { sequencer_.timing.set_model(cycle_model); }
  const CycleModel& cycle_model() const { return sequencer_.timing.model(); }

  // Open properties of the arithmetic; when it may be called, see set_cycle_model.
  void set_arithmetic(const Arithmetic& arithmetic) { sequencer_.arithmetic = arithmetic; }
  const Arithmetic& arithmetic() const { return sequencer_.arithmetic; }

  // Off: every instruction goes through the plain interpreter. Nothing differs but the time it takes.
  void set_batches_loops(bool batches_loops) { sequencer_.batches_loops = batches_loops; }

  // Register access at `offset` within the 0x4000-byte window, aliases included. False where there is no
  // register (the caller decides how loud to be); then nothing has happened.
  [[nodiscard]] bool Read(uint32_t offset, uint32_t* value) const;
  [[nodiscard]] bool Write(uint32_t offset, uint32_t value);

  // Lets a running program go on until it ends, faults, or at least `budget` cycles have passed (an
  // instruction is never split). Returns the cycles that passed; 0 when nothing runs.
  uint64_t Advance(uint64_t budget);

  bool running() const { return mode_ == Mode::kRunning; }

  // Level of the interrupt line: (IF & IEN) != 0.
  bool interrupt() const { return (words_[IF / 4] & words_[IEN / 4]) != 0; }

  // Power-on reset.
  void Reset();

  // Cycles and events since INIT that the 24-bit counters select from, in full width.
  Timing::Counts counts() const { return sequencer_.timing.counts(); }

  // Writes the whole state, or reads it back: `archive` is called with one variable after the other, and says
  // by `Archive::kLoads` which it does. Memory, cycle model and options are not part of it: they must be the
  // same on both sides.
  template <class Archive>
  void Serialize(Archive& archive) {
    archive(words_);
    archive(launched_);
    archive(loop_errors_halt_);
    archive(mode_);
    archive(launch_debt_);
    if constexpr (Archive::kLoads) sequencer_.Prepare(Decode(launched_), loop_errors_halt_);
    sequencer_.Serialize(archive);
  }

 private:
  enum class Mode { kIdle, kRunning, kPaused };

  uint32_t ReadPlain(uint32_t offset) const;
  uint32_t ReadState(uint32_t offset) const;
  uint32_t ReadFaultStatus() const;
  void WritePlain(uint32_t offset, uint32_t value);
  void WriteState(uint32_t offset, uint32_t value);
  void Command(uint32_t value);
  void Start();
  void Finish(StepResult result);
  void CountWraps(const Timing::Counts& before);
  void ResetRegisters();
  bool Enabled() const { return (words_[EN / 4] & 1) != 0; }

  Memory memory_;
  Sequencer sequencer_;
  std::array<uint32_t, kRegisterWords> words_{};     // plain storage; state registers live in the sequencer
  std::array<uint32_t, kRegisterWords> launched_{};  // the registers from which the program was decoded
  bool loop_errors_halt_ = true;                     // and CFG.LOOPERRHALTDIS as it was then
  Mode mode_ = Mode::kIdle;
  uint64_t launch_debt_ = 0;  // launch cycles not yet passed to Advance's caller
};

}  // namespace mvp_model
