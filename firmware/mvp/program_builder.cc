// Encoding of arrays, loops and instructions, and the checks of their limits.
#include "mvp/program_builder.h"

#include <algorithm>

namespace mvp {
namespace {

constexpr uint32_t kMaxArrays = 5;
constexpr uint32_t kMaxLoops = 8;
constexpr uint32_t kMaxInstructions = 8;
constexpr uint32_t kMaxRegister = 7;
constexpr uint8_t kAllDims = kDim0 | kDim1 | kDim2;
constexpr uint32_t kBeginsLoop = 1;  // of a loop's two bits in CFG2
constexpr uint32_t kEndsLoop = 2;

uint32_t EncodeDim(const Dim& dim) {
  return (dim.size - 1) | (static_cast<uint32_t>(dim.stride) & 0xFFF) << 16;
}

}  // namespace

const char* LimitName(Limit limit) {
  switch (limit) {
    case Limit::kNone:
      return "none";
    case Limit::kArrays:
      return "number of arrays";
    case Limit::kLoops:
      return "number of loops";
    case Limit::kInstructions:
      return "number of instructions";
    case Limit::kSize:
      return "array size";
    case Limit::kStride:
      return "array stride";
    case Limit::kAlignment:
      return "array alignment";
    case Limit::kIterations:
      return "loop iterations";
    case Limit::kRegister:
      return "register number";
    case Limit::kLoads:
      return "loads of an instruction";
    case Limit::kStores:
      return "stores of an instruction";
    case Limit::kOperand:
      return "times that an instruction sets an operand";
    case Limit::kArrayId:
      return "number of an array that was not added";
    case Limit::kLoopId:
      return "number of a loop that was not added";
    case Limit::kDims:
      return "indices to advance or reset";
    case Limit::kNoBegin:
      return "loop that never begins";
    case Limit::kNoEndOfLoop:
      return "loop that never ends";
    case Limit::kLoopOrder:
      return "end of a loop before its begin";
    case Limit::kNoEnd:
      return "end of the program";
  }
  return "unknown";
}

void Instruction::Note(bool ok, Limit limit, int64_t value, int64_t bound) {
  if (!ok && result_.ok()) result_ = {limit, value, bound};
}

Instruction& Instruction::Operand(int shift, uint32_t reg) {
  Note(reg <= kMaxRegister, Limit::kRegister, reg, kMaxRegister);
  Note((operands_ >> shift & 1) == 0, Limit::kOperand, 2, 1);
  operands_ |= 1u << shift;
  cfg0_ |= (reg & 7) << shift;
  return *this;
}

Instruction& Instruction::Stream(int number, uint32_t reg, ArrayId array, uint8_t advance) {
  Note(reg <= kMaxRegister, Limit::kRegister, reg, kMaxRegister);
  Note(advance <= kAllDims, Limit::kDims, advance, kAllDims);
  largest_array_ = std::max<int32_t>(largest_array_, array.index);
  const uint32_t group = (reg & 7) | 1u << 3 | (array.index & 7u) << 4 | (advance & 7u) << 7;
  cfg1_ |= group << (10 * number);
  return *this;
}

Instruction& Instruction::Load(uint32_t reg, ArrayId array, uint8_t advance) {
  const int number = loads_++;
  Note(number < 2, Limit::kLoads, loads_, 2);
  return number < 2 ? Stream(number, reg, array, advance) : *this;
}

Instruction& Instruction::SkipLoad0() {
  loads_ = std::max(loads_, 1);
  return *this;
}

Instruction& Instruction::Store(uint32_t reg, ArrayId array, uint8_t advance) {
  ++stores_;
  Note(stores_ <= 1, Limit::kStores, stores_, 1);
  return Stream(2, reg, array, advance);
}

Instruction& Instruction::Mark(LoopId loop, uint32_t mark) {
  largest_loop_ = std::max<int32_t>(largest_loop_, loop.index);
  cfg2_ |= mark << (2 * (loop.index & 7u));
  return *this;
}

Instruction& Instruction::Begin(LoopId loop) { return Mark(loop, kBeginsLoop); }

Instruction& Instruction::End(LoopId loop) { return Mark(loop, kEndsLoop); }

Instruction& Instruction::Last() {
  cfg2_ |= 1u << 31;
  return *this;
}

void ProgramBuilder::Check(bool ok, Limit limit, int64_t value, int64_t bound) {
  if (!ok && result_.ok()) result_ = {limit, value, bound};
}

void ProgramBuilder::CheckIds(int64_t largest_array, int64_t largest_loop) {
  Check(largest_array < int64_t{arrays_}, Limit::kArrayId, largest_array, int64_t{arrays_} - 1);
  Check(largest_loop < int64_t{loops_}, Limit::kLoopId, largest_loop, int64_t{loops_} - 1);
}

ArrayId ProgramBuilder::AddArray(const ArraySpec& spec) {
  Check(arrays_ < kMaxArrays, Limit::kArrays, arrays_ + 1, kMaxArrays);
  const uint32_t scalar_bytes = spec.type == ElementType::kBinary16 ? 2 : 1;
  const uint32_t element_bytes = spec.lanes == Lanes::kPair ? 2 * scalar_bytes : scalar_bytes;
  Check(spec.address % element_bytes == 0, Limit::kAlignment, spec.address, element_bytes);
  for (const Dim& dim : spec.dims) {
    Check(dim.size >= 1, Limit::kSize, dim.size, 1);
    Check(dim.size <= kMaxCount, Limit::kSize, dim.size, kMaxCount);
    Check(dim.stride >= kMinStride && dim.stride <= kMaxStride, Limit::kStride, dim.stride,
          dim.stride < 0 ? kMinStride : kMaxStride);
  }
  if (!result_.ok()) return {0};
  uint32_t* words = &image_.words[kArrayWord + 4 * arrays_];
  words[0] = spec.address;
  words[1] = EncodeDim(spec.dims[0]) | static_cast<uint32_t>(spec.type) << 12 |
             static_cast<uint32_t>(spec.lanes) << 14;
  words[2] = EncodeDim(spec.dims[1]);
  words[3] = EncodeDim(spec.dims[2]);
  return {static_cast<uint8_t>(arrays_++)};
}

LoopId ProgramBuilder::AddLoop(uint32_t iterations) {
  Check(loops_ < kMaxLoops, Limit::kLoops, loops_ + 1, kMaxLoops);
  Check(iterations >= 1, Limit::kIterations, iterations, 1);
  Check(iterations <= kMaxCount, Limit::kIterations, iterations, kMaxCount);
  if (!result_.ok()) return {0};
  image_.words[kLoopWord + 2 * loops_] = iterations - 1;
  return {static_cast<uint8_t>(loops_++)};
}

void ProgramBuilder::AtEnd(size_t word, LoopId loop, ArrayId array, uint8_t dims) {
  CheckIds(array.index, loop.index);
  Check(dims <= kAllDims, Limit::kDims, dims, kAllDims);
  if (result_.ok()) image_.words[word + 2 * loop.index] |= uint32_t{dims} << (12 + 4 * array.index);
}

void ProgramBuilder::AdvanceAtEnd(LoopId loop, ArrayId array, uint8_t dims) {
  AtEnd(kLoopWord, loop, array, dims);
}

void ProgramBuilder::ResetAtEnd(LoopId loop, ArrayId array, uint8_t dims) {
  AtEnd(kLoopWord + 1, loop, array, dims);
}

void ProgramBuilder::SetRegister(uint32_t reg, uint16_t real, uint16_t imag) {
  Check(reg <= kMaxRegister, Limit::kRegister, reg, kMaxRegister);
  if (result_.ok()) mvp::SetRegister(image_, reg, real, imag);
}

void ProgramBuilder::Add(const Instruction& instruction) {
  Check(instructions_ < kMaxInstructions, Limit::kInstructions, instructions_ + 1, kMaxInstructions);
  const BuildResult& noted = instruction.result_;
  Check(noted.ok(), noted.violated, noted.value, noted.limit);
  CheckIds(instruction.largest_array_, instruction.largest_loop_);
  if (!result_.ok()) return;
  uint32_t* words = &image_.words[kInstrWord + 3 * instructions_++];
  words[0] = instruction.cfg0_;
  words[1] = instruction.cfg1_;
  words[2] = instruction.cfg2_;
}

// Whether an instruction begins the loop, and the same or a later one ends it.
BuildResult ProgramBuilder::CheckLoop(uint32_t loop) const {
  int64_t begin = -1;
  int64_t end = -1;
  for (uint32_t i = 0; i < instructions_; ++i) {
    const uint32_t marks = image_.words[kInstrWord + 3 * i + 2] >> (2 * loop);
    if ((marks & kBeginsLoop) != 0 && begin < 0) begin = i;
    if ((marks & kEndsLoop) != 0) end = i;
  }
  if (begin < 0) return {Limit::kNoBegin, loop, 1};
  if (end < 0) return {Limit::kNoEndOfLoop, loop, 1};
  if (end < begin) return {Limit::kLoopOrder, end, begin};
  return {};
}

BuildResult ProgramBuilder::Build(ProgramImage* image) const {
  if (!result_.ok()) return result_;
  if (instructions_ == 0) return {Limit::kInstructions, 0, 1};
  if ((image_.words[kInstrWord + 3 * (instructions_ - 1) + 2] >> 31) == 0) {
    return {Limit::kNoEnd, instructions_, kMaxInstructions};
  }
  for (uint32_t loop = 0; loop < loops_; ++loop) {
    const BuildResult loop_result = CheckLoop(loop);
    if (!loop_result.ok()) return loop_result;
  }
  *image = image_;
  image->words[kCmdWord] = CMD_INIT | CMD_START;
  return {};
}

}  // namespace mvp
