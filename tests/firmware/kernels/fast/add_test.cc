// The fast ADD: the same bytes as the reference kernel.
#include "kernels/fast/add.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "single_operator.h"

namespace single_operator {
namespace {

void AddFastAdd(model_building::Resolver& resolver) {
  if (resolver.AddAdd(kernels::fast::RegisterAdd()) != kTfLiteOk) std::abort();
}

struct Sum {
  std::vector<int32_t> shape1 = {1, 64};
  std::vector<int32_t> shape2 = {1, 64};
  std::vector<int32_t> shape = {1, 64};
  float scale1 = 0.1f;
  float scale2 = 0.07f;
  float scale = 0.15f;
  int zero_point1 = 3;
  int zero_point2 = -20;
  int zero_point = 5;
  int activation = 0;
};

std::vector<int8_t> AnyBytes(const std::vector<int32_t>& shape, std::mt19937& random) {
  size_t count = 1;
  for (const int32_t size : shape) count *= static_cast<size_t>(size);
  std::vector<int8_t> bytes(count);
  for (int8_t& byte : bytes) byte = static_cast<int8_t>(random());
  return bytes;
}

void Check(const Sum& sum, std::mt19937& random) {
  const std::vector<uint8_t> model =
      BuildModel(Operator(tflite::BuiltinOperator_ADD,
                          {Quantized(sum.shape1, sum.scale1, sum.zero_point1),
                           Quantized(sum.shape2, sum.scale2, sum.zero_point2)},
                          Quantized(sum.shape, sum.scale, sum.zero_point), tflite::BuiltinOptions_AddOptions,
                          Node::Table().Set<int8_t>(4, static_cast<int8_t>(sum.activation))));
  LoadedModel reference(model, 1 << 13);
  LoadedModel fast(model, 1 << 13, false, nullptr, AddFastAdd);
  ASSERT_EQ(reference.ok(), fast.ok());
  if (!reference.ok()) return;
  const std::vector<int8_t> input1 = AnyBytes(sum.shape1, random);
  const std::vector<int8_t> input2 = AnyBytes(sum.shape2, random);
  for (LoadedModel* loaded : {&reference, &fast}) {
    loaded->SetInput(input1, 0);
    loaded->SetInput(input2, 1);
  }
  ASSERT_EQ(fast.Run<int8_t>(), reference.Run<int8_t>())
      << sum.scale1 << " and " << sum.scale2 << " to " << sum.scale;
}

float AnyScale(std::mt19937& random) {
  const float mantissa = 1.0f + static_cast<float>(random() % 4096) / 4096.0f;
  return std::ldexp(random() % 4 == 0 ? 1.0f : mantissa, -static_cast<int>(random() % 12));
}

TEST(FastAdd, GivesTheReferencesBytesForRandomScales) {
  std::mt19937 random(51);
  for (int i = 0; i < 3000 && !testing::Test::HasFailure(); ++i) {
    Sum sum;
    const auto count = static_cast<int32_t>(1 + random() % 70);
    sum.shape1 = sum.shape2 = sum.shape = {1, count};
    sum.scale1 = AnyScale(random);
    sum.scale2 = AnyScale(random);
    sum.scale = AnyScale(random);
    sum.zero_point1 = static_cast<int8_t>(random());
    sum.zero_point2 = static_cast<int8_t>(random());
    sum.zero_point = static_cast<int8_t>(random());
    sum.activation = static_cast<int>(random() % 4);
    Check(sum, random);
  }
}

// From operands that add nothing to the same scale, where nothing is shifted.
TEST(FastAdd, TakesEveryRatioOfScales) {
  std::mt19937 random(52);
  Sum sum;
  for (int exponent = -40; exponent <= 40; ++exponent) {
    for (const float mantissa : {1.0f, 1.3f, 1.9999999f}) {
      sum.scale1 = 0.1f * std::ldexp(mantissa, exponent);
      sum.scale2 = 0.1f;
      sum.scale = 1.3f * std::max(sum.scale1, sum.scale2);
      Check(sum, random);
    }
  }
}

TEST(FastAdd, LeavesBroadcastsToTheReference) {
  std::mt19937 random(53);
  Sum sum;
  sum.shape1 = {1, 1};
  Check(sum, random);
  sum.shape1 = sum.shape = {3, 64};
  Check(sum, random);
}

// Down to those that are refused: a factor from the sum of 1/4 and more, of 1.
TEST(FastAdd, TakesEveryScaleOfTheOutput) {
  std::mt19937 random(54);
  Sum sum;
  for (int exponent = -24; exponent <= 20; ++exponent) {
    sum.scale = std::ldexp(1.1f, exponent);
    Check(sum, random);
  }
}

}  // namespace
}  // namespace single_operator
