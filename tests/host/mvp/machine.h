// A model with RAM and flash, and short ways to write its registers: what the tests of the model stand on.
#pragma once

#include <array>
#include <cstdint>

#include "gtest/gtest.h"
#include "host/mvp/mvp.h"

namespace mvp_model {

inline constexpr uint32_t kFlashBase = 0x08000000;
inline constexpr uint32_t kRamBase = 0x20000000;

// INSTR[n].CFG1 group of one stream: section 2 of the notes.
constexpr uint32_t Stream(uint32_t reg, uint32_t array, uint32_t increment) {
  return reg | 1u << 3 | array << 4 | increment << 7;
}

constexpr uint32_t Operands(uint32_t x, uint32_t y, uint32_t a, uint32_t z) {
  return x | y << 8 | a << 16 | z << 28;
}

inline constexpr uint32_t kEnd = 1u << 31;
inline constexpr uint32_t kInt8Type = 1u << 12;
inline constexpr uint32_t kHalfType = 2u << 12;
inline constexpr uint32_t kPairType = 1u << 14;

constexpr uint32_t DimWord(uint32_t size, int32_t stride) {
  return (size - 1) | (static_cast<uint32_t>(stride) & 0xFFF) << 16;
}

class Machine {
 public:
  explicit Machine(const CycleModel& model = kVendorSim) : mvp(model) {
    mvp.memory().Add(
        {kFlashBase, static_cast<uint32_t>(flash.size()), flash.data(), nullptr, RegionKind::kFlash});
    mvp.memory().Add({kRamBase, static_cast<uint32_t>(ram.size()), ram.data(), ram.data(), RegionKind::kRam});
    Write(EN, 1);
    Write(CFG, kPerfCntEn);
  }

  void Write(uint32_t offset, uint32_t value) { ASSERT_TRUE(mvp.Write(offset, value)) << offset; }
  uint32_t Read(uint32_t offset) {
    uint32_t value = 0;
    EXPECT_TRUE(mvp.Read(offset, &value)) << offset;
    return value;
  }

  void Array(uint32_t n, uint32_t address, uint32_t dim0, uint32_t dim1 = 0, uint32_t dim2 = 0) {
    const uint32_t base = ARRAY_ADDRCFG + 16 * n;
    Write(base, address);
    Write(base + 4, dim0);
    Write(base + 8, dim1);
    Write(base + 12, dim2);
  }
  void Loop(uint32_t n, uint32_t iterations, uint32_t increments = 0, uint32_t resets = 0) {
    Write(LOOP_CFG + 8 * n, (iterations - 1) | increments << 12);
    Write(LOOP_CFG + 8 * n + 4, resets << 12);
  }
  void Instr(uint32_t n, uint32_t op, uint32_t operands, uint32_t load0, uint32_t load1, uint32_t store,
             uint32_t marks) {
    Write(INSTR_CFG0 + 12 * n, operands);
    Write(INSTR_CFG0 + 12 * n + 4, load0 | load1 << 10 | store << 20);
    Write(INSTR_CFG0 + 12 * n + 8, op << 20 | marks);
  }
  void Launch() { Write(CMD, kCmdInit | kCmdStart); }
  // Launches and runs to the end; the cycles.
  uint64_t Run() {
    Launch();
    return mvp.Advance(1'000'000);
  }

  std::array<uint8_t, 4096> flash{};
  std::array<uint8_t, 8192> ram{};
  Mvp mvp;
};

}  // namespace mvp_model
