// Broadcasting against the plain rule: along a dimension of size 1 an operand repeats.
#include "kernels/reference/broadcast.h"

#include <gtest/gtest.h>

#include <random>
#include <utility>
#include <vector>

namespace {

using kernels::reference::Broadcast;
using kernels::reference::FindBroadcast;
using kernels::reference::ForEachRow;
using tflite::RuntimeShape;

using Sizes = std::vector<int32_t>;
using Pairs = std::vector<std::pair<int32_t, int32_t>>;

RuntimeShape Shape(const Sizes& sizes) { return RuntimeShape(static_cast<int>(sizes.size()), sizes.data()); }

Pairs Positions(const Broadcast& broadcast) {
  Pairs pairs;
  ForEachRow(broadcast,
             [&](int32_t first1, int32_t step1, int32_t first2, int32_t step2, int32_t done, int32_t n) {
               EXPECT_EQ(done, static_cast<int32_t>(pairs.size()));
               for (int32_t i = 0; i < n; ++i) pairs.emplace_back(first1 + i * step1, first2 + i * step2);
             });
  return pairs;
}

// Position in an operand of `sizes` (1 where it repeats) of the output's element `element`.
int32_t PlainPosition(const Sizes& sizes, const Sizes& output, int32_t element) {
  int32_t position = 0;
  int32_t step = 1;
  for (size_t d = output.size(); d-- > 0;) {
    position += sizes[d] == 1 ? 0 : element % output[d] * step;
    element /= output[d];
    step *= sizes[d];
  }
  return position;
}

TEST(Broadcast, FollowsThePlainRule) {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    Sizes sizes1;
    Sizes sizes2;
    Sizes output;
    int32_t elements = 1;
    for (unsigned rank = random() % 7; rank > 0; --rank) {
      const auto size = static_cast<int32_t>(random() % 4 + 1);
      const unsigned repeats = random() % 3;
      sizes1.push_back(repeats == 1 ? 1 : size);
      sizes2.push_back(repeats == 2 ? 1 : size);
      output.push_back(size);
      elements *= size;
    }
    Broadcast broadcast;
    ASSERT_TRUE(FindBroadcast(Shape(sizes1), Shape(sizes2), Shape(output), &broadcast));
    Pairs expected;
    for (int32_t i = 0; i < elements; ++i)
      expected.emplace_back(PlainPosition(sizes1, output, i), PlainPosition(sizes2, output, i));
    ASSERT_EQ(Positions(broadcast), expected);
  }
}

TEST(Broadcast, JoinsWhatBothRunThrough) {
  Broadcast broadcast;
  ASSERT_TRUE(FindBroadcast(Shape({2, 3, 4}), Shape({2, 3, 4}), Shape({2, 3, 4}), &broadcast));
  EXPECT_EQ(broadcast.rank, 1);
  ASSERT_TRUE(FindBroadcast(Shape({2, 3, 4}), Shape({4}), Shape({2, 3, 4}), &broadcast));
  EXPECT_EQ(broadcast.rank, 2);
  ASSERT_TRUE(FindBroadcast(Shape({}), Shape({2, 3, 4}), Shape({2, 3, 4}), &broadcast));
  EXPECT_EQ(broadcast.rank, 1);
}

TEST(Broadcast, RefusesShapesThatDoNotGoTogether) {
  Broadcast broadcast;
  EXPECT_FALSE(FindBroadcast(Shape({2}), Shape({3}), Shape({3}), &broadcast));
  EXPECT_FALSE(FindBroadcast(Shape({2}), Shape({1}), Shape({1}), &broadcast));
  EXPECT_FALSE(FindBroadcast(Shape({1, 2}), Shape({2}), Shape({2}), &broadcast));
}

}  // namespace
