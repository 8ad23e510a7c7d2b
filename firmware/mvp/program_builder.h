// Writes MVP programs: arrays, loops and instructions with their limits checked, into a launch image.
//
//   ProgramBuilder program;
//   const ArrayId input = program.AddArray({address, ElementType::kInt8, Lanes::kPair, {{}, {}, {pairs,
//   1}}}); const LoopId loop = program.AddLoop(pairs);
//   program.Add(Instruction(AluOp::MACR2A).Z(5).X(6).Y(7).A(5).Load(6, input,
//   kDim2).Begin(loop).End(loop).Last()); BuildResult result = program.Build(&image);
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mvp/program_image.h"
#include "mvp/registers.h"

namespace mvp {

// Limits that kernels plan with.
inline constexpr uint32_t kMaxCount = 1024;   // elements of a dimension, iterations of a loop
inline constexpr int32_t kMinStride = -2048;  // elements
inline constexpr int32_t kMaxStride = 2047;

// What a program violates; `value` and `limit` in BuildResult say by how much.
enum class Limit {
  kNone,
  kArrays,        // at most 5
  kLoops,         // at most 8
  kInstructions,  // 1..8
  kSize,          // elements of a dimension: 1..1024
  kStride,        // -2048..2047 elements
  kAlignment,     // value: an array's address, which must be a multiple of the element's bytes (limit)
  kIterations,    // 1..1024
  kRegister,      // 0..7
  kLoads,         // at most two per instruction
  kStores,        // at most one per instruction
  kOperand,       // X, Y, A and Z of an instruction at most once each
  kArrayId,       // value: an array's number that was not added; limit: the largest that was, -1 for none
  kLoopId,        // the same of a loop
  kDims,          // kDim0 | kDim1 | kDim2 at most
  kNoBegin,       // value: the number of a loop that no instruction begins; limit: 1, the begins it needs
  kNoEndOfLoop,   // the same of its end
  kLoopOrder,     // value: the instruction that ends a loop; limit: the first one that may, which begins it
  kNoEnd,         // the last instruction must end the program
};

struct BuildResult {
  Limit violated = Limit::kNone;
  int64_t value = 0;
  int64_t limit = 0;  // the smallest value allowed when `value` is below it, else the largest
  bool ok() const { return violated == Limit::kNone; }
};

// Text of a limit, for messages: "array size", …
const char* LimitName(Limit limit);

// Values are those of ARRAY[i].DIM0CFG.BASETYPE.
enum class ElementType : uint8_t { kUint8 = 0, kInt8 = 1, kBinary16 = 2 };
enum class Lanes : uint8_t { kScalar = 0, kPair = 1 };  // DIM0CFG.COMPLEX

// Both in elements, where a pair is one element.
struct Dim {
  uint32_t size = 1;
  int32_t stride = 0;
};

// Index increments of a stream or loop; or them together.
inline constexpr uint8_t kNoDim = 0;
inline constexpr uint8_t kDim0 = 1;
inline constexpr uint8_t kDim1 = 2;
inline constexpr uint8_t kDim2 = 4;

struct ArraySpec {
  uint32_t address;  // on the accelerator's bus; 0 when it is set before each launch
  ElementType type;
  Lanes lanes;
  std::array<Dim, 3> dims;
};

// Positions in the program, made by the builder's Add functions.
struct ArrayId {
  uint8_t index;
};
struct LoopId {
  uint8_t index;
};

// One instruction: up to two loads, then the operation, then up to one store.
class Instruction {
 public:
  explicit Instruction(AluOp op) : cfg2_(static_cast<uint32_t>(op) << 20) {}

  // ALU registers 0..7. Which of X, Y and A an operation reads is in its comment in registers.h.
  // Each is set at most once; one that is not is R0.
  Instruction& X(uint32_t reg) { return Operand(0, reg); }
  Instruction& Y(uint32_t reg) { return Operand(8, reg); }
  Instruction& A(uint32_t reg) { return Operand(16, reg); }
  Instruction& Z(uint32_t reg) { return Operand(28, reg); }

  // The first load uses stream LOAD0, the second LOAD1. `advance` indices go on by one after the access.
  Instruction& Load(uint32_t reg, ArrayId array, uint8_t advance);
  // Leaves LOAD0 unused, so that the next load uses LOAD1.
  Instruction& SkipLoad0();
  Instruction& Store(uint32_t reg, ArrayId array, uint8_t advance);

  // The lower-numbered loop is the outer one where marks share an instruction.
  Instruction& Begin(LoopId loop);
  Instruction& End(LoopId loop);
  // The program ends here once all loops that end here are complete.
  Instruction& Last();

 private:
  friend class ProgramBuilder;
  Instruction& Operand(int shift, uint32_t reg);
  Instruction& Stream(int number, uint32_t reg, ArrayId array, uint8_t advance);
  Instruction& Mark(LoopId loop, uint32_t mark);
  void Note(bool ok, Limit limit, int64_t value, int64_t bound);

  uint32_t cfg0_ = 0;
  uint32_t cfg1_ = 0;
  uint32_t cfg2_;
  uint32_t operands_ = 0;  // bit n: the operand whose field begins at bit n of CFG0 is set
  int loads_ = 0;
  int stores_ = 0;
  int32_t largest_array_ = -1;  // of those that its streams use
  int32_t largest_loop_ = -1;   // of those that it begins or ends
  BuildResult result_{};
};

class ProgramBuilder {
 public:
  // Arrays and loops are added before what refers to them.
  ArrayId AddArray(const ArraySpec& spec);
  // Loops run 1..1024 times.
  LoopId AddLoop(uint32_t iterations);
  // When `loop` completes, the given indices of `array` go on by one.
  void AdvanceAtEnd(LoopId loop, ArrayId array, uint8_t dims);
  // When `loop` completes, the given indices of `array` return to 0.
  void ResetAtEnd(LoopId loop, ArrayId array, uint8_t dims);
  // Both lanes as binary16 bits.
  void SetRegister(uint32_t reg, uint16_t real, uint16_t imag);
  void Add(const Instruction& instruction);

  // Writes the image (CMD = INIT|START). On a violated limit, the first one, `image` is unchanged.
  [[nodiscard]] BuildResult Build(ProgramImage* image) const;

 private:
  void Check(bool ok, Limit limit, int64_t value, int64_t bound);
  void CheckIds(int64_t largest_array, int64_t largest_loop);
  void AtEnd(size_t word, LoopId loop, ArrayId array, uint8_t dims);
  BuildResult CheckLoop(uint32_t loop) const;

  ProgramImage image_{};
  BuildResult result_{};
  uint32_t arrays_ = 0;
  uint32_t loops_ = 0;
  uint32_t instructions_ = 0;
};

// Points array `array` of a built program to another address, which must be aligned for its elements.
inline void SetAddress(ProgramImage& image, ArrayId array, uint32_t address) {
  image.words[kArrayWord + 4 * array.index] = address;
}

// Changes how often a loop of a built program runs; outside 1..1024, the image is unchanged.
[[nodiscard]] inline BuildResult SetIterations(ProgramImage& image, LoopId loop, uint32_t iterations) {
  if (iterations < 1) return {Limit::kIterations, iterations, 1};
  if (iterations > kMaxCount) return {Limit::kIterations, iterations, kMaxCount};
  uint32_t& word = image.words[kLoopWord + 2 * loop.index];
  word = (word & ~uint32_t{0x3FF}) | (iterations - 1);
  return {};
}

// Replaces the start value of an ALU register in a built program.
inline void SetRegister(ProgramImage& image, uint32_t reg, uint16_t real, uint16_t imag) {
  image.words[kAluWord + reg] = real | static_cast<uint32_t>(imag) << 16;
}

}  // namespace mvp
