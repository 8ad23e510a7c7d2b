// The fast conversions where output and input share memory: the bytes are those of arrays that lie apart, at
// the least distance that the planner may choose and above it.
#include "kernels/in_place.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "kernels/fast/dequantize.h"
#include "kernels/fast/quantize.h"

namespace {

constexpr int32_t kMostElements = 70;
constexpr int32_t kMostDistance = 40;

size_t Size(int32_t count) { return static_cast<size_t>(count); }

TEST(FastInPlace, InputsOfDequantizeMayLieAtTheEndOfItsOutput) {
  for (int32_t count = 1; count <= kMostElements; ++count) {
    std::vector<int8_t> values(Size(count));
    for (int32_t i = 0; i < count; ++i) values[Size(i)] = static_cast<int8_t>(89 * i + 3);
    std::vector<float> apart(Size(count));
    kernels::fast::DequantizeInts(values.data(), count, 0.25f, -7, apart.data());
    const int32_t least = 3 * (count - 1);
    for (int32_t distance = least; distance <= least + kMostDistance; ++distance) {
      std::vector<float> shared(Size(count + kMostDistance));
      auto* input = reinterpret_cast<int8_t*>(shared.data()) + distance;
      std::copy(values.begin(), values.end(), input);
      kernels::fast::DequantizeInts(input, count, 0.25f, -7, shared.data());
      ASSERT_EQ(std::memcmp(shared.data(), apart.data(), sizeof(float) * Size(count)), 0)
          << count << " elements at " << distance;
    }
  }
}

TEST(FastInPlace, OutputsOfQuantizeMayLieAtOrBelowTheStartOfItsInput) {
  kernels::fast::Reciprocal reciprocal = {};
  ASSERT_TRUE(kernels::fast::MakeReciprocal(0.3f, &reciprocal));
  for (int32_t count = 1; count <= kMostElements; ++count) {
    std::vector<float> values(Size(count));
    for (int32_t i = 0; i < count; ++i) values[Size(i)] = static_cast<float>(37 * i % 61 - 30);
    std::vector<int8_t> apart(Size(count));
    kernels::fast::QuantizeFloats(values.data(), count, reciprocal, 4, apart.data());
    for (int32_t distance = 0; distance <= kMostDistance; ++distance) {
      std::vector<float> shared(Size(count + kMostDistance));
      float* input = shared.data() + kMostDistance / 4;
      std::copy(values.begin(), values.end(), input);
      int8_t* output = reinterpret_cast<int8_t*>(input) - distance;
      kernels::fast::QuantizeFloats(input, count, reciprocal, 4, output);
      ASSERT_EQ(std::memcmp(output, apart.data(), Size(count)), 0) << count << " elements at " << distance;
    }
  }
}

// A registration of an installed TFLM.
struct WithoutAWord {
  int invoke;
};

TEST(FastInPlace, ThePromiseIsLeftOutWhereThereIsNoWordForIt) {
  EXPECT_EQ(kernels::ReadsBeforeItWrites(WithoutAWord{5}).invoke, 5);
  EXPECT_TRUE(kernels::ReadsBeforeItWrites(TFLMRegistration{}).in_place);
  EXPECT_FALSE(TFLMRegistration{}.in_place);
}

}  // namespace
