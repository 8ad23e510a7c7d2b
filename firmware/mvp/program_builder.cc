// Encoding of arrays, loops and instructions, and the checks of their limits.
#include "mvp/program_builder.h"

#include <algorithm>

namespace mvp {
namespace {

constexpr uint32_t kMaxArrays = 5;
constexpr uint32_t kMaxLoops = 8;
constexpr uint32_t kMaxInstructions = 8;
constexpr uint32_t kMaxRegister = 7;

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
    case Limit::kNoEnd:
      return "end of the program";
  }
  return "unknown";
}

Instruction& Instruction::Operand(int shift, uint32_t reg) {
  if (reg > kMaxRegister) bad_register_ = static_cast<int32_t>(reg);
  cfg0_ |= (reg & 7) << shift;
  return *this;
}

Instruction& Instruction::Stream(int number, uint32_t reg, ArrayId array, uint8_t advance) {
  if (reg > kMaxRegister) bad_register_ = static_cast<int32_t>(reg);
  const uint32_t group = (reg & 7) | 1u << 3 | (array.index & 7u) << 4 | (advance & 7u) << 7;
  cfg1_ |= group << (10 * number);
  return *this;
}

Instruction& Instruction::Load(uint32_t reg, ArrayId array, uint8_t advance) {
  const int number = loads_++;
  return number < 2 ? Stream(number, reg, array, advance) : *this;
}

Instruction& Instruction::SkipLoad0() {
  loads_ = std::max(loads_, 1);
  return *this;
}

Instruction& Instruction::Store(uint32_t reg, ArrayId array, uint8_t advance) {
  return Stream(2, reg, array, advance);
}

Instruction& Instruction::Begin(LoopId loop) {
  cfg2_ |= 1u << (2 * (loop.index & 7u));
  return *this;
}

Instruction& Instruction::End(LoopId loop) {
  cfg2_ |= 2u << (2 * (loop.index & 7u));
  return *this;
}

Instruction& Instruction::Last() {
  cfg2_ |= 1u << 31;
  return *this;
}

void ProgramBuilder::Check(bool ok, Limit limit, int64_t value, int32_t bound) {
  if (!ok && result_.ok()) result_ = {limit, static_cast<int32_t>(value), bound};
}

ArrayId ProgramBuilder::AddArray(const ArraySpec& spec) {
  Check(arrays_ < kMaxArrays, Limit::kArrays, arrays_ + 1, kMaxArrays);
  const uint32_t scalar_bytes = spec.type == ElementType::kBinary16 ? 2 : 1;
  const uint32_t element_bytes = spec.lanes == Lanes::kPair ? 2 * scalar_bytes : scalar_bytes;
  Check(spec.address % element_bytes == 0, Limit::kAlignment, spec.address % element_bytes,
        static_cast<int32_t>(element_bytes));
  for (const Dim& dim : spec.dims) {
    Check(dim.size >= 1 && dim.size <= kMaxCount, Limit::kSize, dim.size, kMaxCount);
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
  Check(iterations >= 1 && iterations <= kMaxCount, Limit::kIterations, iterations, kMaxCount);
  if (!result_.ok()) return {0};
  image_.words[kLoopWord + 2 * loops_] = iterations - 1;
  return {static_cast<uint8_t>(loops_++)};
}

void ProgramBuilder::AdvanceAtEnd(LoopId loop, ArrayId array, uint8_t dims) {
  image_.words[kLoopWord + 2 * loop.index] |= (dims & 7u) << (12 + 4 * array.index);
}

void ProgramBuilder::ResetAtEnd(LoopId loop, ArrayId array, uint8_t dims) {
  image_.words[kLoopWord + 2 * loop.index + 1] |= (dims & 7u) << (12 + 4 * array.index);
}

void ProgramBuilder::SetRegister(uint32_t reg, uint16_t real, uint16_t imag) {
  Check(reg <= kMaxRegister, Limit::kRegister, reg, kMaxRegister);
  if (result_.ok()) mvp::SetRegister(image_, reg, real, imag);
}

void ProgramBuilder::Add(const Instruction& instruction) {
  Check(instructions_ < kMaxInstructions, Limit::kInstructions, instructions_ + 1, kMaxInstructions);
  Check(instruction.bad_register_ < 0, Limit::kRegister, instruction.bad_register_, kMaxRegister);
  Check(instruction.loads_ <= 2, Limit::kLoads, instruction.loads_, 2);
  if (!result_.ok()) return;
  uint32_t* words = &image_.words[kInstrWord + 3 * instructions_++];
  words[0] = instruction.cfg0_;
  words[1] = instruction.cfg1_;
  words[2] = instruction.cfg2_;
}

BuildResult ProgramBuilder::Build(ProgramImage* image) const {
  if (!result_.ok()) return result_;
  if (instructions_ == 0) return {Limit::kInstructions, 0, 1};
  if ((image_.words[kInstrWord + 3 * (instructions_ - 1) + 2] >> 31) == 0) {
    return {Limit::kNoEnd, static_cast<int32_t>(instructions_), kMaxInstructions};
  }
  *image = image_;
  image->words[kCmdWord] = CMD_INIT | CMD_START;
  return {};
}

}  // namespace mvp
