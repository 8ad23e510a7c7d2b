// The part of the model that runs programs: sequencer, index units, load and store streams.
#pragma once

#include <array>
#include <cstdint>

#include "host/mvp/alu.h"
#include "host/mvp/memory.h"
#include "host/mvp/program.h"
#include "host/mvp/timing.h"

namespace mvp_model {

struct LoopState {
  uint16_t count = 0;
  bool active = false;
  uint8_t begin = 0;  // PCBEGIN
};

// What the state registers show.
struct MachineState {
  uint8_t pc = 0;
  std::array<std::array<uint16_t, kDims>, kArrays> index{};
  std::array<LoopState, kLoops> loops{};
  std::array<Lanes, kAluRegisters> registers{};
};

enum class Bus : uint8_t { kNone, kLoad0, kLoad1, kStore };

// The latched cause of a fault; `flag` is its IF bit, 0 while there is none.
struct Fault {
  uint32_t flag = 0;
  uint8_t pc = 0;
  uint8_t array = 0;
  Bus bus = Bus::kNone;
  uint8_t loop = 0;
  uint32_t address = 0;
};

enum class StepResult { kContinue, kEnded, kFaulted };

class Sequencer {
 public:
  Sequencer(Memory& memory, const CycleModel& model) : timing(model), memory_(memory) {}

  // Takes over the program and the indices in `state`; to be called before the first Step and after each
  // change of either from outside.
  void Prepare(const Program& program, bool loop_errors_halt);

  // One instruction: the reference for what follows. After kFaulted, `fault` says why; PC stays on the
  // instruction, whose loads may be done.
  StepResult Step();

  // Instructions until the program ends or faults or `timing` has counted `run_cycles`; the same as Step by
  // Step, but loops over a single instruction go in one piece unless `batches_loops` is off.
  StepResult Run(uint64_t run_cycles);

  bool batches_loops = true;
  Arithmetic arithmetic;

  MachineState state;
  Timing timing;
  Fault fault;
  uint32_t flags = 0;  // IF bits raised since the owner last took them

  // All state between two instructions but for the program, which must be in place (Prepare) when this reads
  // it back.
  template <class Archive>
  void Serialize(Archive& archive) {
    archive(state.pc);
    for (auto& index : state.index) archive(index);
    for (LoopState& loop : state.loops) {
      archive(loop.count);
      archive(loop.active);
      archive(loop.begin);
    }
    for (Lanes& lanes : state.registers) {
      archive(lanes.real);
      archive(lanes.imag);
    }
    archive(fault.flag);
    archive(fault.pc);
    archive(fault.array);
    archive(fault.bus);
    archive(fault.loop);
    archive(fault.address);
    archive(flags);
    archive(offset_);
    archive(active_loops_);
    timing.Serialize(archive);
  }

 private:
  // Iterations of the instruction at PC that are alike but for their places in memory.
  struct Batch {
    uint32_t count;
    std::array<const uint8_t*, 2> load;  // nullptr where the instruction loads nothing
    uint8_t* store;                      // or nullptr
    std::array<RepeatedLoad, 2> timing;
  };

  // Where a stream accesses memory: the region in recent_ and the offset in it. False after a fault.
  bool Locate(const StreamConfig& stream, Bus bus, uint32_t& offset);
  bool Load(int number, const StreamConfig& stream);
  bool Store(const StreamConfig& stream);
  void RunAlu(const Instruction& instruction);
  void StoreElement(const StreamConfig& stream, uint8_t* bytes);
  void StoreInteger(float value, bool is_signed, uint8_t* bytes);
  // Moves the indices `dims` of an array `times` elements on; none may pass its end on the way.
  void Advance(uint8_t array, uint8_t dims, uint32_t times = 1);
  void Reset(uint8_t array, uint8_t dims);
  void BeginLoops(const Instruction& instruction);
  void CompleteLoop(int number);
  StepResult EndLoops(const Instruction& instruction, bool& jumped);
  // What comes after the store: ends of loops and of the program, the next PC.
  StepResult Retire(const Instruction& instruction);
  StepResult Raise(uint32_t flag, Bus bus, uint8_t array, uint32_t address, uint8_t loop);
  bool EndsInsideAnother(int number) const;

  // In batch.cc.
  int LoopToBatch(const Instruction& instruction) const;
  bool RunBatch(uint64_t cycles, StepResult& result);
  bool Limit(const StreamConfig& stream, Bus bus, Batch& batch);
  int32_t StepOf(const StreamConfig& stream) const;
  void RunIterations(const Instruction& instruction, const Batch& batch);
  bool Accumulate(const Instruction& instruction, const Batch& batch);
  void LoadElement(const StreamConfig& stream, const uint8_t* bytes);

  Memory& memory_;
  Program program_{};
  std::array<uint32_t, kArrays> offset_{};          // bytes from BASE for the current indices
  std::array<Region, 4> recent_{};                  // last region of each stream, by Bus
  std::array<int8_t, kInstructions> batch_loop_{};  // the loop over each instruction alone, or -1
  uint32_t active_loops_ = 0;                       // bit n: loop n is active, as in `state`
  bool loop_errors_halt_ = true;
};

}  // namespace mvp_model
