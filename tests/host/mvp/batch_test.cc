// Loops run in one piece, and now and then saved and restored in the middle, against the same loops
// instruction by instruction: nothing that can be seen may differ.
#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "host/sim/core/archive.h"
#include "machine.h"

namespace mvp_model {
namespace {

constexpr uint32_t kSpan = 2048;  // bytes in which all arrays begin

// Two machines with the same memory and registers, one of which takes no short cuts.
class Twins {
 public:
  Twins(const CycleModel& model, uint32_t seed) : fast(model), plain(model), random_(seed) {
    plain.mvp.set_batches_loops(false);
  }

  uint32_t Below(uint32_t limit) { return static_cast<uint32_t>(random_() % limit); }
  bool OneIn(uint32_t n) { return Below(n) == 0; }

  // Small numbers in most bytes and halves; now and then anything, infinities and NaN included.
  void FillMemory(uint32_t odd_one_in) {
    const auto fill = [&](auto& bytes) {
      for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
        uint32_t half = Below(0x1800) + 0x2000 + (Below(2) << 15);
        if (OneIn(odd_one_in)) half = Below(0x10000);
        bytes[i] = static_cast<uint8_t>(half);
        bytes[i + 1] = static_cast<uint8_t>(half >> 8);
      }
    };
    fill(fast.ram);
    fill(fast.flash);
    plain.ram = fast.ram;
    plain.flash = fast.flash;
  }

  // Three of four binary16 values in RAM become zero.
  void ClearMostInputs() {
    for (size_t i = 0; i < fast.ram.size(); i += 2) {
      if (!OneIn(4) || (i / 256) % 2 != 0) fast.ram[i] = fast.ram[i + 1] = 0;
    }
    plain.ram = fast.ram;
  }

  void Write(uint32_t offset, uint32_t value) {
    fast.Write(offset, value);
    plain.Write(offset, value);
  }

  // Everything a program can change.
  void ExpectSame(const std::string& where) {
    for (uint32_t offset = 0; offset < kRegisterWords * 4; offset += 4) {
      if (TraitsOf(offset).access == Access::kNone) continue;
      ASSERT_EQ(fast.Read(offset), plain.Read(offset)) << where << ", register " << std::hex << offset;
    }
    ASSERT_EQ(fast.mvp.counts(), plain.mvp.counts()) << where;
    ASSERT_EQ(std::memcmp(fast.ram.data(), plain.ram.data(), fast.ram.size()), 0) << where;
    ASSERT_EQ(fast.mvp.running(), plain.mvp.running()) << where;
  }

  // The state goes out of the model and comes back into one that has done something else; memory stays.
  void SaveAndRestoreFast() {
    std::vector<uint8_t> bytes;
    sim::Saver saver(bytes);
    fast.mvp.Serialize(saver);
    fast.mvp.Reset();
    fast.Write(EN, 1);
    fast.Instr(0, COPY, Operands(0, 0, 1, 3), 0, 0, 0, 3);
    fast.Write(CMD, kCmdInit | kCmdStep);
    sim::Loader loader(bytes);
    fast.mvp.Serialize(loader);
    ASSERT_TRUE(loader.ok() && loader.at_end());
    std::vector<uint8_t> again;
    sim::Saver second(again);
    fast.mvp.Serialize(second);
    ASSERT_EQ(bytes, again);
  }

  // Runs both in slices of random lengths, `longest` at most, and compares after each.
  void RunAndCompare(uint32_t longest, const std::string& where) {
    Write(CMD, kCmdInit | kCmdStart);
    for (int slices = 0; fast.mvp.running() && slices < 50; ++slices) {
      const uint64_t budget = 1 + Below(longest);
      ASSERT_EQ(fast.mvp.Advance(budget), plain.mvp.Advance(budget)) << where;
      if (OneIn(4)) SaveAndRestoreFast();
      ExpectSame(where);
      if (testing::Test::HasFatalFailure()) return;
    }
    Write(CMD, kCmdInit);
    Write(IF, 0);
  }

  Machine fast, plain;

 private:
  std::mt19937 random_;
};

uint32_t RandomDim(Twins& t) {
  return DimWord(1 + t.Below(t.OneIn(3) ? 8 : 1024), static_cast<int>(t.Below(5)) - 1);
}

void RandomArrays(Twins& t) {
  for (uint32_t n = 0; n < kArrays; ++n) {
    const uint32_t type = t.OneIn(40) ? 3 : t.Below(3);
    const uint32_t pair = t.Below(2);
    const uint32_t region = t.Below(2) != 0 && n != 4 ? kFlashBase : kRamBase;
    uint32_t address = region + 512 + t.Below(kSpan);
    if (!t.OneIn(40)) address &= ~3u | (type == 2 || pair != 0 ? (pair != 0 && type == 2 ? 0u : 2u) : 3u);
    const uint32_t base = ARRAY_ADDRCFG + 16 * n;
    t.Write(base, address);
    t.Write(base + 4, DimWord(1 + t.Below(1024), t.OneIn(4) ? static_cast<int>(t.Below(5)) - 1 : 1) |
                          type << 12 | pair << 14);
    t.Write(base + 8, RandomDim(t));
    t.Write(base + 12, RandomDim(t));
  }
}

uint32_t RandomStream(Twins& t, uint32_t array) {
  const uint32_t increments = t.OneIn(3) ? t.Below(8) : 1;
  return Stream(t.Below(8), t.OneIn(60) ? t.Below(8) : array, increments);
}

// CFG0 of sums of products in most cases, which have a way of their own, else anything.
uint32_t RandomOperands(Twins& t, uint32_t load0, uint32_t load1) {
  if (t.OneIn(3)) return (t.Below(1u << 31) & (t.OneIn(2) ? 0x70070707u : 0x70F7F7F7u));
  const uint32_t sum = t.Below(8);
  return t.OneIn(2) ? Operands(load0 & 7, load1 & 7, sum, sum) : Operands(load1 & 7, load0 & 7, sum, sum);
}

// Loop 0 around the program, loop 1 + n around instruction n alone.
void RandomProgram(Twins& t) {
  const uint32_t length = 1 + t.Below(4);
  t.Write(LOOP_CFG, t.Below(3) | (t.OneIn(2) ? t.Below(1u << 20) << 12 & 0x77777000 : 0));
  t.Write(LOOP_CFG + 4, t.OneIn(4) ? t.Below(1u << 20) << 12 & 0x77777000 : 0);
  for (uint32_t n = 0; n < length; ++n) {
    t.Write(LOOP_CFG + 8 * (1 + n),
            t.Below(t.OneIn(2) ? 12 : 300) | (t.OneIn(4) ? t.Below(1u << 20) << 12 : 0));
    uint32_t load0 = t.OneIn(5) ? 0 : RandomStream(t, t.Below(2));
    uint32_t load1 = t.OneIn(5) ? 0 : RandomStream(t, 2 + t.Below(2));
    const uint32_t store = t.OneIn(3) ? RandomStream(t, 4) : 0;
    uint32_t op = t.OneIn(2) ? MACR2A : MACC;
    if (t.OneIn(2)) op = t.OneIn(30) ? t.Below(512) : AluOperations()[t.Below(kAluOperations)].code;
    const uint32_t loop = t.OneIn(8) ? 0 : 3u << (2 * (1 + n));
    uint32_t marks = loop | (n == 0 ? 1u : 0u) | (n + 1 == length ? 2u | kEnd : 0u);
    if (t.OneIn(40)) marks ^= 1u << t.Below(16);
    const uint32_t offset = INSTR_CFG0 + 12 * n;
    t.Write(offset, RandomOperands(t, load0, load1));
    t.Write(offset + 4, load0 | load1 << 10 | store << 20);
    t.Write(offset + 8, op << 20 | marks);
  }
}

class RandomPrograms : public testing::TestWithParam<const CycleModel*> {};

TEST_P(RandomPrograms, AreTheSameBothWays) {
  Twins t(*GetParam(), 7);
  for (int i = 0; i < 1500; ++i) {
    t.FillMemory(i % 3 == 0 ? 5 : i % 3 == 1 ? 500 : 1u << 30);
    for (uint32_t reg = 0; reg < 8; ++reg) {
      t.Write(ALU_REGSTATE + 4 * reg, t.OneIn(3) ? t.Below(0xFFFFFFFF) : 0x3C003C00);
    }
    const Arithmetic arithmetic{t.OneIn(6), t.OneIn(6), t.OneIn(6)};
    t.fast.mvp.set_arithmetic(arithmetic);
    t.plain.mvp.set_arithmetic(arithmetic);
    RandomArrays(t);
    RandomProgram(t);
    t.RunAndCompare(t.OneIn(2) ? 40 : 5000, "program " + std::to_string(i));
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(CycleModels, RandomPrograms, testing::ValuesIn(kCycleModels));

// The programs of fully connected layers: sums over pairs, and over scalars times pairs, in blocks.
class FullyConnected : public testing::TestWithParam<std::tuple<const CycleModel*, uint32_t, uint32_t>> {};

TEST_P(FullyConnected, IsTheSameBothWays) {
  const auto [model, stagger, depth] = GetParam();
  for (const auto& [scalar, zeros] : {std::pair{false, false}, {false, true}, {true, false}, {true, true}}) {
    Twins t(*model, depth);
    t.FillMemory(1u << 30);
    if (zeros) t.ClearMostInputs();  // sums that begin as -0, and that stay zero
    for (Machine* machine : {&t.fast, &t.plain}) {
      machine->Array(0, kRamBase + 2 * stagger, DimWord(depth, 1) | kHalfType | (scalar ? 0 : kPairType));
      machine->Array(1, kFlashBase, DimWord(depth, 1) | kInt8Type | kPairType,
                     DimWord(8, static_cast<int>(depth)));
      machine->Array(2, kRamBase + 4096, DimWord(16, 1) | kInt8Type | kPairType);
      machine->Loop(0, 8);
      machine->Loop(1, 3);
      machine->Loop(2, depth / 3 - 1);
      const uint32_t loads0 = Stream(6, 0, 1), loads1 = Stream(7, 1, 1);
      const uint32_t op = scalar ? MACC : MACR2A;
      machine->Instr(0, CLEAR, Operands(0, 0, 0, 4), 0, 0, 0, 1);
      machine->Instr(1, scalar ? MULC : MULR2A, Operands(6, 7, 0, 5), loads0, loads1, 0, 4);
      machine->Instr(2, op, Operands(6, 7, 5, 5), loads0, loads1, 0, 0x30);
      machine->Instr(3, ADDC, Operands(4, 0, 5, 4), 0, 0, 0, 8);
      machine->Instr(4, MULR2A, Operands(4, 3, 0, 4), 0, 0, Stream(4, 2, 1), 2 | kEnd);
    }
    t.Write(ALU_REGSTATE + 4 * 3, 0x1C001C00);
    t.RunAndCompare(100'000, scalar ? "scalar" : "pairs");
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, FullyConnected,
                         testing::Combine(testing::ValuesIn(kCycleModels), testing::Values(0u, 2u),
                                          testing::Values(18u, 96u, 99u, 333u)));

}  // namespace
}  // namespace mvp_model
