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

  // One instruction. After kFaulted, `fault` says why; PC stays on the instruction, whose loads may be done.
  StepResult Step();

  MachineState state;
  Timing timing;
  Fault fault;
  uint32_t flags = 0;  // IF bits raised since the owner last took them

 private:
  // Where a stream accesses memory: the region in recent_ and the offset in it. False after a fault.
  bool Locate(const StreamConfig& stream, Bus bus, uint32_t& offset);
  bool Load(int number, const StreamConfig& stream);
  bool Store(const StreamConfig& stream);
  void RunAlu(const Instruction& instruction);
  void StoreInteger(float value, bool is_signed, uint8_t* bytes);
  void Advance(uint8_t array, uint8_t dims);
  void Reset(uint8_t array, uint8_t dims);
  void CompleteLoop(int number);
  StepResult EndLoops(const Instruction& instruction, bool& jumped);
  StepResult Raise(uint32_t flag, Bus bus, uint8_t array, uint32_t address, uint8_t loop);
  bool EndsInsideAnother(int number) const;

  Memory& memory_;
  Program program_{};
  std::array<uint32_t, kArrays> offset_{};  // bytes from BASE for the current indices
  std::array<Region, 4> recent_{};          // last region of each stream, by Bus
  bool loop_errors_halt_ = true;
};

}  // namespace mvp_model
