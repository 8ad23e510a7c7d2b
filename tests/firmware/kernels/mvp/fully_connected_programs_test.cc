// What the baseline programs compute, bit for bit.
#include "kernels/mvp/fully_connected_programs.h"

#include <tuple>

#include "layer_on_model.h"

namespace kernels::mvp {
namespace {

// The vendor's arithmetic as a formula: data/mvp_oracle/README.md, in the compiler's binary16.
int8_t VendorFormula(const LayerOnModel& layer, uint32_t batch, uint32_t i) {
  constexpr double kScale = 0x1p-15;
  const FullyConnectedShape& shape = layer.shape;
  _Float16 sums[2] = {static_cast<_Float16>(layer.bias[i] * kScale), 0};
  for (uint32_t k = 0; k < shape.depth; ++k) {
    const int x = layer.input[batch * shape.depth + k] - layer.quantization.input_zero_point;
    const int w = static_cast<int8_t>(layer.weights[i * shape.depth + k]);
    const _Float16 product = static_cast<_Float16>(x * (w * kScale));
    _Float16& sum = sums[shape.depth % 2 == 0 ? k & 1 : 0];
    sum = static_cast<_Float16>(static_cast<double>(sum) + static_cast<double>(product));
  }
  const auto multiplier = static_cast<_Float16>(std::min(layer.quantization.multiplier / kScale, 65504.0));
  const auto sum = static_cast<_Float16>(static_cast<double>(sums[0]) + static_cast<double>(sums[1]));
  const auto scaled = static_cast<_Float16>(static_cast<double>(sum) * static_cast<double>(multiplier));
  const auto y = static_cast<_Float16>(static_cast<double>(scaled) + layer.quantization.output_zero_point);
  return static_cast<int8_t>(std::clamp(std::nearbyint(static_cast<double>(y)), -128.0, 127.0));
}

void ExpectVendorFormula(const LayerOnModel& layer) {
  for (uint32_t batch = 0; batch < layer.shape.batches; ++batch) {
    for (uint32_t i = 0; i < layer.shape.outputs; ++i) {
      ASSERT_EQ(layer.Output(batch, i), VendorFormula(layer, batch, i)) << batch << ' ' << i;
    }
  }
}

class Baseline : public testing::TestWithParam<std::tuple<uint32_t, uint32_t, uint32_t>> {};

TEST_P(Baseline, EqualsTheVendorsFormula) {
  const auto [batches, depth, outputs] = GetParam();
  LayerOnModel layer({batches, depth, outputs}, "vendor-sim", depth * 7 + outputs);
  layer.RunBaseline();
  ExpectVendorFormula(layer);
}

INSTANTIATE_TEST_SUITE_P(Shapes, Baseline,
                         testing::Combine(testing::Values(1, 3),
                                          testing::Values(1, 2, 3, 37, 64, 640, 1023, 1024),
                                          testing::Values(1, 5, 16)));
INSTANTIATE_TEST_SUITE_P(Edges, Baseline, testing::Values(std::tuple{1, 2048, 4}, std::tuple{1, 4, 1024}));

TEST(BaselineLimits, AreNamed) {
  ::mvp::ProgramImage image;
  const FullyConnectedQuantization quantization{0, 0, 0.01, -128, 127};
  EXPECT_EQ(BuildBaseline({1, 16, 1025}, quantization, &image).violated, ::mvp::Limit::kSize);
  EXPECT_EQ(BuildBaseline({1, 2050, 1}, quantization, &image).value, 1025);
  EXPECT_EQ(BuildBaseline({1, 1025, 1}, quantization, &image).value, 1025);
  EXPECT_EQ(BuildBaseline({1025, 8, 1}, quantization, &image).value, 1025);
}

class Split : public testing::TestWithParam<uint32_t> {};

TEST_P(Split, EqualsTheVendorsFormula) {
  ASSERT_TRUE(FitsSplit(GetParam()));
  LayerOnModel layer({2, GetParam(), 3}, "vendor-sim", GetParam());
  layer.RunSplit();
  ExpectVendorFormula(layer);
}

INSTANTIATE_TEST_SUITE_P(Depths, Split, testing::Values(1025, 2047, 2050, 4094, 5000, 8192));

TEST(SplitLimits, AgreeWithEachOther) {
  for (uint32_t depth = 1; depth <= 20'000; ++depth) {
    ASSERT_EQ(FitsSplit(depth), ShortestSplit(depth) <= 1024) << depth;
  }
}

TEST(SplitLimits, LargePrimeFactorsDoNotFit) {
  EXPECT_FALSE(FitsSplit(1031));      // a prime above 1024
  EXPECT_FALSE(FitsSplit(2 * 1031));  // as pairs
  EXPECT_TRUE(FitsSplit(1024 * 2048));
  EXPECT_EQ(ShortestSplit(1031), 1031u);
  EXPECT_EQ(ShortestSplit(2 * 1031), 1031u);
  EXPECT_EQ(ShortestSplit(3 * 1031), 1031u);
  EXPECT_EQ(ShortestSplit(2 * 1030), 103u);
  EXPECT_EQ(ShortestSplit(1024 * 2048), 1024u);
}

TEST(ClampProgram, ClampsPairsInPlace) {
  LayerOnModel layer({1, 2, 1}, "device-flash", 7);
  for (uint32_t i = 0; i < 256; ++i) layer.ram[kOutputAt + i] = static_cast<uint8_t>(i);
  ::mvp::ProgramImage image;
  ASSERT_TRUE(BuildClamp(-7, 100, &image).ok());
  ASSERT_TRUE(::mvp::SetIterations(image, kClampLoop, 128).ok());
  layer.Run(image, kOutputAt, kOutputAt, 0);
  for (uint32_t i = 0; i < 256; ++i) {
    EXPECT_EQ(static_cast<int8_t>(layer.ram[kOutputAt + i]),
              std::clamp<int>(static_cast<int8_t>(i), -7, 100));
  }
}

TEST(Constants, SaturateAsTheVendorsConverter) {
  EXPECT_EQ(ScaledMultiplier(63.0), 0x7BFF);
  EXPECT_EQ(ScaledMultiplier(1.0), 0x7800);
  EXPECT_EQ(ScaledBias(1), 0x0200);  // 2^-15 is a subnormal
  EXPECT_EQ(ScaledBias(-32768), 0xBC00);
}

}  // namespace
}  // namespace kernels::mvp
