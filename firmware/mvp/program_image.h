// A launch image: the register words that the driver writes to start one MVP program, and the parts of it
// that change from launch to launch.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mvp/program_limits.h"
#include "mvp/registers.h"

namespace mvp {

// Words 0x064..0x174 of the register map in ascending order: ALU[8], ARRAY[5]x4, LOOP[8]x2, INSTR[8]x3, CMD.
// CMD is the last word on purpose: writing it (INIT|START) starts the program that the others describe.
inline constexpr size_t kImageWords = 69;

struct ProgramImage {
  std::array<uint32_t, kImageWords> words{};
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
