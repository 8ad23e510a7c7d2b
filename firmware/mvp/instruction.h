// One instruction of an MVP program: up to two loads, then the operation, then up to one store.
#pragma once

#include <algorithm>
#include <cstdint>

#include "mvp/program_image.h"
#include "mvp/program_limits.h"
#include "mvp/registers.h"

namespace mvp {

// Index increments of a stream or loop; or them together.
inline constexpr uint8_t kNoDim = 0;
inline constexpr uint8_t kDim0 = 1;
inline constexpr uint8_t kDim1 = 2;
inline constexpr uint8_t kDim2 = 4;
inline constexpr uint8_t kAllDims = kDim0 | kDim1 | kDim2;

class Instruction {
 public:
  constexpr explicit Instruction(AluOp op) : cfg2_(static_cast<uint32_t>(op) << 20) {}

  // Which of X, Y and A an operation reads is in its comment in registers.h. Each is set at most once; one
  // that is not is R0.
  constexpr Instruction& X(RegisterId reg) { return Operand(0, reg); }
  constexpr Instruction& Y(RegisterId reg) { return Operand(8, reg); }
  constexpr Instruction& A(RegisterId reg) { return Operand(16, reg); }
  constexpr Instruction& Z(RegisterId reg) { return Operand(28, reg); }

  // The first load uses stream LOAD0, the second LOAD1. `advance` indices go on by one after the access.
  constexpr Instruction& Load(RegisterId reg, ArrayId array, uint8_t advance) {
    const int number = loads_++;
    Note(number < 2, Limit::kLoads, loads_, 2);
    return number < 2 ? Stream(number, reg, array, advance) : *this;
  }

  // Leaves LOAD0 unused, so that the next load uses LOAD1; before any load.
  constexpr Instruction& SkipLoad0() {
    Note(loads_ == 0, Limit::kSkippedLoad, loads_, 0);
    loads_ = std::max(loads_, 1);
    return *this;
  }

  constexpr Instruction& Store(RegisterId reg, ArrayId array, uint8_t advance) {
    ++stores_;
    Note(stores_ <= 1, Limit::kStores, stores_, 1);
    return Stream(2, reg, array, advance);
  }

  // The lower-numbered loop is the outer one where marks share an instruction.
  constexpr Instruction& Begin(LoopId loop) { return Mark(loop, kBeginsLoop, Limit::kBeginsOfLoop); }
  constexpr Instruction& End(LoopId loop) { return Mark(loop, kEndsLoop, Limit::kEndsOfLoop); }

  // The program ends here once all loops that end here are complete.
  constexpr Instruction& Last() {
    cfg2_ |= kEndsProgram;
    return *this;
  }

 private:
  friend class ProgramBuilder;

  constexpr void Note(bool ok, Limit limit, int64_t value, int64_t bound) {
    if (!ok && result_.ok()) result_ = {limit, value, bound};
  }

  [[gnu::noinline]] constexpr Instruction& Operand(int shift, RegisterId reg) {
    Note((operands_ >> shift & 1) == 0, Limit::kOperand, 2, 1);
    operands_ |= 1u << shift;
    cfg0_ |= Field(reg) << shift;
    return *this;
  }

  [[gnu::noinline]] constexpr Instruction& Stream(int number, RegisterId reg, ArrayId array,
                                                  uint8_t advance) {
    Note(advance <= kAllDims, Limit::kDims, advance, kAllDims);
    largest_array_ = std::max<int32_t>(largest_array_, array.index);
    const uint32_t group = Field(reg) | 1u << 3 | (array.index & 7u) << 4 | (advance & 7u) << 7;
    cfg1_ |= group << (10 * number);
    return *this;
  }

  [[gnu::noinline]] constexpr Instruction& Mark(LoopId loop, uint32_t mark, Limit once) {
    largest_loop_ = std::max<int32_t>(largest_loop_, loop.index);
    const uint32_t bit = mark << (2 * (loop.index & 7u));
    Note((cfg2_ & bit) == 0, once, 2, 1);
    cfg2_ |= bit;
    return *this;
  }

  constexpr uint32_t Field(RegisterId reg) {
    largest_register_ = std::max<int32_t>(largest_register_, reg.index);
    return reg.index & 7u;
  }

  uint32_t cfg0_ = 0;
  uint32_t cfg1_ = 0;
  uint32_t cfg2_;
  uint32_t operands_ = 0;  // bit n: the operand whose field begins at bit n of CFG0 is set
  int loads_ = 0;
  int stores_ = 0;
  // The largest numbers that it uses.
  int32_t largest_array_ = -1;
  int32_t largest_loop_ = -1;
  int32_t largest_register_ = -1;
  BuildResult result_{};
};

}  // namespace mvp
