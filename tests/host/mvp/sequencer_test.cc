// Program semantics: element types, conversions, strides and wraps, loops, order inside an instruction.
#include "host/mvp/sequencer.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "machine.h"

namespace mvp_model {
namespace {

constexpr uint32_t kOut = 4096;

std::vector<int> Bytes(const Machine& machine, uint32_t from, uint32_t count) {
  std::vector<int> bytes;
  for (uint32_t i = 0; i < count; ++i) bytes.push_back(static_cast<int8_t>(machine.ram[from + i]));
  return bytes;
}

// Copies one element by load, COPY and store in one instruction, `count` times.
void RunCopy(Machine& machine, uint32_t from_dim0, uint32_t to_dim0, uint32_t count) {
  machine.Array(0, kRamBase, from_dim0);
  machine.Array(1, kRamBase + kOut, to_dim0);
  machine.Loop(0, count);
  machine.Instr(0, COPY, Operands(0, 0, 2, 3), Stream(2, 0, 1), 0, Stream(3, 1, 1), 3 | kEnd);
  machine.Run();
}

TEST(Conversion, Uint8BecomesSaturatedInt8) {
  Machine machine;
  std::copy_n(std::array<uint8_t, 4>{0, 127, 128, 255}.begin(), 4, machine.ram.begin());
  RunCopy(machine, DimWord(4, 1), DimWord(4, 1) | kInt8Type, 4);
  EXPECT_EQ(Bytes(machine, kOut, 4), (std::vector<int>{0, 127, 127, 127}));
  EXPECT_NE(machine.Read(IF) & kIfStoreConvertOf, 0u);
}

TEST(Conversion, Binary16ToInt8RoundsTiesToEvenAndSaturates) {
  Machine machine;
  //                          0.5     1.5     2.5    -0.5    -1.5   126.5   127.5   -128.5  -129    inf    NaN
  //                          2^-24
  const uint16_t halves[] = {0x3800, 0x3E00, 0x4100, 0xB800, 0xBE00, 0x57E8,
                             0x57F8, 0xD804, 0xD808, 0x7C00, 0x7E00, 1};
  std::memcpy(machine.ram.data(), halves, sizeof halves);
  RunCopy(machine, DimWord(12, 1) | kHalfType, DimWord(12, 1) | kInt8Type, 12);
  EXPECT_EQ(Bytes(machine, kOut, 12), (std::vector<int>{0, 2, 2, 0, -2, 126, 127, -128, -128, 127, 0, 0}));
  const uint32_t all = kIfStoreConvertOf | kIfStoreConvertUf | kIfStoreConvertInf | kIfStoreConvertNan;
  EXPECT_EQ(machine.Read(IF) & all, all);
}

TEST(Conversion, TiesCanGoAwayFromZero) {
  Machine machine;
  machine.mvp.set_arithmetic({false, false, true});
  //                          0.5     1.5     2.5    -0.5    -1.5    0.4995  126.5   -128.5
  const uint16_t halves[] = {0x3800, 0x3E00, 0x4100, 0xB800, 0xBE00, 0x37FF, 0x57E8, 0xD804};
  std::memcpy(machine.ram.data(), halves, sizeof halves);
  RunCopy(machine, DimWord(8, 1) | kHalfType, DimWord(8, 1) | kInt8Type, 8);
  EXPECT_EQ(Bytes(machine, kOut, 8), (std::vector<int>{1, 2, 3, -1, -2, 0, 127, -128}));
}

// Every binary16 pattern through load, COPY and store, against the compiler's own conversion.
TEST(Conversion, EveryPatternToBothIntegerTypes) {
  for (const uint32_t type : {0u, kInt8Type}) {
    const float low = type == 0 ? 0.0f : -128.0f, high = type == 0 ? 255.0f : 127.0f;
    for (uint32_t begin = 0; begin < 65536; begin += 1024) {
      Machine machine;
      for (uint32_t i = 0; i < 1024; ++i) {
        const uint16_t bits = static_cast<uint16_t>(begin + i);
        std::memcpy(&machine.ram[2 * i], &bits, sizeof bits);
      }
      RunCopy(machine, DimWord(1024, 1) | kHalfType, DimWord(1024, 1) | type, 1024);
      for (uint32_t i = 0; i < 1024; ++i) {
        _Float16 half;
        std::memcpy(&half, &machine.ram[2 * i], sizeof half);
        const float value = static_cast<float>(half);
        const float expected = std::isnan(value) ? 0 : std::clamp(std::nearbyint(value), low, high);
        ASSERT_EQ(machine.ram[kOut + i], static_cast<uint8_t>(static_cast<int>(expected))) << begin + i;
      }
    }
  }
}

TEST(Conversion, EveryPatternOfBinary16StaysAsItIs) {
  for (uint32_t begin = 0; begin < 65536; begin += 1024) {
    Machine machine;
    for (uint32_t i = 0; i < 1024; ++i) {
      const uint16_t bits = static_cast<uint16_t>(begin + i);
      std::memcpy(&machine.ram[2 * i], &bits, sizeof bits);
    }
    RunCopy(machine, DimWord(1024, 1) | kHalfType, DimWord(1024, 1) | kHalfType, 1024);
    for (uint32_t i = 0; i < 1024; ++i) {
      uint16_t bits;
      std::memcpy(&bits, &machine.ram[kOut + 2 * i], sizeof bits);
      const uint32_t magnitude = (begin + i) & 0x7FFF;
      ASSERT_EQ(bits, magnitude > 0x7C00 ? 0x7E00 : begin + i);  // any NaN becomes the quiet one
    }
  }
}

TEST(Conversion, EveryIntegerLoadsExactly) {
  for (const uint32_t type : {0u, kInt8Type}) {
    Machine machine;
    for (uint32_t i = 0; i < 256; ++i) machine.ram[i] = static_cast<uint8_t>(i);
    RunCopy(machine, DimWord(256, 1) | type, DimWord(256, 1) | kHalfType, 256);
    for (uint32_t i = 0; i < 256; ++i) {
      const _Float16 expected =
          type == 0 ? static_cast<_Float16>(i) : static_cast<_Float16>(static_cast<int8_t>(i));
      EXPECT_EQ(std::memcmp(&machine.ram[kOut + 2 * i], &expected, 2), 0) << i;
    }
  }
}

TEST(Conversion, PairsKeepTheirOrderInMemory) {
  Machine machine;
  std::copy_n(std::array<int8_t, 4>{1, -2, 3, -4}.begin(), 4, machine.ram.begin());
  RunCopy(machine, DimWord(2, 1) | kInt8Type | kPairType, DimWord(2, 1) | kHalfType | kPairType, 2);
  const uint16_t expected[] = {0x3C00, 0xC000, 0x4200, 0xC400};
  EXPECT_EQ(std::memcmp(machine.ram.data() + kOut, expected, sizeof expected), 0);
}

TEST(Streams, ScalarLoadClearsTheImaginaryLane) {
  Machine machine;
  machine.Write(ALU_REGSTATE + 4 * 2, 0x3C003C00);
  machine.ram[0] = 5;
  RunCopy(machine, DimWord(1, 1) | kInt8Type, DimWord(1, 1) | kHalfType | kPairType, 1);
  EXPECT_EQ(machine.Read(ALU_REGSTATE + 4 * 2), 0x00004500u);
}

TEST(Streams, StridesWrapWithoutCarry) {
  Machine machine;
  for (int i = 0; i < 64; ++i) machine.ram[i] = static_cast<uint8_t>(i);
  // Backwards by 2 from the 20th byte, three elements, then again; index 1 stays.
  machine.Array(0, kRamBase + 20, DimWord(3, -2) | kInt8Type, DimWord(4, 7));
  machine.Array(1, kRamBase + kOut, DimWord(8, 1) | kInt8Type);
  machine.Loop(0, 7);
  machine.Instr(0, COPY, Operands(0, 0, 2, 2), Stream(2, 0, 1), 0, Stream(2, 1, 1), 3 | kEnd);
  machine.Run();
  EXPECT_EQ(Bytes(machine, kOut, 7), (std::vector<int>{20, 18, 16, 20, 18, 16, 20}));
  EXPECT_EQ(machine.Read(ARRAYST_INDEXSTATE), 1u);
}

TEST(Streams, StrideIsInElementsOfTheType) {
  Machine machine;
  for (int i = 0; i < 64; ++i) machine.ram[i] = static_cast<uint8_t>(i);
  machine.Array(0, kRamBase, DimWord(4, 3) | kInt8Type | kPairType);
  machine.Array(1, kRamBase + kOut, DimWord(4, 1) | kInt8Type | kPairType);
  machine.Loop(0, 3);
  machine.Instr(0, COPY, Operands(0, 0, 2, 2), Stream(2, 0, 1), 0, Stream(2, 1, 1), 3 | kEnd);
  machine.Run();
  EXPECT_EQ(Bytes(machine, kOut, 6), (std::vector<int>{0, 1, 6, 7, 12, 13}));
}

TEST(Instructions, AluResultWinsOverALoadOfTheSameRegister) {
  Machine machine;
  machine.ram[0] = 9;
  machine.Array(0, kRamBase, kInt8Type);
  machine.Write(ALU_REGSTATE + 4 * 5, 0x3C00);
  machine.Instr(0, ADDC, Operands(5, 0, 2, 2), Stream(2, 0, 0), 0, 0, kEnd);
  machine.Run();
  EXPECT_EQ(machine.Read(ALU_REGSTATE + 4 * 2), 0x4900u);  // 9 + 1
}

// Of ALU results: NaN, overflow, underflow, and a positive real lane in R0.
TEST(Instructions, ResultsRaiseFlags) {
  const auto flags = [](uint32_t x, uint32_t y, uint32_t z) {
    Machine machine;
    machine.Write(ALU_REGSTATE + 4, x);
    machine.Write(ALU_REGSTATE + 8, y);
    machine.Instr(0, MULR2A, Operands(1, 2, 0, z), 0, 0, 0, kEnd);
    machine.Run();
    return machine.Read(IF) & ~kIfProgDone;
  };
  EXPECT_EQ(flags(0x3C00, 0x3C00, 3), 0u);
  EXPECT_EQ(flags(0x3C00, 0x3C00, 0), kIfR0PosReal);
  EXPECT_EQ(flags(0xBC00, 0x3C00, 0), 0u);
  EXPECT_EQ(flags(0x3C000000, 0x3C000000, 0), 0u);  // the imaginary lane does not count
  EXPECT_EQ(flags(0x7C00, 0x0000, 3), kIfAluNan);
  EXPECT_EQ(flags(0x7BFF, 0x4000, 3), kIfAluOf);
  EXPECT_EQ(flags(0x04000000, 0x37FF0000, 3), kIfAluUf);
  EXPECT_EQ(flags(0x0400, 0x3800, 3), 0u);  // subnormal, but exact
}

TEST(Instructions, ArithmeticFollowsTheOptions) {
  const auto product_and_sum = [](const Arithmetic& arithmetic) {
    Machine machine;
    machine.mvp.set_arithmetic(arithmetic);
    machine.Write(ALU_REGSTATE + 4, 0x3C010400);   // 2^-14, 1 + 2^-10
    machine.Write(ALU_REGSTATE + 8, 0x3C013800);   // 0.5, 1 + 2^-10
    machine.Write(ALU_REGSTATE + 12, 0xBC020000);  // 0, -(1 + 2^-9)
    machine.Instr(0, MACR2A, Operands(1, 2, 3, 4), 0, 0, 0, kEnd);
    machine.Run();
    return machine.Read(ALU_REGSTATE + 16);
  };
  EXPECT_EQ(product_and_sum({}), 0x00000200u);
  EXPECT_EQ(product_and_sum({true, false, false}), 0x00100200u);  // 2^-20
  EXPECT_EQ(product_and_sum({false, true, false}), 0u);
}

TEST(Instructions, TransformsZeroAndNegate) {
  Machine machine;
  machine.Write(ALU_REGSTATE + 4, 0x40003C00);                             // 1 + 2i
  machine.Instr(0, COPY, Operands(0, 0, 1, 2) | 1u << 21, 0, 0, 0, 0);     // negate the real lane
  machine.Instr(1, COPY, Operands(0, 0, 1, 3) | 1u << 22, 0, 0, 0, kEnd);  // imaginary lane zero
  machine.Run();
  EXPECT_EQ(machine.Read(ALU_REGSTATE + 8), 0x4000BC00u);
  EXPECT_EQ(machine.Read(ALU_REGSTATE + 12), 0x00003C00u);
}

// Two loops that begin and end together: the lower number is the outer one.
TEST(Loops, NestOnOneInstructionAndAdvanceOnCompletion) {
  Machine machine;
  for (int i = 0; i < 64; ++i) machine.ram[i] = static_cast<uint8_t>(i);
  machine.Array(0, kRamBase, DimWord(1, 0) | kInt8Type, DimWord(8, 10), DimWord(3, 1));
  machine.Array(1, kRamBase + kOut, DimWord(16, 1) | kInt8Type);
  machine.Loop(0, 2);
  machine.Loop(1, 3, 2);  // at each completion: array 0, index 1
  machine.Instr(0, COPY, Operands(0, 0, 2, 2), Stream(2, 0, 4), 0, Stream(2, 1, 1), 0xF | kEnd);
  machine.Run();
  EXPECT_EQ(Bytes(machine, kOut, 6), (std::vector<int>{0, 1, 2, 10, 11, 12}));
  EXPECT_EQ(machine.Read(IF), kIfProgDone | kIfLoop0Done | kIfLoop0Done << 1);
  EXPECT_EQ(machine.Read(ARRAYST_INDEXSTATE), 2u << 10);
}

TEST(Loops, ResetComesAfterIncrements) {
  Machine machine;
  machine.Array(0, kRamBase, DimWord(8, 1) | kInt8Type, DimWord(8, 1));
  machine.Loop(0, 3, 3, 1);  // indices 0 and 1 of array 0 go on, then index 0 returns to 0
  machine.Instr(0, NOOP, 0, Stream(1, 0, 1), 0, 0, 3 | kEnd);
  machine.Run();
  EXPECT_EQ(machine.Read(ARRAYST_INDEXSTATE), 1u << 10);
}

TEST(Loops, InnerLoopStartsAgainFromZero) {
  Machine machine;
  machine.Loop(0, 3);
  machine.Loop(1, 4);
  machine.Instr(0, NOOP, 0, 0, 0, 0, 1);         // L0 begins
  machine.Instr(1, NOOP, 0, 0, 0, 0, 0xC);       // L1
  machine.Instr(2, NOOP, 0, 0, 0, 0, 2 | kEnd);  // L0 ends
  EXPECT_EQ(machine.Run(), 3u * (1 + 4 + 1));
}

TEST(Loops, AZeroedLoopRunsOnce) {
  Machine machine;
  machine.Instr(0, NOOP, 0, 0, 0, 0, 3 | kEnd);
  EXPECT_EQ(machine.Run(), 1u);
}

}  // namespace
}  // namespace mvp_model
