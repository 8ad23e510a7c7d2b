// The fast FULLY_CONNECTED: the same bytes as the reference kernel, in both orders of weights.
#include "kernels/fast/fully_connected.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>

#include "kernels/external_context.h"
#include "single_operator.h"
#include "tensorflow/lite/micro/kernels/fully_connected.h"
#include "weight_layout.h"

namespace single_operator {
namespace {

using kernels::WeightOrder;
using model_building::PlacedModel;

struct Layer {
  int32_t batches = 1;
  int32_t units = 4;
  int32_t depth = 8;
  bool per_unit = false;
  bool has_bias = true;
  int activation = 0;
  float input_scale = 0.05f;
  int input_zero_point = -17;
  float weights_scale = 0.004f;
  float output_scale = 0.4f;
  int output_zero_point = 11;
  WeightOrder order = WeightOrder::kRows;
};

int8_t AnyByte(std::mt19937& random) { return static_cast<int8_t>(random()); }

// A model of one layer and its input.
struct Case {
  std::vector<uint8_t> model;
  std::vector<int8_t> input;
};

Case Build(const Layer& layer, std::mt19937& random) {
  TensorSpec weights = Quantized({layer.units, layer.depth}, 1.0f, 0);
  weights.scales.clear();
  for (int32_t u = 0; u < (layer.per_unit ? layer.units : 1); ++u) {
    weights.scales.push_back(layer.weights_scale * (1.0f + 0.05f * static_cast<float>(random() % 40)));
  }
  weights.zero_points.assign(weights.scales.size(), 0);
  std::vector<int8_t> values(static_cast<size_t>(layer.units) * static_cast<size_t>(layer.depth));
  for (int8_t& value : values) value = AnyByte(random);
  weights.data = Bytes(values);
  std::vector<TensorSpec> inputs = {
      Quantized({layer.batches, layer.depth}, layer.input_scale, layer.input_zero_point), weights};
  if (layer.has_bias) {
    std::vector<int32_t> biases(static_cast<size_t>(layer.units));
    for (int32_t& bias : biases) bias = static_cast<int32_t>(random() % 20001) - 10000;
    TensorSpec bias = Int32Constant(biases);
    for (const float scale : weights.scales) bias.scales.push_back(scale * layer.input_scale);
    bias.zero_points = weights.zero_points;
    inputs.push_back(bias);
  }
  ModelSpec spec =
      Operator(tflite::BuiltinOperator_FULLY_CONNECTED, inputs,
               Quantized({layer.batches, layer.units}, layer.output_scale, layer.output_zero_point),
               tflite::BuiltinOptions_FullyConnectedOptions,
               Node::Table().Set<int8_t>(4, static_cast<int8_t>(layer.activation)));
  if (layer.order == WeightOrder::kRowPairs) {
    spec.metadata = {{"earshot.layout", Bytes(std::vector<uint32_t>{1, 1})}};
  }
  Case built = {BuildModel(spec), std::vector<int8_t>(static_cast<size_t>(layer.batches * layer.depth))};
  for (int8_t& value : built.input) value = AnyByte(random);
  return built;
}

// The output of the case's model with a kernel; empty where it does not run. Memory of the model ends where
// its bytes do, which a sanitizer watches.
std::vector<int8_t> Outputs(const Case& made, const TFLMRegistration& kernel) {
  const PlacedModel placed(made.model);
  const tflite::Model& model = *tflite::GetModel(placed.data());
  kernels::ExternalContext context;
  context.weight_orders = earshot::ReadWeightLayout(model);
  tflite::MicroMutableOpResolver<1> resolver;
  if (resolver.AddFullyConnected(kernel) != kTfLiteOk) return {};
  std::vector<uint8_t> arena(1 << 17, 0xA5);
  tflite::MicroInterpreter interpreter(&model, resolver, arena.data(), arena.size());
  if (interpreter.SetMicroExternalContext(&context) != kTfLiteOk) return {};
  if (interpreter.AllocateTensors() != kTfLiteOk) return {};
  std::memcpy(interpreter.input(0)->data.data, made.input.data(), made.input.size());
  if (interpreter.Invoke() != kTfLiteOk) return {};
  const TfLiteTensor& output = *interpreter.output(0);
  return {output.data.int8, output.data.int8 + output.bytes};
}

std::vector<int8_t> Check(const Layer& layer, std::mt19937& random) {
  const Case made = Build(layer, random);
  const std::vector<int8_t> expected = Outputs(made, tflite::Register_FULLY_CONNECTED_INT8());
  EXPECT_EQ(expected.size(), static_cast<size_t>(layer.batches * layer.units)) << model_building::TakeLog();
  EXPECT_EQ(Outputs(made, kernels::fast::RegisterFullyConnected()), expected)
      << layer.batches << " x " << layer.units << " x " << layer.depth << ", pairs "
      << (layer.order == WeightOrder::kRowPairs);
  return expected;
}

Layer RandomLayer(std::mt19937& random) {
  Layer layer;
  layer.batches = random() % 4 == 0 ? 3 : 1;
  layer.units = 1 + static_cast<int32_t>(random() % 23);
  layer.depth = 1 + static_cast<int32_t>(random() % 140);
  layer.per_unit = random() % 2 == 0;
  layer.has_bias = random() % 4 != 0;
  layer.activation = static_cast<int>(random() % 4);
  layer.input_zero_point = AnyByte(random);
  layer.output_zero_point = AnyByte(random);
  layer.output_scale = 0.05f * static_cast<float>(1 + random() % 20);
  if (layer.units % 2 == 0 && random() % 2 == 0) layer.order = WeightOrder::kRowPairs;
  return layer;
}

TEST(FastFullyConnected, GivesTheReferencesBytesForRandomLayers) {
  std::mt19937 random(8);
  for (int i = 0; i < 1500 && !testing::Test::HasFailure(); ++i) Check(RandomLayer(random), random);
}

TEST(FastFullyConnected, TakesEveryRemainderOfUnitsAndDepth) {
  std::mt19937 random(9);
  Layer layer;
  for (layer.units = 1; layer.units <= 9; ++layer.units) {
    for (layer.depth = 1; layer.depth <= 70; ++layer.depth) {
      layer.order = WeightOrder::kRows;
      Check(layer, random);
      layer.order = WeightOrder::kRowPairs;
      if (layer.units % 2 == 0) Check(layer, random);
    }
  }
}

TEST(FastFullyConnected, TakesEveryZeroPoint) {
  std::mt19937 random(10);
  Layer layer;
  layer.depth = 32;
  for (layer.input_zero_point = -128; layer.input_zero_point <= 127; ++layer.input_zero_point) {
    layer.output_zero_point = -1 - layer.input_zero_point;
    Check(layer, random);
  }
}

// From factors that leave one code of each sum to those that saturate all, on both sides of 1/4.
TEST(FastFullyConnected, TakesEveryFactor) {
  std::mt19937 random(11);
  Layer layer;
  layer.depth = 4;
  for (int exponent = -34; exponent <= 8; ++exponent) {
    for (const float mantissa : {1.0f, 1.3f, 1.9999999f}) {
      for (layer.per_unit = false;; layer.per_unit = true) {
        layer.input_scale = std::ldexp(mantissa, exponent);
        layer.weights_scale = layer.output_scale = 1.0f;
        Check(layer, random);
        if (layer.per_unit) break;
      }
    }
  }
}

ModelSpec Fixed(const std::vector<TensorSpec>& inputs, const TensorSpec& output) {
  return Operator(tflite::BuiltinOperator_FULLY_CONNECTED, inputs, output,
                  tflite::BuiltinOptions_FullyConnectedOptions, Node::Table());
}

TEST(FastFullyConnected, SumsThatOverflowWrap) {
  for (const int32_t bias : {INT32_MAX, INT32_MIN, INT32_MAX - 100'000}) {
    std::vector<TensorSpec> inputs = {Quantized({1, 8}, 0.05f, -17), Quantized({4, 8}, 0.004f, 0),
                                      Int32Constant({bias, bias, bias, bias})};
    inputs[1].data = Bytes(std::vector<int8_t>(32, bias > 0 ? 127 : -128));
    inputs[2].scales = {0.05f * 0.004f};
    inputs[2].zero_points = {0};
    const Case made = {BuildModel(Fixed(inputs, Quantized({1, 4}, 0.4f, 11))), std::vector<int8_t>(8, 127)};
    EXPECT_EQ(Outputs(made, tflite::Register_FULLY_CONNECTED_INT8()),
              std::vector<int8_t>(4, bias > 0 ? -128 : 127));
    EXPECT_EQ(Outputs(made, kernels::fast::RegisterFullyConnected()),
              std::vector<int8_t>(4, bias > 0 ? -128 : 127));
  }
}

TEST(FastFullyConnected, RefusesWhatTheReferenceRefuses) {
  TensorSpec weights = Quantized({3, 8}, 0.1f, 5);  // a zero point
  weights.data = Bytes(std::vector<int8_t>(24, 1));
  const Case made = {BuildModel(Fixed({Quantized({1, 8}, 0.1f, 0), weights}, Quantized({1, 3}, 0.1f, 0))),
                     {}};
  model_building::TakeLog();
  EXPECT_TRUE(Outputs(made, tflite::Register_FULLY_CONNECTED_INT8()).empty());
  const std::string expected = model_building::TakeLog();
  EXPECT_NE(expected, "");
  EXPECT_TRUE(Outputs(made, kernels::fast::RegisterFullyConnected()).empty());
  EXPECT_EQ(model_building::TakeLog(), expected);
}

}  // namespace
}  // namespace single_operator
