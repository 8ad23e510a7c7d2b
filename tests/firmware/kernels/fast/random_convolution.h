// Models of one convolution with random weights, run by the reference kernel and by the fast one.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "both_kernels.h"
#include "kernels/fast/conv_2d.h"
#include "kernels/fast/depthwise_conv_2d.h"
#include "single_operator.h"
#include "tensorflow/lite/kernels/padding.h"

namespace random_convolution {

using single_operator::Bytes;
using single_operator::Int32Constant;
using single_operator::LoadedModel;
using single_operator::ModelSpec;
using single_operator::Node;
using single_operator::Quantized;
using single_operator::TensorSpec;

inline void AddFastConvolutions(model_building::Resolver& resolver) {
  const bool added = resolver.AddConv2D(kernels::fast::RegisterConv2D()) == kTfLiteOk &&
                     resolver.AddDepthwiseConv2D(kernels::fast::RegisterDepthwiseConv2D()) == kTfLiteOk;
  if (!added) std::abort();
}

// Along rows or along columns.
struct Axis {
  int32_t input = 6;
  int32_t filter = 3;
  int32_t stride = 1;
  int32_t dilation = 1;

  int32_t Outputs(bool same) const {
    return tflite::ComputeOutSize(same ? kTfLitePaddingSame : kTfLitePaddingValid, input, filter, stride,
                                  dilation);
  }
};

struct Convolution {
  bool depthwise = false;
  int32_t batches = 1;
  Axis rows;
  Axis columns;
  int32_t inputs = 5;   // channels
  int32_t outputs = 7;  // channels, of all groups
  int32_t groups = 1;   // unless depthwise
  bool same = true;
  bool per_channel = true;
  bool has_bias = true;
  int activation = 0;
  int input_zero_point = -9;
  int output_zero_point = 4;
  float input_scale = 0.03f;
  float output_scale = 0.5f;
};

using Random = std::mt19937;

inline int8_t AnyByte(Random& random) { return static_cast<int8_t>(random()); }

inline std::vector<int8_t> AnyBytes(int32_t count, Random& random) {
  std::vector<int8_t> bytes(static_cast<size_t>(count));
  for (int8_t& byte : bytes) byte = AnyByte(random);
  return bytes;
}

inline TensorSpec Filter(const Convolution& layer, Random& random) {
  TensorSpec filter =
      layer.depthwise
          ? Quantized({1, layer.rows.filter, layer.columns.filter, layer.outputs}, 1.0f, 0)
          : Quantized({layer.outputs, layer.rows.filter, layer.columns.filter, layer.inputs / layer.groups},
                      1.0f, 0);
  filter.scales.clear();
  for (int32_t o = 0; o < (layer.per_channel ? layer.outputs : 1); ++o) {
    filter.scales.push_back(0.01f * (1.0f + 0.1f * static_cast<float>(random() % 30)));
  }
  filter.zero_points.assign(filter.scales.size(), 0);
  filter.quantized_dimension = layer.depthwise ? 3 : 0;
  const int32_t area = layer.rows.filter * layer.columns.filter;
  const int32_t depth = layer.depthwise ? 1 : layer.inputs / layer.groups;
  filter.data = Bytes(AnyBytes(layer.outputs * area * depth, random));
  return filter;
}

inline Node Options(const Convolution& layer) {
  Node options = Node::Table()
                     .Set<int8_t>(4, layer.same ? tflite::Padding_SAME : tflite::Padding_VALID)
                     .Set<int32_t>(6, layer.columns.stride)
                     .Set<int32_t>(8, layer.rows.stride);
  const uint16_t next = layer.depthwise ? 12 : 10;
  if (layer.depthwise) options.Set<int32_t>(10, layer.outputs / layer.inputs);
  return options.Set<int8_t>(next, static_cast<int8_t>(layer.activation))
      .Set<int32_t>(static_cast<uint16_t>(next + 2), layer.columns.dilation)
      .Set<int32_t>(static_cast<uint16_t>(next + 4), layer.rows.dilation);
}

inline ModelSpec Model(const Convolution& layer, Random& random) {
  std::vector<TensorSpec> operands = {
      Quantized({layer.batches, layer.rows.input, layer.columns.input, layer.inputs}, layer.input_scale,
                layer.input_zero_point),
      Filter(layer, random)};
  if (layer.has_bias) {
    std::vector<int32_t> biases(static_cast<size_t>(layer.outputs));
    for (int32_t& bias : biases) bias = static_cast<int32_t>(random() % 20001) - 10000;
    operands.push_back(Int32Constant(biases));
  }
  const TensorSpec output = Quantized(
      {layer.batches, layer.rows.Outputs(layer.same), layer.columns.Outputs(layer.same), layer.outputs},
      layer.output_scale, layer.output_zero_point);
  return single_operator::Operator(
      layer.depthwise ? tflite::BuiltinOperator_DEPTHWISE_CONV_2D : tflite::BuiltinOperator_CONV_2D, operands,
      output,
      layer.depthwise ? tflite::BuiltinOptions_DepthwiseConv2DOptions : tflite::BuiltinOptions_Conv2DOptions,
      Options(layer));
}

// Runs both kernels on a random input, twice, and expects the same bytes.
inline void Check(const Convolution& layer, Random& random, size_t arena_bytes = 1 << 16) {
  const std::vector<uint8_t> model = BuildModel(Model(layer, random));
  LoadedModel reference(model, arena_bytes);
  LoadedModel fast(model, arena_bytes, false, nullptr, AddFastConvolutions);
  ASSERT_TRUE(reference.ok() && fast.ok()) << model_building::TakeLog();
  for (int run = 0; run < 2; ++run) {
    const std::vector<int8_t> input =
        AnyBytes(layer.batches * layer.rows.input * layer.columns.input * layer.inputs, random);
    reference.SetInput(input);
    fast.SetInput(input);
    const std::vector<int8_t> expected = reference.Run<int8_t>();
    ASSERT_FALSE(expected.empty());
    ASSERT_EQ(fast.Run<int8_t>(), expected)
        << layer.rows.input << "x" << layer.columns.input << "x" << layer.inputs << ", filter "
        << layer.rows.filter << "x" << layer.columns.filter << "x" << layer.outputs << ", strides "
        << layer.rows.stride << "x" << layer.columns.stride << ", dilation " << layer.rows.dilation << "x"
        << layer.columns.dilation << ", same " << layer.same;
  }
}

inline Axis RandomAxis(Random& random) {
  Axis axis;
  axis.filter = 1 + static_cast<int32_t>(random() % 4);
  axis.stride = 1 + static_cast<int32_t>(random() % 3);
  axis.dilation = random() % 3 == 0 ? 2 + static_cast<int32_t>(random() % 2) : 1;
  axis.input = 1 + static_cast<int32_t>(random() % 9);
  return axis;
}

// All but the channels.
inline Convolution RandomConvolution(Random& random) {
  Convolution layer;
  layer.batches = random() % 4 == 0 ? 2 : 1;
  layer.rows = RandomAxis(random);
  layer.columns = RandomAxis(random);
  layer.same = layer.rows.Outputs(false) <= 0 || layer.columns.Outputs(false) <= 0 || random() % 2 == 0;
  layer.per_channel = random() % 4 != 0;
  layer.has_bias = random() % 4 != 0;
  layer.activation = static_cast<int>(random() % 4);
  layer.input_zero_point = AnyByte(random);
  layer.output_zero_point = AnyByte(random);
  layer.output_scale = 0.05f * static_cast<float>(1 + random() % 20);
  return layer;
}

// From factors that leave one code of each sum to those that saturate all, on both sides of 1/4.
inline void CheckFactors(Convolution layer, Random& random) {
  for (int exponent = -34; exponent <= 8; ++exponent) {
    for (const bool per_channel : {false, true}) {
      layer.per_channel = per_channel;
      layer.input_scale = std::ldexp(100.0f, exponent);
      layer.output_scale = 1.0f;
      Check(layer, random);
    }
  }
}

// Steps of dilation that int32 does not hold, of which the input has room for none.
inline void CheckLargestDilation(Convolution layer, Random& random) {
  layer.rows = {2, 2, 1, 32767};
  layer.columns = {64, 2, 1, 32767};
  layer.inputs = 1024;
  layer.outputs = layer.depthwise ? 1024 : 4;
  Check(layer, random, 1 << 19);
}

}  // namespace random_convolution
