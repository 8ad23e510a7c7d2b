// Random input is the same for everybody: numbers worked out with Python from the generator's definition.
#include "app/random_input.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace {

TEST(RandomInput, FollowsItsDefinition) {
  std::array<int8_t, 4> bytes{};
  TfLiteTensor tensor{};
  tensor.type = kTfLiteInt8;
  tensor.data.int8 = bytes.data();
  tensor.bytes = bytes.size();
  app::FillRandom(tensor, 1);
  EXPECT_EQ(bytes, (std::array<int8_t, 4>{81, -28, -26, 19}));
  const auto first = bytes;
  app::FillRandom(tensor, 2);
  EXPECT_NE(bytes, first);
  app::FillRandom(tensor, 0x9E3779B9);  // whose state would stay 0
  EXPECT_NE(bytes, (std::array<int8_t, 4>{}));
}

TEST(RandomInput, FillsTheRangeOfFloats) {
  std::array<float, 1000> values{};
  TfLiteTensor tensor{};
  tensor.type = kTfLiteFloat32;
  tensor.data.f = values.data();
  tensor.bytes = sizeof values;
  app::FillRandom(tensor, 1);
  EXPECT_FLOAT_EQ(values[0], -23.483596801757812f);
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  EXPECT_GE(*low, -64.0f);
  EXPECT_LT(*low, -60.0f);
  EXPECT_LT(*high, 64.0f);
  EXPECT_GT(*high, 60.0f);
}

TEST(RandomInput, ClearsOtherTypes) {
  std::array<int32_t, 2> values{1, 2};
  TfLiteTensor tensor{};
  tensor.type = kTfLiteInt32;
  tensor.data.i32 = values.data();
  tensor.bytes = sizeof values;
  app::FillRandom(tensor, 1);
  EXPECT_EQ(values, (std::array<int32_t, 2>{}));
}

}  // namespace
