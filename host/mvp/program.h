// A program as the model executes it: register words decoded once per launch.
#pragma once

#include <array>
#include <cstdint>

#include "host/mvp/alu.h"
#include "host/mvp/registers.h"

namespace mvp_model {

inline constexpr int kArrays = 5;
inline constexpr int kLoops = 8;
inline constexpr int kInstructions = 8;
inline constexpr int kAluRegisters = 8;
inline constexpr int kDims = 3;

enum class BaseType : uint8_t { kUint8, kInt8, kBinary16, kReserved };

struct ArrayConfig {
  uint32_t base;  // bus address
  BaseType type;
  bool complex;
  uint8_t element_bytes;             // 1, 2 or 4; also the alignment
  std::array<uint16_t, kDims> size;  // 1..1024 elements
  std::array<int32_t, kDims> step;   // stride in bytes, modulo 2^32 when added to addresses
};

struct LoopConfig {
  uint16_t last;                           // NUMITERS: iterations - 1
  std::array<uint8_t, kArrays> increment;  // bit d: index d goes on when the loop completes
  std::array<uint8_t, kArrays> reset;      // bit d: index d returns to 0, after increments
  uint8_t arrays;                          // bit a: array a has any of both
};

struct StreamConfig {
  bool enabled;
  uint8_t reg;
  uint8_t array;      // 5..7 fault
  uint8_t increment;  // bit d
};

struct Operand {
  uint8_t reg;
  uint8_t transform;  // bits: 1 real zero, 2 real negate, 4 imaginary zero, 8 imaginary negate
};

struct Instruction {
  std::array<StreamConfig, 2> load;
  StreamConfig store;
  Operand x, y, a;
  uint8_t z;
  uint16_t op;
  const AluOperation* operation;  // what `op` means; nullptr when undefined
  bool has_load;
  uint8_t loop_begin;  // bit n
  uint8_t loop_end;    // bit n
  bool endprog;
};

struct Program {
  std::array<ArrayConfig, kArrays> arrays;
  std::array<LoopConfig, kLoops> loops;
  std::array<Instruction, kInstructions> instructions;
};

// Decodes the ARRAY, LOOP and INSTR words of a register file indexed by offset / 4.
Program Decode(const std::array<uint32_t, kRegisterWords>& words);

}  // namespace mvp_model
