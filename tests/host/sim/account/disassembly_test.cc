// The decoder against GNU objdump: lengths of random code, and lengths and classes of the firmware's own
// image.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "host/sim/account/decoder.h"

namespace sim {
namespace {

struct Line {
  uint32_t address;
  std::vector<uint16_t> halves;
  std::string mnemonic, operands;
};

std::vector<Line> Disassemble(const std::string& arguments) {
  std::vector<Line> lines;
  FILE* pipe = popen(("arm-none-eabi-objdump -z " + arguments + " 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) return lines;
  char text[512];
  while (std::fgets(text, sizeof(text), pipe) != nullptr) {
    std::istringstream line(text);
    std::string address, halves, mnemonic, operands;
    if (!std::getline(line, address, ':') ||
        address.find_first_not_of(" 0123456789abcdef") != std::string::npos)
      continue;
    line.get();
    if (!std::getline(line, halves, '\t') || !std::getline(line, mnemonic, '\t')) continue;
    std::getline(line, operands);
    Line one{static_cast<uint32_t>(std::stoul(address, nullptr, 16)), {}, mnemonic, operands};
    std::istringstream numbers(halves);
    for (std::string half; numbers >> half;) {
      if (half.size() != 4) one.mnemonic = "";  // data, shown as words or bytes
      one.halves.push_back(static_cast<uint16_t>(std::stoul(half, nullptr, 16)));
    }
    if (!one.mnemonic.empty() && one.mnemonic[0] != '.') lines.push_back(one);
  }
  pclose(pipe);
  return lines;
}

// The firmware's image: the one that the environment names (tests/firmware/test_ctest.py builds one and fails
// where a test here is skipped), or what python -m host.build left; "" without either.
std::string Image() {
  if (const char* named = std::getenv("EARSHOT_IMAGE")) return named;
  return std::filesystem::exists(EARSHOT_BUILT_IMAGE) ? EARSHOT_BUILT_IMAGE : "";
}

bool HasObjdump() { return std::system("arm-none-eabi-objdump --version >/dev/null 2>&1") == 0; }

Instruction DecodeLine(const Line& line) {
  return Decode(line.halves[0], line.halves.size() > 1 ? line.halves[1] : 0, line.address);
}

bool StartsWith(const std::string& text, const char* start) { return text.rfind(start, 0) == 0; }

// The class that a mnemonic of objdump tells, as its name's first letters; "" if it tells none.
const char* ClassOf(const std::string& mnemonic) {
  using Pair = std::pair<const char*, const char*>;
  static const Pair kClasses[] = {
      {"ldrd", "load multiple"},
      {"ldm", "load multiple"},
      {"pop", "load multiple"},
      {"ldr", "load"},
      {"strd", "store multiple"},
      {"stm", "store multiple"},
      {"push", "store multiple"},
      {"str", "store"},
      {"mul", "multiply"},
      {"mla", "multiply"},
      {"mls", "multiply"},
      {"smul", "multiply"},
      {"smla", "multiply"},
      {"umull", "multiply"},
      {"umlal", "multiply"},
      {"umaal", "multiply"},
      {"udiv", "divide"},
      {"sdiv", "divide"},
      {"vldm", "float load multiple"},
      {"vpop", "float load multiple"},
      {"vstm", "float store multiple"},
      {"vpush", "float store multiple"},
      {"vdiv", "float divide"},
      {"vsqrt", "float divide"},
      {"vfma", "float accumulate"},
      {"vfms", "float accumulate"},
      {"vfnm", "float accumulate"},
      {"vmla", "float accumulate"},
      {"vmls", "float accumulate"},
      {"vnml", "float accumulate"},
      {"vadd", "float"},
      {"vsub", "float"},
      {"vmul", "float"},
      {"vcmp", "float"},
      {"vcvt", "float"},
      {"vabs", "float"},
      {"vneg", "float"},
      {"vmaxnm", "float"},
      {"vminnm", "float"},
      {"vrint", "float"},
      {"vsel", "float"},
      {"nop", "nop"},
      {"dsb", "barrier"},
      {"dmb", "barrier"},
      {"isb", "barrier"},
      {"cpsi", "system"},
      {"mrs", "system"},
      {"msr", "system"},
      {"bkpt", "system"},
      {"tbb", "table"},
      {"tbh", "table"},
      {"bl", "branch"},
      {"bx", "branch"},
      {"cbz", "branch"},
      {"cbnz", "branch"},
      {"ubfx", "arithmetic"},
      {"sbfx", "arithmetic"},
      {"bfi", "arithmetic"},
      {"bfc", "arithmetic"},
      {"uxt", "arithmetic"},
      {"sxt", "arithmetic"},
      {"add", "arithmetic"},
      {"sub", "arithmetic"},
      {"rsb", "arithmetic"},
      {"mov", "arithmetic"},
      {"cmp", "arithmetic"},
      {"orr", "arithmetic"},
      {"and", "arithmetic"},
      {"ls", "arithmetic"},
      {"asr", "arithmetic"},
      {"ssat", "arithmetic"},
      {"usat", "arithmetic"},
      {"clz", "arithmetic"},
      {"qadd", "arithmetic"},
      {"tst", "arithmetic"},
      {"eor", "arithmetic"},
      {"mvn", "arithmetic"},
      {"sadd", "arithmetic"},
      {"pkh", "arithmetic"},
  };
  for (const auto& [start, name] : kClasses) {
    if (StartsWith(mnemonic, start)) return name;
  }
  return "";
}

const char* ClassOf(const Instruction& one) {
  switch (one.kind) {
    case InstructionKind::kArithmetic:
    case InstructionKind::kArithmeticShifted:
    case InstructionKind::kArithmeticConstant:
      return "arithmetic";
    case InstructionKind::kMultiply:
    case InstructionKind::kMultiplyNarrow:
      return "multiply";
    case InstructionKind::kDivide:
      return "divide";
    case InstructionKind::kLoad:
      return "load";
    case InstructionKind::kStore:
      return "store";
    case InstructionKind::kLoadMultiple:
      return "load multiple";
    case InstructionKind::kStoreMultiple:
      return "store multiple";
    case InstructionKind::kBranch:
      return "branch";
    case InstructionKind::kTableBranch:
      return "table";
    case InstructionKind::kNop:
      return "nop";
    case InstructionKind::kSystem:
      return "system";
    case InstructionKind::kBarrier:
      return "barrier";
    case InstructionKind::kFloat:
      return "float";
    case InstructionKind::kFloatAccumulate:
      return "float accumulate";
    case InstructionKind::kFloatDivide:
      return "float divide";
    case InstructionKind::kFloatLoadMultiple:
      return "float load multiple";
    case InstructionKind::kFloatStoreMultiple:
      return "float store multiple";
    default:
      return "other";
  }
}

// R0..R15 and, from bit 16 on, S0..S31 named in an operand list, ranges spelled out.
uint64_t NamedRegisters(const std::string& operands) {
  static const std::regex kName("\\b(r|s|d)(\\d+)(?:-[rsd](\\d+))?\\b|\\b(sl|fp|ip|sp|lr|pc)\\b");
  static const std::string kNames = "slfpipsplrpc";
  uint64_t named = 0;
  const std::string text = operands.substr(0, operands.find_first_of(";@<"));
  for (std::sregex_iterator match(text.begin(), text.end(), kName), end; match != end; ++match) {
    if ((*match)[4].matched) {
      named |= 1ULL << (10 + kNames.find((*match)[4].str()) / 2);
      continue;
    }
    const unsigned from = static_cast<unsigned>(std::stoul((*match)[2]));
    const unsigned to = (*match)[3].matched ? static_cast<unsigned>(std::stoul((*match)[3])) : from;
    for (unsigned i = from; i <= to; ++i) {
      const char bank = (*match)[1].str()[0];
      named |= bank == 'r' ? 1ULL << i : bank == 's' ? 1ULL << (16 + i) : 3ULL << (16 + 2 * i);
    }
  }
  return named;
}

// Registers that an instruction names by its mnemonic alone.
uint64_t ImpliedRegisters(const std::string& mnemonic) {
  const bool stack = StartsWith(mnemonic, "push") || StartsWith(mnemonic, "pop") ||
                     StartsWith(mnemonic, "vpush") || StartsWith(mnemonic, "vpop");
  if (stack) return 1ULL << kSp;
  static const std::regex kCall("blx?(eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)?(\\..)?");
  return std::regex_match(mnemonic, kCall) ? 1ULL << kLr : 0;
}

TEST(Disassembly, RegistersOfTheFirmwareAgree) {
  if (!HasObjdump()) GTEST_SKIP() << "arm-none-eabi-objdump is not installed";
  const std::string image = Image();
  if (image.empty())
    GTEST_SKIP() << "EARSHOT_IMAGE names no image, and " << EARSHOT_BUILT_IMAGE << " is not built";
  const std::vector<Line> lines = Disassemble("-d " + image);
  ASSERT_GT(lines.size(), 1000U);
  for (const Line& line : lines) {
    if (line.mnemonic == "udf") continue;
    const Instruction one = DecodeLine(line);
    const uint64_t ours = (one.reads | one.writes | uint64_t{one.float_reads | one.float_writes} << 16);
    const uint64_t theirs = NamedRegisters(line.operands) | ImpliedRegisters(line.mnemonic);
    constexpr uint64_t kIgnored = 1ULL << kPc;  // named or not, as the disassembler likes
    EXPECT_EQ(ours & ~kIgnored, theirs & ~kIgnored) << line.mnemonic << " " << line.operands;
  }
}

TEST(Disassembly, LengthsOfRandomCodeAgree) {
  if (!HasObjdump()) GTEST_SKIP() << "arm-none-eabi-objdump is not installed";
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "random_code.bin";
  std::mt19937 random(5);
  std::vector<uint16_t> code(100'000);
  for (uint16_t& half : code) half = static_cast<uint16_t>(random());
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(code.data()), code.size() * 2);
  const std::vector<Line> lines = Disassemble("-D -b binary -m arm -M force-thumb " + path.string());
  std::filesystem::remove(path);
  ASSERT_GT(lines.size(), 50'000U);
  for (const Line& line : lines) {
    if (line.address + 4 > code.size() * 2) break;  // objdump shows a cut instruction as data
    ASSERT_EQ(DecodeLine(line).size, line.halves.size() * 2)
        << std::hex << line.address << " " << line.mnemonic;
  }
}

TEST(Disassembly, FirmwareAgrees) {
  if (!HasObjdump()) GTEST_SKIP() << "arm-none-eabi-objdump is not installed";
  const std::string image = Image();
  if (image.empty())
    GTEST_SKIP() << "EARSHOT_IMAGE names no image, and " << EARSHOT_BUILT_IMAGE << " is not built";
  const std::vector<Line> lines = Disassemble("-d " + image);
  ASSERT_GT(lines.size(), 1000U);
  size_t compared = 0;
  for (const Line& line : lines) {
    const Instruction one = DecodeLine(line);
    ASSERT_EQ(one.size, line.halves.size() * 2) << std::hex << line.address << " " << line.mnemonic;
    if (line.mnemonic != "udf") {
      EXPECT_NE(one.kind, InstructionKind::kUndefined) << line.mnemonic << " " << line.operands;
    }
    std::string told = ClassOf(line.mnemonic);
    if (told.empty() || StartsWith(line.operands, "pc, [")) continue;
    if (line.mnemonic == "mov" && StartsWith(line.operands, "pc")) told = "branch";
    // objdump names the one-register PUSH and POP after their effect, not their encoding.
    const bool single =
        one.transfers == 1 && (StartsWith(line.mnemonic, "pop") || StartsWith(line.mnemonic, "push"));
    if (single && told.find(" multiple") != std::string::npos && std::string(ClassOf(one)) != told) {
      told = told.substr(0, told.find(" multiple"));
    }
    EXPECT_EQ(ClassOf(one), told) << line.mnemonic << " " << line.operands;
    ++compared;
  }
  EXPECT_GT(compared, lines.size() * 3 / 4);
}

}  // namespace
}  // namespace sim
