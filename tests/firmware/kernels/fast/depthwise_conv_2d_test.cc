// The fast DEPTHWISE_CONV_2D: the same bytes as the reference kernel.
#include "kernels/fast/depthwise_conv_2d.h"

#include <gtest/gtest.h>

#include "random_convolution.h"

namespace random_convolution {
namespace {

Convolution Depthwise(int32_t channels) {
  Convolution layer;
  layer.depthwise = true;
  layer.inputs = layer.outputs = channels;
  return layer;
}

TEST(FastDepthwiseConv2D, GivesTheReferencesBytesForRandomLayers) {
  Random random(31);
  for (int i = 0; i < 600 && !testing::Test::HasFailure(); ++i) {
    Convolution layer = RandomConvolution(random);
    layer.depthwise = true;
    layer.inputs = 1 + static_cast<int32_t>(random() % 19);
    layer.outputs = layer.inputs * (random() % 5 == 0 ? 3 : 1);
    Check(layer, random);
  }
}

TEST(FastDepthwiseConv2D, TakesEveryFilterAndRemainderOfChannels) {
  Random random(32);
  for (int32_t channels = 1; channels <= 9; ++channels) {
    Convolution layer = Depthwise(channels);
    for (layer.rows.filter = 1; layer.rows.filter <= 5; ++layer.rows.filter) {
      for (layer.columns.filter = 1; layer.columns.filter <= 8; ++layer.columns.filter) Check(layer, random);
    }
  }
}

TEST(FastDepthwiseConv2D, TakesEveryZeroPoint) {
  Random random(33);
  Convolution layer = Depthwise(4);
  layer.rows.input = layer.columns.input = 2;
  for (layer.input_zero_point = -128; layer.input_zero_point <= 127; ++layer.input_zero_point) {
    layer.output_zero_point = -1 - layer.input_zero_point;
    Check(layer, random);
  }
}

TEST(FastDepthwiseConv2D, TakesEveryFactor) {
  Random random(34);
  Convolution layer = Depthwise(5);
  layer.rows.input = layer.columns.input = 2;
  CheckFactors(layer, random);
}

TEST(FastDepthwiseConv2D, TakesFiltersWithoutAColumnOnTheInput) {
  Random random(35);
  Convolution layer = Depthwise(6);
  for (int32_t input = 1; input <= 4; ++input) {
    layer.rows = layer.columns = {input, 2, 1, 7};
    Check(layer, random);
  }
}

TEST(FastDepthwiseConv2D, TakesTheLargestDilation) {
  Random random(41);
  CheckLargestDilation(Depthwise(4), random);
}

}  // namespace
}  // namespace random_convolution
