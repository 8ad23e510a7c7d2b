// The fast QUANTIZE: the same byte as the reference kernel and as the rule, for every float.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "both_kernels.h"
#include "captured_log.h"

namespace both_kernels {
namespace {

using single_operator::Float;
using single_operator::Operator;
using single_operator::Quantized;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kScales[] = {0.39159f,       1.0f,          0.5f,     1.0f / 3.0f, 0.0078431f,
                             0x1.71fffep-3f, 0x1.fc0006p5f, 0x1p-64f, 0x1p64f};
constexpr float kScalesBeyond[] = {3e-39f, 1e-38f, 1e30f, 3e38f};
constexpr int kZeroPoints[] = {-128, -3, 0, 127};

// The rule, in double: the quotient rounded to float, to an integer with halves away from zero, saturated.
int8_t Rule(float value, float scale, int zero_point) {
  if (std::isnan(value)) return static_cast<int8_t>(zero_point);
  const double quotient = static_cast<float>(static_cast<double>(value) / static_cast<double>(scale));
  const double limited = std::fmin(std::fabs(quotient), 1000.0);
  const double steps = std::copysign(std::floor(limited + 0.5), quotient);
  return static_cast<int8_t>(std::fmin(std::fmax(steps + zero_point, -128.0), 127.0));
}

BothKernels Models(int32_t count, float scale, int zero_point) {
  return BothKernels(
      Operator(tflite::BuiltinOperator_QUANTIZE, {Float({count})}, Quantized({count}, scale, zero_point)));
}

void ExpectTheRule(const std::vector<float>& values, float scale, int zero_point) {
  BothKernels models = Models(static_cast<int32_t>(values.size()), scale, zero_point);
  ASSERT_TRUE(models.ok());
  models.SetInput(values);
  const auto fast = models.fast.Run<int8_t>();
  ASSERT_EQ(fast, models.reference.Run<int8_t>());
  for (size_t i = 0; i < values.size(); ++i) {
    ASSERT_EQ(fast[i], Rule(values[i], scale, zero_point)) << values[i] << " / " << scale;
  }
}

// Each step's value and the floats around it, of both signs.
std::vector<float> AroundEveryStep(float scale) {
  std::vector<float> values;
  for (int k = 0; k <= 260; ++k) {
    const float step = static_cast<float>(static_cast<double>(scale) * (k + 0.5));
    float below = step;
    float above = step;
    for (int i = 0; i < 4; ++i) {
      values.insert(values.end(), {below, -below, above, -above});
      below = std::nextafter(below, 0.0f);
      above = std::nextafter(above, kInfinity);
    }
  }
  return values;
}

float FromBits(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

TEST(FastQuantize, RoundsEveryStepAsTheReferenceDoes) {
  for (const float scale : kScales) {
    for (const int zero_point : kZeroPoints) ExpectTheRule(AroundEveryStep(scale), scale, zero_point);
  }
}

TEST(FastQuantize, TakesEveryKindOfFloat) {
  std::mt19937 random(4);
  std::vector<float> values = {0.0f,
                               -0.0f,
                               kInfinity,
                               -kInfinity,
                               FromBits(1),
                               FromBits(0x807fffffu),
                               FromBits(0x7f7fffffu),
                               FromBits(0xff7fffffu),
                               FromBits(0x7fc00000u),
                               FromBits(0xff800001u)};
  while (values.size() < 8000) values.push_back(FromBits(random()));
  for (const float scale : kScales) {
    for (const int zero_point : kZeroPoints) ExpectTheRule(values, scale, zero_point);
  }
}

TEST(FastQuantize, LeavesScalesBeyondItsRangeToTheReference) {
  for (const float scale : kScalesBeyond) {
    for (const int zero_point : kZeroPoints) {
      ExpectTheRule({0.0f, 1e-38f, 2e-38f, -1e-38f, 1e30f, 1.5e30f, -kInfinity, FromBits(0x7fc00000u)}, scale,
                    zero_point);
    }
  }
}

TEST(FastQuantize, WritesAsManyBytesAsThereAreElements) {
  kernels::fast::Reciprocal reciprocal;
  ASSERT_TRUE(kernels::fast::MakeReciprocal(0.5f, &reciprocal));
  for (int32_t count = 0; count <= 40; ++count) {
    std::vector<float> values(static_cast<size_t>(count));
    for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i) - 9.25f;
    std::vector<int8_t> output(static_cast<size_t>(count) + 2, 99);
    kernels::fast::QuantizeFloats(values.data(), count, reciprocal, -5, output.data() + 1);  // odd address
    EXPECT_EQ(output.front(), 99);
    EXPECT_EQ(output.back(), 99);
    for (size_t i = 0; i < values.size(); ++i) EXPECT_EQ(output[i + 1], Rule(values[i], 0.5f, -5)) << count;
  }
}

TEST(FastQuantize, LeavesInt8InputToTheReference) {
  std::vector<int8_t> values(256);
  for (int i = 0; i < 256; ++i) values[static_cast<size_t>(i)] = static_cast<int8_t>(i - 128);
  BothKernels models(
      Operator(tflite::BuiltinOperator_QUANTIZE, {Quantized({256}, 0.3f, -5)}, Quantized({256}, 0.7f, 20)));
  ASSERT_TRUE(models.ok());
  models.SetInput(values);
  EXPECT_EQ(models.fast.Run<int8_t>(), models.reference.Run<int8_t>());
}

TEST(FastQuantize, RefusesWhatTheReferenceRefuses) {
  model_building::TakeLog();
  const ModelSpec spec = Operator(tflite::BuiltinOperator_QUANTIZE, {Float({4})}, Quantized({2, 2}, 1.0f, 0));
  EXPECT_FALSE(LoadedModel(BuildModel(spec), 65536, false, nullptr, AddFastKernels).ok());
  EXPECT_EQ(model_building::TakeLog().find("input and output differ in shape"), 0u);
}

// Every float there is, against the reference kernel; run by name (test_exhaustive.py).
class FastQuantizeEvery : public testing::TestWithParam<float> {};

TEST_P(FastQuantizeEvery, DISABLED_Float) {
  constexpr uint32_t kCount = 1u << 13;
  const int zero_point = GetParam() < 0.1f ? -128 : -3;
  BothKernels models = Models(static_cast<int32_t>(kCount), GetParam(), zero_point);
  ASSERT_TRUE(models.ok());
  std::vector<float> values(kCount);
  for (uint64_t first = 0; first < uint64_t{1} << 32; first += kCount) {
    for (uint32_t i = 0; i < kCount; ++i) values[i] = FromBits(static_cast<uint32_t>(first) + i);
    models.SetInput(values);
    ASSERT_EQ(models.fast.Run<int8_t>(), models.reference.Run<int8_t>()) << "from bits " << first;
  }
}

INSTANTIATE_TEST_SUITE_P(Scales, FastQuantizeEvery,
                         testing::Values(0.39159f, 0.0078431f, 0x1.71fffep-3f, 1.0f, 0x1p-64f));

}  // namespace
}  // namespace both_kernels
