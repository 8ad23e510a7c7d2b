// The cost of short sequences against timings that others have published: published_timings.csv.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/host/sim/account/program.h"

namespace sim {
namespace {

struct Row {
  std::string source, claim, assembly;
  std::vector<uint16_t> halves;
  uint32_t cycles, taken;
};

std::vector<Row> Rows() {
  std::vector<Row> rows;
  std::ifstream file(EARSHOT_TIMINGS);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream fields(line);
    std::vector<std::string> parts;
    for (std::string part; std::getline(fields, part, ';');) parts.push_back(part);
    Row row{parts.at(0), parts.at(1), parts.at(5), {}, 0, 0};
    std::istringstream halves(parts.at(2));
    for (uint32_t half; halves >> std::hex >> half;) row.halves.push_back(static_cast<uint16_t>(half));
    row.cycles = static_cast<uint32_t>(std::stoul(parts.at(3)));
    row.taken = static_cast<uint32_t>(std::stoul(parts.at(4)));
    rows.push_back(row);
  }
  return rows;
}

class PublishedTimings : public testing::TestWithParam<Row> {};

TEST_P(PublishedTimings, HoldFromRam) {
  const Row& row = GetParam();
  Program program;
  const uint32_t at = kRamBase + 0x100, size = static_cast<uint32_t>(row.halves.size() * 2);
  program.Put(at, row.halves);
  EXPECT_EQ(program.account.Enter(at, size), row.cycles) << row.claim << ": " << row.assembly;
  // What a taken branch adds is charged on entry of its target, an empty block of RAM: MOVS R0, R0.
  const uint32_t elsewhere = program.account.Enter(kRamBase + 0x800, 2);
  EXPECT_EQ(elsewhere - 1, row.taken) << row.claim << ": " << row.assembly;
}

TEST_P(PublishedTimings, NothingIsOwedWithoutABranchTaken) {
  const Row& row = GetParam();
  Program program;
  const uint32_t at = kRamBase + 0x100, size = static_cast<uint32_t>(row.halves.size() * 2);
  program.Put(at, row.halves);
  program.account.Enter(at, size);
  EXPECT_EQ(program.account.Enter(at + size, 2), 1U);
}

INSTANTIATE_TEST_SUITE_P(AllRows, PublishedTimings, testing::ValuesIn(Rows()),
                         [](const auto& info) { return info.param.source + std::to_string(info.index); });

TEST(PublishedTimingsFile, IsThere) { EXPECT_GT(Rows().size(), 50U); }

}  // namespace
}  // namespace sim
