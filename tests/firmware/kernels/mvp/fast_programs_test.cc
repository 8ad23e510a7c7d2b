// What the fast programs compute, for every way of reading rows, and what they cost.
#include "kernels/mvp/fast_programs.h"

#include <tuple>

#include "layer_on_model.h"

namespace kernels::mvp {
namespace {

double Exact(const LayerOnModel& layer, uint32_t batch, uint32_t i, double multiplier) {
  const double exact =
      static_cast<double>(layer.Sum(batch, i)) * multiplier + layer.quantization.output_zero_point;
  return std::clamp(exact, -128.0, 127.0);
}

void ExpectWithinOneCode(const LayerOnModel& layer) {
  for (uint32_t batch = 0; batch < layer.shape.batches; ++batch) {
    for (uint32_t i = 0; i < layer.shape.outputs; ++i) {
      ASSERT_NEAR(layer.Output(batch, i), Exact(layer, batch, i, layer.quantization.multiplier), 1.0)
          << batch << ' ' << i;
    }
  }
}

class Fast : public testing::TestWithParam<std::tuple<uint32_t, uint32_t, WeightOrder>> {};

// Blocks of 32 keep the result within one code of the exact one (section 6 I of the MVP notes).
TEST_P(Fast, StaysWithinOneCode) {
  const auto [depth, outputs, order] = GetParam();
  LayerOnModel layer({2, depth, outputs}, "device-flash", depth + outputs);
  layer.RunFast(false, order);
  ExpectWithinOneCode(layer);
}

constexpr uint32_t kDepths[] = {1, 2, 3, 8, 31, 32, 33, 37, 62, 64, 66, 128, 255, 640, 1023, 1024, 1025};
INSTANTIATE_TEST_SUITE_P(Rows, Fast,
                         testing::Combine(testing::ValuesIn(kDepths), testing::Values(1, 8, 65),
                                          testing::Values(WeightOrder::kRows)));
INSTANTIATE_TEST_SUITE_P(RowPairs, Fast,
                         testing::Combine(testing::ValuesIn(kDepths), testing::Values(2, 8, 66),
                                          testing::Values(WeightOrder::kRowPairs)));
// 2047 is the longest stride; 2053 and 4099 are primes; 4096 divides into blocks.
INSTANTIATE_TEST_SUITE_P(Deep, Fast,
                         testing::Combine(testing::Values(2046, 2047, 2048, 2050, 2053, 4094, 4096, 4099),
                                          testing::Values(2, 36),
                                          testing::Values(WeightOrder::kRows, WeightOrder::kRowPairs)));
INSTANTIATE_TEST_SUITE_P(Wide, Fast,
                         testing::Combine(testing::Values(3, 4), testing::Values(1024, 1026, 2048, 2050),
                                          testing::Values(WeightOrder::kRows, WeightOrder::kRowPairs)));

// In pairs, twice as many products as elements.
TEST(FastPrograms, StayWithinOneCodeInTheDeepestLayers) {
  for (const WeightOrder order : {WeightOrder::kRows, WeightOrder::kRowPairs}) {
    LayerOnModel layer({1, MaxFastDepth(2, order), 2}, "device-flash", 8);
    layer.RunFast(false, order);
    ExpectWithinOneCode(layer);
  }
}

TEST(FastPrograms, TheScaleOfInputsChangesNothingButTheRange) {
  for (const WeightOrder order : {WeightOrder::kRows, WeightOrder::kRowPairs}) {
    LayerOnModel small({1, 256, 32}, "device-flash", 4);
    small.RunFast(false, order);
    LayerOnModel large({1, 256, 32}, "device-flash", 4);
    large.ScaleBy(-10);
    large.RunFast(false, order);
    for (uint32_t i = 0; i < 32; ++i) ASSERT_EQ(large.Output(0, i), small.Output(0, i)) << i;
  }
}

TEST(FastPrograms, TakeAMultiplierPerOutput) {
  for (const WeightOrder order : {WeightOrder::kRows, WeightOrder::kRowPairs}) {
    LayerOnModel layer({1, 128, 16}, "device-flash", 5);
    std::vector<double> multipliers;
    for (uint32_t i = 0; i < 16; ++i) {
      multipliers.push_back(layer.quantization.multiplier * (0.25 + 0.1 * i));
      const uint16_t scaled = ScaledMultiplier(multipliers.back());
      std::memcpy(&layer.ram[kMultipliersAt + 2 * i], &scaled, sizeof scaled);
    }
    layer.RunFast(true, order);
    for (uint32_t i = 0; i < 16; ++i) {
      ASSERT_NEAR(layer.Output(0, i), Exact(layer, 0, i, multipliers[i]), 1.0) << i;
    }
  }
}

// Under ReLU the zero point is the lower bound, which leaves a register to load each bias ahead in.
TEST(FastPrograms, ClampAtTheZeroPoint) {
  for (const WeightOrder order : {WeightOrder::kRows, WeightOrder::kRowPairs}) {
    for (const uint32_t depth : {1u, 37u, 132u, 134u}) {
      LayerOnModel free({1, depth, 64}, "device-flash", 6);
      free.RunFast(false, order);
      LayerOnModel clamped({1, depth, 64}, "device-flash", 6);
      clamped.quantization.activation_min = clamped.quantization.output_zero_point;
      clamped.quantization.activation_max = 60;
      clamped.RunFast(false, order);
      for (uint32_t i = 0; i < 64; ++i) {
        const auto low = static_cast<int8_t>(clamped.quantization.activation_min);
        EXPECT_EQ(clamped.Output(0, i), std::clamp<int8_t>(free.Output(0, i), low, 60)) << depth;
      }
    }
  }
}

TEST(FastPrograms, Clamp) {
  for (const WeightOrder order : {WeightOrder::kRows, WeightOrder::kRowPairs}) {
    LayerOnModel free({1, 128, 64}, "device-flash", 6);
    free.RunFast(false, order);
    LayerOnModel clamped({1, 128, 64}, "device-flash", 6);
    clamped.quantization.activation_min = -3;
    clamped.quantization.activation_max = 40;
    clamped.RunFast(false, order);
    for (uint32_t i = 0; i < 64; ++i) {
      EXPECT_EQ(clamped.Output(0, i), std::clamp<int8_t>(free.Output(0, i), -3, 40));
    }
  }
}

constexpr FullyConnectedShape kReferenceModel[] = {{1, 640, 128}, {1, 128, 128}, {1, 128, 128}, {1, 128, 128},
                                                   {1, 128, 8},   {1, 8, 128},   {1, 128, 128}, {1, 128, 128},
                                                   {1, 128, 128}, {1, 128, 640}};

uint64_t ReferenceModelCycles(WeightOrder order, bool in_ram, std::string_view cycle_model) {
  uint64_t total = 0;
  for (const FullyConnectedShape& shape : kReferenceModel) {
    LayerOnModel layer(shape, cycle_model, 1);
    if (in_ram) layer.MoveWeightsToRam();
    layer.RunFast(false, order);
    total += layer.driver.accelerator_cycles();
  }
  return total;
}

// The goals: 215k with weights in flash, whose floor is three cycles per word; 160k with weights in RAM.
TEST(ReferenceModel, MeetsItsCycles) {
  for (const WeightOrder order : {WeightOrder::kRows, WeightOrder::kRowPairs}) {
    const uint64_t flash = ReferenceModelCycles(order, false, "device-flash");
    EXPECT_LE(flash, 215'000u);
    EXPECT_GE(flash, 198'144u);
    EXPECT_LE(ReferenceModelCycles(order, true, "device-flash"), 160'000u);
  }
}

// The scalars of input begin in the middle of a word: the two streams never fetch in the same instruction.
TEST(ReferenceModel, InterleavedWeightsAvoidDoubleMisses) {
  if (mvp_model::FindCycleModel("device-bothmiss") == nullptr) GTEST_SKIP() << "no such cycle model";
  EXPECT_LE(ReferenceModelCycles(WeightOrder::kRowPairs, false, "device-bothmiss"), 160'000u);
}

}  // namespace
}  // namespace kernels::mvp
