// FULLY_CONNECTED: what Prepare refuses, and the reasons it gives.
#include <gtest/gtest.h>

#include <functional>

#include "single_operator.h"

namespace single_operator {
namespace {

// 0 input [1,4], 1 weights [3,4], 2 bias [3], 3 output [1,3]
ModelSpec Sound() {
  TensorSpec weights = Quantized({3, 4}, 0.5f, 0);
  weights.data = std::vector<uint8_t>(12, 1);
  TensorSpec bias = Int32Constant({1, 2, 3});
  bias.scales = {0.25f};
  bias.zero_points = {0};
  return Operator(tflite::BuiltinOperator_FULLY_CONNECTED, {Quantized({1, 4}, 0.5f, 0), weights, bias},
                  Quantized({1, 3}, 1.0f, 0), tflite::BuiltinOptions_FullyConnectedOptions, Node::Table());
}

struct Case {
  const char* name;
  std::function<void(ModelSpec&)> spoil;
  const char* reason;
};

class PrepareTest : public testing::TestWithParam<Case> {};

TEST_P(PrepareTest, RefusesWithAReason) {
  ModelSpec spec = Sound();
  GetParam().spoil(spec);
  EXPECT_EQ(Refusal(spec), GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, PrepareTest,
    testing::Values(
        Case{"Sound", [](ModelSpec&) {}, ""},
        Case{"NoBias", [](ModelSpec& s) { s.operators[0].inputs = {0, 1, -1}; }, ""},
        Case{"TwoOperands", [](ModelSpec& s) { s.operators[0].inputs = {0, 1}; }, ""},
        Case{"OneOperand", [](ModelSpec& s) { s.operators[0].inputs = {0}; },
             "1 input and 1 output: not what the operator takes"},
        Case{"NoWeights", [](ModelSpec& s) { s.operators[0].inputs = {0, -1, 2}; },
             "input 1 must not be left out"},
        Case{"FlatInput", [](ModelSpec& s) { s.tensors[0].shape = {2, 2, 1}; }, ""},
        Case{"InputSize", [](ModelSpec& s) { s.tensors[0].shape = {1, 5}; },
             "5 inputs and weights of 3x4 do not give 3 outputs"},
        Case{"BatchSize", [](ModelSpec& s) { s.tensors[0].shape = {2, 4}; },
             "8 inputs and weights of 3x4 do not give 3 outputs"},
        Case{"OutputSize", [](ModelSpec& s) { s.tensors[3].shape = {3, 1}; },
             "4 inputs and weights of 3x4 do not give 3 outputs"},
        Case{"ScalarOutput", [](ModelSpec& s) { s.tensors[3].shape = {}; },
             "4 inputs and weights of 3x4 do not give 1 outputs"},
        Case{"WeightRank", [](ModelSpec& s) { s.tensors[1].shape = {12}; },
             "the weights must have 2 dimensions"},
        Case{"WeightZeroPoint", [](ModelSpec& s) { s.tensors[1].zero_points = {1}; },
             "the weights must have zero point 0"},
        Case{"WeightScale",
             [](ModelSpec& s) {
               s.tensors[1].scales.clear();
               s.tensors[1].zero_points.clear();
             },
             "the weights have no scale"},
        Case{"ScalePerColumn",
             [](ModelSpec& s) {
               s.tensors[1].scales = {1, 1, 1, 1};
               s.tensors[1].zero_points = {0, 0, 0, 0};
               s.tensors[1].quantized_dimension = 1;
             },
             "the weights must have one scale, or one per output channel"},
        Case{"ComputedWeights",
             [](ModelSpec& s) {
               s.tensors[1].data.clear();
               s.inputs.push_back(1);
             },
             "the weights must be constant"},
        Case{"InputScale", [](ModelSpec& s) { s.tensors[0].scales = {0}; }, "the input has no scale"},
        Case{"OutputScale", [](ModelSpec& s) { s.tensors[3].scales = {0}; }, "the output has no scale"},
        Case{"BiasScale", [](ModelSpec& s) { s.tensors[2].scales = {0.5f}; },
             "the bias scale is not input scale * filter scale"},
        Case{"Factor",
             [](ModelSpec& s) {
               s.tensors[3].scales = {1e-30f};
               s.operators[0].inputs = {0, 1};
             },
             "the scales give a factor above 2^30"},
        Case{"Activation", [](ModelSpec& s) { s.operators[0].options.Set<int8_t>(4, 4); },
             "fused activation 4 is not supported"},
        Case{"Format", [](ModelSpec& s) { s.operators[0].options.Set<int8_t>(6, 1); },
             "fully connected weights in format 1 are not supported"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace single_operator
