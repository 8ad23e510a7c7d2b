// The fast CONV_2D: the same bytes as the reference kernel.
#include "kernels/fast/conv_2d.h"

#include <gtest/gtest.h>

#include "random_convolution.h"

namespace random_convolution {
namespace {

TEST(FastConv2D, GivesTheReferencesBytesForRandomLayers) {
  Random random(21);
  for (int i = 0; i < 600 && !testing::Test::HasFailure(); ++i) {
    Convolution layer = RandomConvolution(random);
    layer.groups = random() % 5 == 0 ? 2 : 1;
    layer.inputs = layer.groups * (1 + static_cast<int32_t>(random() % 9));
    layer.outputs = layer.groups * (1 + static_cast<int32_t>(random() % 11));
    Check(layer, random);
  }
}

// 1 to 70 weights a channel of a pixel's filter, 3 to 210 of a column's.
TEST(FastConv2D, TakesEveryRemainderOfChannels) {
  Random random(22);
  Convolution layer;
  layer.columns = {3, 1, 1, 1};
  layer.rows.input = 3;
  for (layer.outputs = 1; layer.outputs <= 9; ++layer.outputs) {
    for (layer.inputs = 1; layer.inputs <= 70; layer.inputs += layer.outputs) {
      for (layer.rows.filter = 1; layer.rows.filter <= 3; layer.rows.filter += 2) Check(layer, random);
    }
  }
}

TEST(FastConv2D, TakesEveryZeroPoint) {
  Random random(23);
  Convolution layer;
  layer.rows.input = layer.columns.input = 2;
  for (layer.input_zero_point = -128; layer.input_zero_point <= 127; ++layer.input_zero_point) {
    layer.output_zero_point = -1 - layer.input_zero_point;
    Check(layer, random);
  }
}

TEST(FastConv2D, TakesEveryFactor) {
  Random random(24);
  Convolution layer;
  layer.rows.input = layer.columns.input = 2;
  CheckFactors(layer, random);
}

// What is on the input lies between places that the filter's columns skip.
TEST(FastConv2D, TakesFiltersWithoutAColumnOnTheInput) {
  Random random(25);
  Convolution layer;
  for (int32_t input = 1; input <= 4; ++input) {
    layer.rows = layer.columns = {input, 2, 1, 7};
    Check(layer, random);
  }
}

TEST(FastConv2D, TakesTheLargestDilation) {
  Random random(41);
  CheckLargestDilation(Convolution{}, random);
}

}  // namespace
}  // namespace random_convolution
