// Accelerator cycles of the fully connected programs: the vendor's simulator exactly, published device
// figures closely.
#include <fstream>
#include <sstream>
#include <string>

#include "layer_on_model.h"

namespace kernels::mvp {
namespace {

bool IsWhole(uint32_t depth) { return depth <= (depth % 2 == 0 ? 2048u : 1024u); }

uint64_t BaselineCycles(const FullyConnectedShape& shape, std::string_view cycle_model) {
  LayerOnModel layer(shape, cycle_model, 1);
  if (IsWhole(shape.depth)) {
    layer.RunBaseline();
  } else {
    layer.RunSplit();
  }
  return layer.driver.accelerator_cycles();
}

std::vector<std::string> SplitLine(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
  return fields;
}

// Each row of the vendor's simulator: columns op, batch, in, out, relu, bias, macs, cycles.
TEST(BaselineCycles, EqualTheVendorsSimulatorOnEveryGivenShape) {
  std::ifstream file(std::string(EARSHOT_ORACLE) + "/fc_cycles.csv");
  ASSERT_TRUE(file) << EARSHOT_ORACLE;
  std::string line;
  std::getline(file, line);
  int rows = 0;
  while (std::getline(file, line)) {
    const std::vector<std::string> fields = SplitLine(line);
    const FullyConnectedShape shape{static_cast<uint32_t>(std::stoul(fields[1])),
                                    static_cast<uint32_t>(std::stoul(fields[2])),
                                    static_cast<uint32_t>(std::stoul(fields[3]))};
    if (shape.outputs > 1024) continue;  // left to the CPU
    ASSERT_EQ(BaselineCycles(shape, "vendor-sim"), std::stoull(fields[7])) << line;
    ++rows;
  }
  EXPECT_GT(rows, 190);
}

struct Published {
  uint32_t depth;
  uint32_t outputs;
  double cycles;
  double tolerance;  // half a unit of the printed figure, or 7 cycles
};

// Section 5.3 of the MVP notes, device rows but for the early SDK's.
constexpr Published kPublished[] = {
    {32, 2, 123, 7},        {32, 2, 127, 7},       {16, 4, 135, 7},       {40, 3, 214, 7},
    {16, 8, 254, 7},        {8, 16, 302, 7},       {32, 4, 231, 7},       {50, 3, 259, 7},
    {80, 3, 396, 7},        {16, 16, 496, 7},      {40, 7, 477, 7},       {40, 11, 749, 7},
    {80, 6, 772, 7},        {32, 16, 878, 7},      {16, 32, 974, 7},      {128, 4, 809, 7},
    {256, 2, 797, 7},       {80, 7, 899, 7},       {64, 10, 1000, 50},    {64, 12, 1200, 50},
    {112, 7, 1200, 50},     {128, 8, 1600, 50},    {8, 128, 2300, 50},    {384, 3, 1800, 50},
    {384, 8, 4700, 50},     {224, 16, 5500, 50},   {384, 11, 6400, 50},   {140, 32, 6900, 50},
    {32, 140, 7600, 50},    {4000, 4, 24100, 50},  {128, 128, 25400, 50}, {2048, 32, 98500, 50},
    {640, 128, 123700, 50}, {128, 640, 126700, 50}};

class PublishedRow : public testing::TestWithParam<Published> {};

// Both readings of the published figures (section 5.4) must give all of these.
TEST_P(PublishedRow, IsMetByBothDeviceModels) {
  const Published& row = GetParam();
  for (const char* cycle_model : {"device-flash", "device-bothmiss"}) {
    EXPECT_NEAR(static_cast<double>(BaselineCycles({1, row.depth, row.outputs}, cycle_model)), row.cycles,
                row.tolerance)
        << cycle_model;
  }
}

INSTANTIATE_TEST_SUITE_P(Device, PublishedRow, testing::ValuesIn(kPublished));

constexpr FullyConnectedShape kReferenceModel[] = {{1, 640, 128}, {1, 128, 128}, {1, 128, 128}, {1, 128, 128},
                                                   {1, 128, 8},   {1, 8, 128},   {1, 128, 128}, {1, 128, 128},
                                                   {1, 128, 128}, {1, 128, 640}};

TEST(ReferenceModel, BaselineIsWithinOnePercentOfTheDevice) {
  uint64_t total = 0;
  for (const FullyConnectedShape& shape : kReferenceModel) {
    const uint64_t cycles = BaselineCycles(shape, "device-flash");
    const double closed_form = 1.5 * shape.depth * shape.outputs + 6.0 * shape.outputs + 16.0;
    EXPECT_NEAR(static_cast<double>(cycles), closed_form, closed_form / 100)
        << shape.depth << ' ' << shape.outputs;
    total += cycles;
  }
  EXPECT_NEAR(static_cast<double>(total), 406480.0, 4064.8);
  RecordProperty("cycles", std::to_string(total));
}

}  // namespace
}  // namespace kernels::mvp
