// SAME and VALID padding: sizes and first positions, from the definitions in TensorFlow's documentation.
#include "tensorflow/lite/kernels/padding.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace {

using tflite::ComputeOutSize;
using tflite::ComputePaddingHeightWidth;

TEST(Padding, SizesAreThoseOfTheDefinition) {
  for (int image = 1; image < 20; ++image) {
    for (int filter = 1; filter < 8; ++filter) {
      for (int stride = 1; stride < 5; ++stride) {
        for (int dilation = 1; dilation < 4; ++dilation) {
          const int reach = (filter - 1) * dilation + 1;
          const int valid = static_cast<int>(std::ceil(static_cast<double>(image - reach + 1) / stride));
          EXPECT_EQ(ComputeOutSize(kTfLitePaddingValid, image, filter, stride, dilation), std::max(valid, 0));
          EXPECT_EQ(ComputeOutSize(kTfLitePaddingSame, image, filter, stride, dilation),
                    static_cast<int>(std::ceil(static_cast<double>(image) / stride)));
        }
      }
    }
  }
}

TEST(Padding, TheOddOneLiesBehind) {
  int rows = 0;
  int columns = 0;
  // Rows: 5 in steps of 2 give 3, which reach over 2 * 2 + 4 = 8. Columns: 6 by 1 give 6, 5 + 3 = 8.
  const TfLitePaddingValues values =
      ComputePaddingHeightWidth(2, 1, 1, 1, 5, 6, 4, 3, kTfLitePaddingSame, &rows, &columns);
  EXPECT_EQ(rows, 3);
  EXPECT_EQ(columns, 6);
  EXPECT_EQ(values.height, 1);
  EXPECT_EQ(values.height_offset, 1);
  EXPECT_EQ(values.width, 1);
  EXPECT_EQ(values.width_offset, 0);
}

TEST(Padding, NoneWhereTheFilterFits) {
  int rows = 0;
  int columns = 0;
  const TfLitePaddingValues values =
      ComputePaddingHeightWidth(2, 3, 2, 1, 9, 9, 3, 2, kTfLitePaddingValid, &rows, &columns);
  EXPECT_EQ(rows, 3);  // (9 - 5) / 2 + 1
  EXPECT_EQ(columns, 3);
  EXPECT_EQ(values.height + values.height_offset, 0);
  EXPECT_EQ(values.width + values.width_offset, 0);
}

TEST(Padding, HugeSizesDoNotOverflow) {
  int rows = 0;
  int columns = 0;
  const TfLitePaddingValues values = ComputePaddingHeightWidth(
      32767, 1, 32767, 1, INT32_MAX, 1, INT32_MAX, INT32_MAX, kTfLitePaddingSame, &rows, &columns);
  EXPECT_EQ(rows, 65539);
  EXPECT_EQ(columns, 1);
  EXPECT_EQ(values.height, INT32_MAX);
  EXPECT_EQ(values.width, 1073741823);
}

}  // namespace
