// A launch image: the register words that the driver writes to start one MVP program, and the parts of it
// that change from launch to launch.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mvp/program_limits.h"
#include "mvp/registers.h"
#include "port/accelerator.h"

namespace mvp {

// Words 0x064..0x174 of the register map in ascending order: ALU[8], ARRAY[5]x4, LOOP[8]x2, INSTR[8]x3, CMD.
// CMD is the last word on purpose: writing it (INIT|START) starts the program that the others describe.
inline constexpr size_t kImageWords = 69;

struct ProgramImage {
  std::array<uint32_t, kImageWords> words{};
};

// An image and how much of it a launch writes. Registers of slots that its program does not use keep what the
// program before left there, which nothing reads: of 68 words, 60 for rows and 36 for a prescale are written.
class Program {
 public:
  constexpr Program() = default;
  // Implicit, as an image is a program; `image` must outlive it.
  constexpr Program(const ProgramImage& image)  // NOLINT(google-explicit-constructor)
      : image_(&image),
        leading_(Blocks(kLoopWord + 2 * LoopsOf(image))),
        instructions_(Blocks(3 * InstructionsOf(image))) {}

  // The same, with what has been counted before; both are the counts below of this image.
  constexpr Program(const ProgramImage& image, uint8_t leading_words, uint8_t instruction_words)
      : image_(&image), leading_(leading_words), instructions_(instruction_words) {}

  constexpr const ProgramImage& image() const { return *image_; }
  constexpr bool empty() const { return image_ == nullptr; }
  // Words from the first on that hold ALU registers, arrays and loops.
  constexpr uint32_t leading_words() const { return leading_; }
  // Words from kInstrWord on.
  constexpr uint32_t instruction_words() const { return instructions_; }

 private:
  // What whole blocks add is the image's as well, and is written again or not used.
  static constexpr uint8_t Blocks(size_t words) {
    constexpr uint32_t kWords = port::RegisterBlock::kMultiple;
    return static_cast<uint8_t>((words + kWords - 1) / kWords * kWords);
  }

  static constexpr uint32_t Marks(const ProgramImage& image, uint32_t instruction) {
    return image.words[kInstrWord + size_t{3} * instruction + 2];
  }

  // Up to the one that ends the program; all where none does.
  static constexpr uint32_t InstructionsOf(const ProgramImage& image) {
    for (uint32_t i = 0; i < kMaxInstructions; ++i) {
      if ((Marks(image, i) & kEndsProgram) != 0) return i + 1;
    }
    return kMaxInstructions;
  }

  // Up to the last that an instruction begins or ends.
  static constexpr uint32_t LoopsOf(const ProgramImage& image) {
    uint32_t marked = 0;
    for (uint32_t i = 0; i < InstructionsOf(image); ++i) marked |= Marks(image, i);
    uint32_t loops = kMaxLoops;
    while (loops > 0 && (marked >> (2 * (loops - 1)) & (kBeginsLoop | kEndsLoop)) == 0) --loops;
    return loops;
  }

  const ProgramImage* image_ = nullptr;
  uint8_t leading_ = 0;
  uint8_t instructions_ = 0;
};

// What a program consists of, by its number; made by the Add functions of ProgramBuilder, in this order.
struct ArrayId {
  uint8_t index;
};
struct LoopId {
  uint8_t index;
};
struct RegisterId {
  uint8_t index;
};

// Positions in an image.
constexpr size_t AddressPosition(ArrayId array) { return kArrayWord + size_t{4} * array.index; }
constexpr size_t LoopPosition(LoopId loop) { return kLoopWord + size_t{2} * loop.index; }
constexpr size_t RegisterPosition(RegisterId reg) { return kAluWord + reg.index; }

// A loop's word with its iterations replaced; 1..1024.
constexpr uint32_t WithIterations(uint32_t word, uint32_t iterations) {
  return (word & ~uint32_t{0x3FF}) | ((iterations - 1) & 0x3FF);
}

// A register's word: both lanes as binary16 bits.
constexpr uint32_t RegisterWord(uint16_t real, uint16_t imag) {
  return real | static_cast<uint32_t>(imag) << 16;
}

constexpr BuildResult CheckIterations(uint32_t iterations) {
  if (iterations < 1) return {Limit::kIterations, iterations, 1};
  if (iterations > kMaxCount) return {Limit::kIterations, iterations, kMaxCount};
  return {};
}

// Points array `array` of a built program to another address, which must be aligned for its elements.
constexpr void SetAddress(ProgramImage& image, ArrayId array, uint32_t address) {
  image.words[AddressPosition(array)] = address;
}

// Changes how often a loop of a built program runs; outside 1..1024, the image is unchanged.
[[nodiscard]] constexpr BuildResult SetIterations(ProgramImage& image, LoopId loop, uint32_t iterations) {
  const BuildResult result = CheckIterations(iterations);
  uint32_t& word = image.words[LoopPosition(loop)];
  if (result.ok()) word = WithIterations(word, iterations);
  return result;
}

// Replaces the start value of an ALU register in a built program.
constexpr void SetRegister(ProgramImage& image, RegisterId reg, uint16_t real, uint16_t imag) {
  image.words[RegisterPosition(reg)] = RegisterWord(real, imag);
}

}  // namespace mvp
