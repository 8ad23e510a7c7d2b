// FULLY_CONNECTED: odd shapes, scales per tensor and per unit, bias, activations. Expected values come from
// TFLM's published rounding in exact wide arithmetic; agreement with tflite-micro itself is tested from
// Python.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <tuple>

#include "single_operator.h"

namespace single_operator {
namespace {

struct Layer {
  int batches = 1;
  int units = 1;
  int depth = 1;
  std::vector<float> scales;
  bool has_bias = true;
  int activation = 0;
  float input_scale = 0.05f;
  int input_zero_point = -17;
  float output_scale = 0.9f;
  int output_zero_point = 11;
  std::vector<int8_t> input;
  std::vector<int8_t> weights;
  std::vector<int32_t> bias;
};

Layer RandomLayer(int batches, int units, int depth, bool per_unit, bool has_bias, int activation) {
  std::mt19937 random(static_cast<unsigned>(units * 4099 + depth));
  Layer layer;
  layer.batches = batches;
  layer.units = units;
  layer.depth = depth;
  layer.has_bias = has_bias;
  layer.activation = activation;
  for (int u = 0; u < (per_unit ? units : 1); ++u)
    layer.scales.push_back(0.002f + 0.0001f * static_cast<float>(random() % 50));
  layer.output_scale = 0.002f * std::sqrt(static_cast<float>(depth)) + 0.01f;
  for (int i = 0; i < batches * depth; ++i) layer.input.push_back(static_cast<int8_t>(random()));
  for (int i = 0; i < units * depth; ++i) layer.weights.push_back(static_cast<int8_t>(random() % 255 - 127));
  for (int i = 0; i < units; ++i) layer.bias.push_back(static_cast<int32_t>(random() % 4001) - 2000);
  return layer;
}

ModelSpec Model(const Layer& layer) {
  TensorSpec weights = Quantized({layer.units, layer.depth}, 1.0f, 0);
  weights.scales = layer.scales;
  weights.zero_points.assign(layer.scales.size(), 0);
  weights.data = Bytes(layer.weights);
  std::vector<TensorSpec> inputs = {
      Quantized({layer.batches, layer.depth}, layer.input_scale, layer.input_zero_point), weights};
  if (layer.has_bias) {
    TensorSpec bias = Int32Constant(layer.bias);
    for (const float scale : layer.scales) bias.scales.push_back(scale * layer.input_scale);
    bias.zero_points.assign(layer.scales.size(), 0);
    inputs.push_back(bias);
  }
  return Operator(tflite::BuiltinOperator_FULLY_CONNECTED, inputs,
                  Quantized({layer.batches, layer.units}, layer.output_scale, layer.output_zero_point),
                  tflite::BuiltinOptions_FullyConnectedOptions,
                  Node::Table().Set<int8_t>(4, static_cast<int8_t>(layer.activation)));
}

int64_t RoundShift(int64_t value, int shift) {
  return static_cast<int64_t>(
      std::round(static_cast<long double>(value) / std::exp2(static_cast<long double>(shift))));
}

// Two roundings: product with the 31-bit mantissa (ties up), then the shift (ties away from zero).
int64_t Rescale(int64_t accumulator, double factor) {
  int exponent = 0;
  const double mantissa = std::round(std::frexp(factor, &exponent) * 2147483648.0);
  const int left = std::max(exponent, 0);
  const auto product =
      static_cast<long double>(accumulator * (int64_t{1} << left)) * static_cast<long double>(mantissa);
  return RoundShift(static_cast<int64_t>(std::floor(product / 2147483648.0L + 0.5L)), std::max(-exponent, 0));
}

int8_t Expected(const Layer& layer, int b, int u) {
  int64_t accumulator = layer.has_bias ? layer.bias[static_cast<size_t>(u)] : 0;
  for (int d = 0; d < layer.depth; ++d) {
    accumulator += static_cast<int64_t>(layer.weights[static_cast<size_t>(u * layer.depth + d)]) *
                   (layer.input[static_cast<size_t>(b * layer.depth + d)] - layer.input_zero_point);
  }
  const float scale = layer.scales[layer.scales.size() == 1 ? 0 : static_cast<size_t>(u)];
  const double factor = static_cast<double>(layer.input_scale) * static_cast<double>(scale) /
                        static_cast<double>(layer.output_scale);
  const int64_t value = Rescale(accumulator, factor) + layer.output_zero_point;
  const auto quantize = [&](float real) {
    return static_cast<int64_t>(std::round(real / layer.output_scale)) + layer.output_zero_point;
  };
  int64_t low = -128;
  int64_t high = 127;
  if (layer.activation == tflite::ActivationFunctionType_RELU ||
      layer.activation == tflite::ActivationFunctionType_RELU6) {
    low = std::max(low, quantize(0.0f));
  }
  if (layer.activation == tflite::ActivationFunctionType_RELU6) high = std::min(high, quantize(6.0f));
  if (layer.activation == tflite::ActivationFunctionType_RELU_N1_TO_1) {
    low = std::max(low, quantize(-1.0f));
    high = std::min(high, quantize(1.0f));
  }
  return static_cast<int8_t>(std::min(std::max(value, low), high));
}

void Check(const Layer& layer) {
  LoadedModel model(Model(layer));
  ASSERT_TRUE(model.ok()) << model.reason() << model_building::TakeLog();
  model.SetInput(layer.input);
  const auto output = model.Run<int8_t>();
  ASSERT_EQ(output.size(), static_cast<size_t>(layer.batches * layer.units));
  for (int b = 0; b < layer.batches; ++b) {
    for (int u = 0; u < layer.units; ++u) {
      ASSERT_EQ(output[static_cast<size_t>(b * layer.units + u)], Expected(layer, b, u)) << b << " " << u;
    }
  }
}

using Shape = std::tuple<int, int>;
class ShapeTest : public testing::TestWithParam<std::tuple<Shape, bool, bool, int>> {};

TEST_P(ShapeTest, ComputesEveryOutput) {
  const auto [shape, per_unit, has_bias, activation] = GetParam();
  Check(RandomLayer(1, std::get<0>(shape), std::get<1>(shape), per_unit, has_bias, activation));
}

INSTANTIATE_TEST_SUITE_P(Odd, ShapeTest,
                         testing::Combine(testing::Values(Shape{37, 11}, Shape{1, 1}, Shape{1024, 4},
                                                          Shape{2047, 3}, Shape{8, 640}),
                                          testing::Bool(), testing::Bool(), testing::Values(0, 1, 2, 3)));

TEST(FullyConnected, TakesBatches) { Check(RandomLayer(5, 7, 9, true, true, 1)); }

TEST(FullyConnected, SaturatesBothWays) {
  for (const int32_t bias : {INT32_MAX, INT32_MIN}) {
    Layer layer = RandomLayer(1, 1, 1, false, true, 0);
    layer.input = {static_cast<int8_t>(layer.input_zero_point)};
    layer.bias = {bias};
    LoadedModel model(Model(layer));
    ASSERT_TRUE(model.ok());
    model.SetInput(layer.input);
    EXPECT_EQ(model.Run<int8_t>(), std::vector<int8_t>{static_cast<int8_t>(bias > 0 ? 127 : -128)});
  }
}

TEST(FullyConnected, AccumulatorsThatOverflowWrap) {
  Layer layer = RandomLayer(1, 1, 2, false, true, 0);
  layer.input = {127, 127};
  layer.weights = {127, 127};
  layer.bias = {INT32_MAX};
  LoadedModel model(Model(layer));
  ASSERT_TRUE(model.ok());
  model.SetInput(layer.input);
  EXPECT_EQ(model.Run<int8_t>(), std::vector<int8_t>{-128});
}

}  // namespace
}  // namespace single_operator
