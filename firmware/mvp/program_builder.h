// Writes MVP programs: registers, arrays, loops and instructions with their limits checked, into a launch
// image.
//
//   ProgramBuilder program;
//   const RegisterId sum = program.AddRegister(), x = program.AddRegister(), w = program.AddRegister();
//   const ArrayId inputs = program.AddArray({address, ElementType::kInt8, Lanes::kPair, {{{}, {}, {n, 1}}}});
//   const ArrayId weights = …
//   const LoopId loop = program.AddLoop(n);
//   program.Add(Instruction(AluOp::MACR2A).Z(sum).X(x).Y(w).A(sum)
//                   .Load(x, inputs, kDim2).Load(w, weights, kDim2).Begin(loop).End(loop).Last());
//   BuildResult result = program.Build(&image);
//
// All of it is constexpr: a program of constants can be built, and refused, by the compiler. Being inline,
// what is long is kept out of line by attribute, so that flash holds it once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mvp/instruction.h"
#include "mvp/program_image.h"
#include "mvp/program_limits.h"
#include "mvp/registers.h"

namespace mvp {

// Values are those of ARRAY[i].DIM0CFG.BASETYPE.
enum class ElementType : uint8_t { kUint8 = 0, kInt8 = 1, kBinary16 = 2 };
enum class Lanes : uint8_t { kScalar = 0, kPair = 1 };  // DIM0CFG.COMPLEX

// Both in elements, where a pair is one element.
struct Dim {
  uint32_t size = 1;
  int32_t stride = 0;
};

struct ArraySpec {
  uint32_t address;  // on the accelerator's bus; 0 when it is set before each launch
  ElementType type;
  Lanes lanes;
  std::array<Dim, 3> dims;
};

constexpr uint32_t EncodeDim(const Dim& dim) {
  return (dim.size - 1) | (static_cast<uint32_t>(dim.stride) & 0xFFF) << 16;
}

class ProgramBuilder {
 public:
  // Registers, arrays and loops are added before what refers to them.

  // A register for one purpose, R0 first; it starts as 0. A second name for it, where two purposes follow
  // each other, is a copy of the id.
  [[gnu::noinline]] constexpr RegisterId AddRegister() {
    Check(registers_ < kMaxRegisters, Limit::kRegisters, int64_t{registers_} + 1, kMaxRegisters);
    if (!result_.ok()) return {0};
    return {static_cast<uint8_t>(registers_++)};
  }

  [[gnu::noinline]] constexpr ArrayId AddArray(const ArraySpec& spec) {
    Check(arrays_ < kMaxArrays, Limit::kArrays, int64_t{arrays_} + 1, kMaxArrays);
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
    const ArrayId array{static_cast<uint8_t>(arrays_++)};
    const size_t position = AddressPosition(array);
    image_.words[position] = spec.address;
    image_.words[position + 1] = EncodeDim(spec.dims[0]) | static_cast<uint32_t>(spec.type) << 12 |
                                 static_cast<uint32_t>(spec.lanes) << 14;
    image_.words[position + 2] = EncodeDim(spec.dims[1]);
    image_.words[position + 3] = EncodeDim(spec.dims[2]);
    return array;
  }

  // Loops run 1..1024 times.
  [[gnu::noinline]] constexpr LoopId AddLoop(uint32_t iterations) {
    Check(loops_ < kMaxLoops, Limit::kLoops, int64_t{loops_} + 1, kMaxLoops);
    Check(CheckIterations(iterations));
    if (!result_.ok()) return {0};
    const LoopId loop{static_cast<uint8_t>(loops_++)};
    image_.words[LoopPosition(loop)] = WithIterations(0, iterations);
    return loop;
  }

  // When `loop` completes, the given indices of `array` go on by one.
  constexpr void AdvanceAtEnd(LoopId loop, ArrayId array, uint8_t dims) { AtEnd(0, loop, array, dims); }

  // When `loop` completes, the given indices of `array` return to 0.
  constexpr void ResetAtEnd(LoopId loop, ArrayId array, uint8_t dims) { AtEnd(1, loop, array, dims); }

  // What a register starts as: its lanes as binary16 bits, or the same in both.
  [[gnu::noinline]] constexpr void SetRegister(RegisterId reg, uint16_t real, uint16_t imag) {
    CheckRegister(reg.index);
    if (result_.ok()) mvp::SetRegister(image_, reg, real, imag);
  }

  constexpr void SetBothLanes(RegisterId reg, uint16_t value) { SetRegister(reg, value, value); }

  // Instructions run in the order in which they are added.
  [[gnu::noinline]] constexpr void Add(const Instruction& instruction) {
    const int64_t number = int64_t{instructions_} + 1;
    Check(instructions_ < kMaxInstructions, Limit::kInstructions, number, kMaxInstructions);
    Check(instruction.result_);
    CheckIds(instruction.largest_array_, instruction.largest_loop_);
    CheckRegister(instruction.largest_register_);
    const bool ended = instructions_ > 0 && (Marks(instructions_ - 1) & kEndsProgram) != 0;
    Check(!ended, Limit::kAfterEnd, number, number - 1);
    if (!result_.ok()) return;
    const size_t position = InstructionPosition(instructions_);
    image_.words[position] = instruction.cfg0_;
    image_.words[position + 1] = instruction.cfg1_;
    image_.words[position + 2] = instruction.cfg2_;
    ++instructions_;
  }

  // Writes the image (CMD = INIT|START). On a violated limit, the first one, `image` is unchanged.
  [[nodiscard, gnu::noinline]] constexpr BuildResult Build(ProgramImage* image) const {
    if (!result_.ok()) return result_;
    if (instructions_ == 0) return {Limit::kInstructions, 0, 1};
    if ((Marks(instructions_ - 1) & kEndsProgram) == 0) {
      return {Limit::kNoEnd, instructions_, kMaxInstructions};
    }
    const BuildResult loops = CheckLoops();
    if (!loops.ok()) return loops;
    *image = image_;
    image->words[kCmdWord] = CMD_INIT | CMD_START;
    return {};
  }

 private:
  // The instructions that begin and end a loop.
  struct Span {
    int32_t begin = -1;
    int32_t end = -1;
  };

  constexpr void Check(bool ok, Limit limit, int64_t value, int64_t bound) {
    if (!ok && result_.ok()) result_ = {limit, value, bound};
  }

  constexpr void Check(const BuildResult& result) {
    Check(result.ok(), result.violated, result.value, result.limit);
  }

  constexpr void CheckIds(int64_t largest_array, int64_t largest_loop) {
    Check(largest_array < int64_t{arrays_}, Limit::kArrayId, largest_array, int64_t{arrays_} - 1);
    Check(largest_loop < int64_t{loops_}, Limit::kLoopId, largest_loop, int64_t{loops_} - 1);
  }

  constexpr void CheckRegister(int64_t largest_register) {
    Check(largest_register < int64_t{registers_}, Limit::kRegisterId, largest_register,
          int64_t{registers_} - 1);
  }

  // `offset`: 0 for LOOP[i].CFG, 1 for LOOP[i].RST, whose fields lie alike.
  [[gnu::noinline]] constexpr void AtEnd(size_t offset, LoopId loop, ArrayId array, uint8_t dims) {
    CheckIds(array.index, loop.index);
    Check(dims <= kAllDims, Limit::kDims, dims, kAllDims);
    if (!result_.ok()) return;
    image_.words[LoopPosition(loop) + offset] |= uint32_t{dims} << (12 + 4 * array.index);
  }

  static constexpr size_t InstructionPosition(uint32_t instruction) {
    return kInstrWord + size_t{3} * instruction;
  }

  // CFG2 of an instruction: the loops that it begins and ends, and whether it ends the program.
  constexpr uint32_t Marks(uint32_t instruction) const {
    return image_.words[InstructionPosition(instruction) + 2];
  }

  // One instruction begins a loop, and the same or a later one ends it.
  constexpr BuildResult FindLoop(uint32_t loop, Span* span) const {
    int32_t begins = 0;
    int32_t ends = 0;
    for (uint8_t i = 0; i < instructions_; ++i) {
      const uint32_t marks = Marks(i) >> (2 * loop);
      if ((marks & kBeginsLoop) != 0 && ++begins == 1) span->begin = i;
      if ((marks & kEndsLoop) != 0 && ++ends == 1) span->end = i;
    }
    if (begins == 0) return {Limit::kNoBegin, loop, 1};
    if (ends == 0) return {Limit::kNoEndOfLoop, loop, 1};
    if (begins > 1) return {Limit::kBeginsOfLoop, begins, 1};
    if (ends > 1) return {Limit::kEndsOfLoop, ends, 1};
    if (span->end < span->begin) return {Limit::kLoopOrder, span->end, span->begin};
    return {};
  }

  // Two loops follow each other, or one lies inside the other. Where they begin or end together, the
  // accelerator takes the lower number for the outer one.
  static constexpr BuildResult CheckNesting(uint32_t low, const Span& first, uint32_t high,
                                            const Span& second) {
    if (first.end < second.begin || second.end < first.begin) return {};
    const bool low_is_outer =
        first.begin < second.begin || (first.begin == second.begin && first.end >= second.end);
    const Span& outer = low_is_outer ? first : second;
    const Span& inner = low_is_outer ? second : first;
    if (inner.end > outer.end) return {Limit::kLoopCrossing, inner.end, outer.end};
    const bool together = inner.begin == outer.begin || inner.end == outer.end;
    if (together && !low_is_outer) return {Limit::kLoopNumber, high, low};
    return {};
  }

  [[gnu::noinline]] constexpr BuildResult CheckLoops() const {
    std::array<Span, kMaxLoops> spans{};
    for (uint32_t loop = 0; loop < loops_; ++loop) {
      const BuildResult found = FindLoop(loop, &spans[loop]);
      if (!found.ok()) return found;
      for (uint32_t other = 0; other < loop; ++other) {
        const BuildResult nested = CheckNesting(other, spans[other], loop, spans[loop]);
        if (!nested.ok()) return nested;
      }
    }
    return {};
  }

  ProgramImage image_{};
  BuildResult result_{};
  uint32_t registers_ = 0;
  uint32_t arrays_ = 0;
  uint32_t loops_ = 0;
  uint32_t instructions_ = 0;
};

}  // namespace mvp
