// Execution of one instruction: loops begin, loads, ALU, store, loops end.
#include "host/mvp/sequencer.h"

#include <cmath>

namespace mvp_model {
namespace {

int LowestBit(uint32_t bits) { return __builtin_ctz(bits); }

// Adding and subtracting this rounds floats below 2^22 to integers, ties to even.
constexpr float kRoundToInteger = 12582912.0f;

float RoundToInteger(float value, bool ties_away) {
  return ties_away ? std::round(value) : (value + kRoundToInteger) - kRoundToInteger;
}

uint16_t ReadHalf(const uint8_t* bytes) { return static_cast<uint16_t>(bytes[0] | bytes[1] << 8); }

void WriteHalf(float value, uint8_t* bytes) {
  const uint16_t half = FloatToHalf(value);
  bytes[0] = static_cast<uint8_t>(half);
  bytes[1] = static_cast<uint8_t>(half >> 8);
}

float ReadLane(BaseType type, const uint8_t* bytes) {
  switch (type) {
    case BaseType::kUint8:
      return static_cast<float>(*bytes);
    case BaseType::kInt8:
      return static_cast<float>(static_cast<int8_t>(*bytes));
    default:
      return HalfToFloat(ReadHalf(bytes));
  }
}

// Zero first, then negate (section 3.6).
Lanes Transform(const Lanes& lanes, uint8_t transform) {
  Lanes result = lanes;
  if (transform == 0) return result;
  if ((transform & 1) != 0) result.real = 0.0f;
  if ((transform & 2) != 0) result.real = -result.real;
  if ((transform & 4) != 0) result.imag = 0.0f;
  if ((transform & 8) != 0) result.imag = -result.imag;
  return result;
}

}  // namespace

void Sequencer::Prepare(const Program& program, bool loop_errors_halt) {
  program_ = program;
  loop_errors_halt_ = loop_errors_halt;
  recent_ = {};
  for (int a = 0; a < kArrays; ++a) {
    offset_[a] = 0;
    for (int d = 0; d < kDims; ++d) {
      offset_[a] += static_cast<uint32_t>(program_.arrays[a].step[d]) * state.index[a][d];
    }
  }
  active_loops_ = 0;
  for (int n = 0; n < kLoops; ++n) active_loops_ |= (state.loops[n].active ? 1u : 0u) << n;
  for (int i = 0; i < kInstructions; ++i) {
    batch_loop_[i] = static_cast<int8_t>(LoopToBatch(program_.instructions[i]));
  }
}

StepResult Sequencer::Raise(uint32_t flag, Bus bus, uint8_t array, uint32_t address, uint8_t loop) {
  fault = {flag, state.pc, array, bus, loop, address};
  flags |= flag;
  return StepResult::kFaulted;
}

bool Sequencer::Locate(const StreamConfig& stream, Bus bus, uint32_t& offset) {
  if (stream.array >= kArrays || program_.arrays[stream.array].type == BaseType::kReserved) {
    Raise(kIfArrayFault, bus, stream.array, 0, 0);
    return false;
  }
  const ArrayConfig& array = program_.arrays[stream.array];
  const uint32_t address = array.base + offset_[stream.array];
  if ((address & (array.element_bytes - 1u)) != 0) {
    Raise(kIfBusAlignFault, bus, stream.array, address, 0);
    return false;
  }
  Region& recent = recent_[static_cast<int>(bus)];
  offset = address - recent.base;
  if (offset < recent.size && array.element_bytes <= recent.size - offset) return true;
  const Region* region = memory_.Find(address, array.element_bytes);
  if (region == nullptr || (bus == Bus::kStore && region->writable == nullptr)) {
    Raise(kIfBusErrFault, bus, stream.array, address, 0);
    return false;
  }
  recent = *region;
  offset = address - recent.base;
  return true;
}

bool Sequencer::Load(int number, const StreamConfig& stream) {
  const Bus bus = number == 0 ? Bus::kLoad0 : Bus::kLoad1;
  uint32_t offset = 0;
  if (!Locate(stream, bus, offset)) return false;
  const Region& region = recent_[static_cast<int>(bus)];
  timing.Fetch(number, region.base + offset, region.kind);
  LoadElement(stream, region.bytes + offset);
  Advance(stream.array, stream.increment);
  return true;
}

void Sequencer::LoadElement(const StreamConfig& stream, const uint8_t* bytes) {
  const ArrayConfig& array = program_.arrays[stream.array];
  Lanes& target = state.registers[stream.reg];
  target.real = ReadLane(array.type, bytes);
  target.imag = array.complex ? ReadLane(array.type, bytes + array.element_bytes / 2) : 0.0f;
}

void Sequencer::RunAlu(const Instruction& instruction) {
  const Lanes x = Transform(state.registers[instruction.x.reg], instruction.x.transform);
  const Lanes y = Transform(state.registers[instruction.y.reg], instruction.y.transform);
  const Lanes a = Transform(state.registers[instruction.a.reg], instruction.a.transform);
  Rounding round(arithmetic);
  const Lanes z = Execute(*instruction.operation, x, y, a, round);
  state.registers[instruction.z] = z;
  if (round.events.nan) flags |= kIfAluNan;
  if (round.events.overflow) flags |= kIfAluOf;
  if (round.events.underflow) flags |= kIfAluUf;
  // Documented only as "R0 real part positive": taken as an ALU result in R0 above zero.
  if (instruction.z == 0 && z.real > 0.0f) flags |= kIfR0PosReal;
}

void Sequencer::StoreInteger(float value, bool is_signed, uint8_t* bytes) {
  const float low = is_signed ? -128.0f : 0.0f;
  const float high = is_signed ? 127.0f : 255.0f;
  if (std::isnan(value)) {
    flags |= kIfStoreConvertNan;
    *bytes = 0;
    return;
  }
  if (std::isinf(value)) flags |= kIfStoreConvertInf;

  const float rounded = std::isinf(value) ? value : RoundToInteger(value, arithmetic.store_ties_away);
  if (rounded == 0.0f && value != 0.0f) flags |= kIfStoreConvertUf;
  if (rounded < low || rounded > high) flags |= kIfStoreConvertOf;
  const float clamped = rounded < low ? low : rounded > high ? high : rounded;
  *bytes = static_cast<uint8_t>(static_cast<int>(clamped));
}

bool Sequencer::Store(const StreamConfig& stream) {
  uint32_t offset = 0;
  if (!Locate(stream, Bus::kStore, offset)) return false;
  StoreElement(stream, recent_[static_cast<int>(Bus::kStore)].writable + offset);
  Advance(stream.array, stream.increment);
  return true;
}

void Sequencer::StoreElement(const StreamConfig& stream, uint8_t* bytes) {
  const ArrayConfig& array = program_.arrays[stream.array];
  const Lanes& source = state.registers[stream.reg];
  const int lane_bytes = array.complex ? array.element_bytes / 2 : array.element_bytes;
  for (int lane = 0; lane < (array.complex ? 2 : 1); ++lane) {
    const float value = lane == 0 ? source.real : source.imag;
    uint8_t* target = bytes + lane * lane_bytes;
    if (array.type == BaseType::kBinary16) {
      WriteHalf(value, target);
    } else {
      StoreInteger(value, array.type == BaseType::kInt8, target);
    }
  }
}

void Sequencer::Advance(uint8_t array, uint8_t dims, uint32_t times) {
  const ArrayConfig& config = program_.arrays[array];
  for (int d = 0; d < kDims; ++d) {
    if ((dims >> d & 1) == 0) continue;
    uint16_t& index = state.index[array][d];
    const uint16_t next = static_cast<uint16_t>(index + times);
    const uint16_t wrapped = next == config.size[d] || next == 1024 ? uint16_t{0} : next;
    offset_[array] += static_cast<uint32_t>(config.step[d] * (wrapped - index));
    index = wrapped;
  }
}

void Sequencer::Reset(uint8_t array, uint8_t dims) {
  for (int d = 0; d < kDims; ++d) {
    if ((dims >> d & 1) == 0) continue;
    offset_[array] -= static_cast<uint32_t>(program_.arrays[array].step[d] * state.index[array][d]);
    state.index[array][d] = 0;
  }
}

void Sequencer::CompleteLoop(int number) {
  state.loops[number].count = 0;
  state.loops[number].active = false;
  active_loops_ &= ~(1u << number);
  flags |= kIfLoop0Done << number;
  const LoopConfig& loop = program_.loops[number];
  for (uint8_t a = 0; loop.arrays >> a != 0; ++a) {
    Advance(a, loop.increment[a]);
    Reset(a, loop.reset[a]);
  }
}

// True when a loop that lies inside loop `number` has not ended: it began later, or together with a higher
// number.
bool Sequencer::EndsInsideAnother(int number) const {
  const LoopState& loop = state.loops[number];
  for (uint32_t others = active_loops_ & ~(1u << number); others != 0; others &= others - 1) {
    const int n = LowestBit(others);
    const LoopState& other = state.loops[n];
    if (other.begin > loop.begin || (other.begin == loop.begin && n > number)) return true;
  }
  return false;
}

StepResult Sequencer::EndLoops(const Instruction& instruction, bool& jumped) {
  for (uint32_t ends = instruction.loop_end, n = kLoops - 1; ends != 0; --n) {
    if ((ends >> n & 1) == 0) continue;
    ends &= ~(1u << n);
    LoopState& loop = state.loops[n];
    if (!loop.active || EndsInsideAnother(n)) {
      flags |= kIfLoopFault;
      if (loop_errors_halt_) return Raise(kIfLoopFault, Bus::kNone, 0, 0, static_cast<uint8_t>(n));
      continue;
    }
    if (loop.count != program_.loops[n].last) {
      loop.count = static_cast<uint16_t>((loop.count + 1) & 0x3FF);
      state.pc = loop.begin;
      jumped = true;
      return StepResult::kContinue;
    }
    CompleteLoop(n);
  }
  return StepResult::kContinue;
}

void Sequencer::BeginLoops(const Instruction& instruction) {
  const uint32_t beginning = instruction.loop_begin & ~active_loops_;
  for (uint32_t loops = beginning; loops != 0; loops &= loops - 1) {
    state.loops[LowestBit(loops)] = {0, true, state.pc};
  }
  active_loops_ |= beginning;
}

StepResult Sequencer::Step() {
  const Instruction& instruction = program_.instructions[state.pc];
  BeginLoops(instruction);
  timing.Begin(instruction);
  for (int s = 0; s < 2; ++s) {
    if (instruction.load[s].enabled && !Load(s, instruction.load[s])) return StepResult::kFaulted;
  }
  if (instruction.operation == nullptr) return Raise(kIfAluFault, Bus::kNone, 0, 0, 0);
  if (instruction.op != NOOP) RunAlu(instruction);
  int stored_bytes = 0;
  if (instruction.store.enabled) {
    if (!Store(instruction.store)) return StepResult::kFaulted;
    stored_bytes = program_.arrays[instruction.store.array].element_bytes;
  }
  timing.End(instruction, stored_bytes);
  return Retire(instruction);
}

StepResult Sequencer::Retire(const Instruction& instruction) {
  bool jumped = false;
  if (instruction.loop_end != 0 && EndLoops(instruction, jumped) == StepResult::kFaulted) {
    return StepResult::kFaulted;
  }
  if (jumped) return StepResult::kContinue;
  if (instruction.endprog) return StepResult::kEnded;
  if (state.pc == kInstructions - 1) return Raise(kIfLoopFault, Bus::kNone, 0, 0, 0);
  ++state.pc;
  return StepResult::kContinue;
}

StepResult Sequencer::Run(uint64_t run_cycles) {
  StepResult result = StepResult::kContinue;
  while (result == StepResult::kContinue && timing.run_cycles() < run_cycles) {
    if (!RunBatch(run_cycles - timing.run_cycles(), result)) result = Step();
  }
  return result;
}

}  // namespace mvp_model
