// The sequencer's short cut: iterations of a loop over a single instruction, run in one piece.
//
// A batch is made of iterations that cannot fault, none of which but the last can end the loop or wrap an
// index; whatever else there is goes through Sequencer::Step. Tests run both ways and compare all that can be
// seen.
#include <algorithm>

#include "host/mvp/accumulate.h"
#include "host/mvp/sequencer.h"

namespace mvp_model {
namespace {

// For fewer iterations the preparation costs more than it saves.
constexpr uint32_t kFewestIterations = 4;

}  // namespace

// The innermost loop that begins and ends on this instruction, if all its iterations do the same: -1
// otherwise, as for instructions that would fault.
int Sequencer::LoopToBatch(const Instruction& instruction) const {
  int number = kLoops - 1;
  while (number >= 0 && (instruction.loop_end >> number & 1) == 0) --number;
  if (number < 0 || (instruction.loop_begin >> number & 1) == 0 || instruction.operation == nullptr)
    return -1;
  uint32_t used = 0;
  for (const StreamConfig* stream : {&instruction.load[0], &instruction.load[1], &instruction.store}) {
    if (!stream->enabled) continue;
    if (stream->array >= kArrays || program_.arrays[stream->array].type == BaseType::kReserved) return -1;
    if ((used >> stream->array & 1) != 0) return -1;  // two streams would share indices
    used |= 1u << stream->array;
  }
  return number;
}

// Runs as many iterations as are alike and surely begin within `cycles`; false, with nothing done but what
// Step would do as well, when these are too few.
bool Sequencer::RunBatch(uint64_t cycles, StepResult& result) {
  const int number = batch_loop_[state.pc];
  if (number < 0 || !batches_loops) return false;
  const Instruction& instruction = program_.instructions[state.pc];
  const uint32_t last = program_.loops[number].last;
  BeginLoops(instruction);
  LoopState& loop = state.loops[number];
  if (loop.begin != state.pc || loop.count + kFewestIterations > last + 1 || EndsInsideAnother(number)) {
    return false;
  }
  Batch batch{};
  batch.count = last + 1 - loop.count;
  if (batch.count * timing.longest_instruction() > cycles) {
    batch.count = static_cast<uint32_t>(cycles / timing.longest_instruction());
  }
  if (!Limit(instruction.load[0], Bus::kLoad0, batch) || !Limit(instruction.load[1], Bus::kLoad1, batch) ||
      !Limit(instruction.store, Bus::kStore, batch) || batch.count < kFewestIterations) {
    return false;
  }
  RunIterations(instruction, batch);
  const bool stores = instruction.store.enabled;
  const int stored_bytes = stores ? program_.arrays[instruction.store.array].element_bytes : 0;
  timing.Repeat(instruction, batch.timing, stored_bytes, batch.count);
  for (const StreamConfig* stream : {&instruction.load[0], &instruction.load[1], &instruction.store}) {
    if (stream->enabled) Advance(stream->array, stream->increment, batch.count);
  }
  loop.count = static_cast<uint16_t>(loop.count + batch.count - 1);
  result = Retire(instruction);
  return true;
}

int32_t Sequencer::StepOf(const StreamConfig& stream) const {
  int32_t step = 0;
  for (int d = 0; d < kDims; ++d) {
    if ((stream.increment >> d & 1) != 0) step += program_.arrays[stream.array].step[d];
  }
  return step;
}

// Ends the batch where an index of the stream wraps, and notes where in memory it goes. False when a fault is
// near; if that is one of the first access, Step will raise it again.
bool Sequencer::Limit(const StreamConfig& stream, Bus bus, Batch& batch) {
  if (!stream.enabled) return true;
  const ArrayConfig& array = program_.arrays[stream.array];
  for (int d = 0; d < kDims; ++d) {
    const uint16_t index = state.index[stream.array][d];
    if ((stream.increment >> d & 1) == 0) continue;
    if (index >= array.size[d]) return false;
    batch.count = std::min<uint32_t>(batch.count, array.size[d] - index);
  }
  uint32_t offset = 0;
  if (!Locate(stream, bus, offset)) return false;
  const Region& region = recent_[static_cast<int>(bus)];
  const int32_t step = StepOf(stream);
  const int64_t last = int64_t{offset} + int64_t{step} * (int64_t{batch.count} - 1);
  if (last < 0 || last + array.element_bytes > int64_t{region.size}) return false;
  if (bus == Bus::kStore) {
    batch.store = region.writable + offset;
  } else {
    const int number = bus == Bus::kLoad0 ? 0 : 1;
    batch.load[number] = region.bytes + offset;
    batch.timing[number] = {true, region.base + offset, step, region.kind};
  }
  return true;
}

void Sequencer::RunIterations(const Instruction& instruction, const Batch& batch) {
  if (Accumulate(instruction, batch)) return;
  const std::array<int32_t, 2> step = {batch.timing[0].step, batch.timing[1].step};
  const int32_t store_step = batch.store != nullptr ? StepOf(instruction.store) : 0;
  for (int32_t i = 0; i < static_cast<int32_t>(batch.count); ++i) {
    for (int s = 0; s < 2; ++s) {
      if (batch.load[s] != nullptr) LoadElement(instruction.load[s], batch.load[s] + i * step[s]);
    }
    if (instruction.op != NOOP) RunAlu(instruction);
    if (batch.store != nullptr) StoreElement(instruction.store, batch.store + i * store_step);
  }
}

// Sums of products of two contiguous arrays, which is what fully connected programs spend their time on.
// False, with nothing done, when the instruction is something else or the sum is not covered.
bool Sequencer::Accumulate(const Instruction& instruction, const Batch& batch) {
  const bool sums = instruction.op == MACR2A || instruction.op == MACC;
  if (!sums || arithmetic.fused || arithmetic.flush_subnormals || batch.store != nullptr) return false;
  if (batch.load[0] == nullptr || batch.load[1] == nullptr) return false;
  const uint8_t sum = instruction.z, x = instruction.x.reg, y = instruction.y.reg;
  if ((instruction.x.transform | instruction.y.transform | instruction.a.transform) != 0) return false;
  // A result in R0 may raise R0POSREAL.
  if (instruction.a.reg != sum || sum == 0 || sum == x || sum == y || x == y) return false;
  const int of_x = instruction.load[0].reg == x ? 0 : 1;
  if (instruction.load[of_x].reg != x || instruction.load[1 - of_x].reg != y) return false;

  std::array<Factors, 2> factors{};
  for (int s = 0; s < 2; ++s) {
    const ArrayConfig& array = program_.arrays[instruction.load[s].array];
    if (batch.timing[s].step != array.element_bytes) return false;
    factors[s] = {batch.load[s], array.type, array.complex};
  }
  Lanes& total = state.registers[sum];
  const bool summed = instruction.op == MACC ? AccumulateScaled(factors[0], factors[1], batch.count, total)
                                             : AccumulateLanes(factors[0], factors[1], batch.count, total);
  if (!summed) return false;
  for (int s = 0; s < 2; ++s) {
    LoadElement(instruction.load[s],
                batch.load[s] + (batch.count - 1) * static_cast<uint32_t>(batch.timing[s].step));
  }
  return true;
}

}  // namespace mvp_model
