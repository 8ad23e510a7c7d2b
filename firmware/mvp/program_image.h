// A launch image: the register words that the driver writes to start one MVP program.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace mvp {

// Words 0x064..0x174 of the register map in ascending order: ALU[8], ARRAY[5]x4, LOOP[8]x2, INSTR[8]x3, CMD.
// CMD is the last word on purpose: writing it (INIT|START) starts the program that the others describe.
inline constexpr size_t kImageWords = 69;

struct ProgramImage {
  std::array<uint32_t, kImageWords> words{};
};

}  // namespace mvp
