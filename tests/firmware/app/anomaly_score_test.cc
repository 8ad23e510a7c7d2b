// Scores of tensors that are easy to work out by hand.
#include "app/anomaly_score.h"

#include <gtest/gtest.h>

#include <cmath>

namespace {

TfLiteTensor Floats(float* values, size_t count) {
  TfLiteTensor tensor{};
  tensor.type = kTfLiteFloat32;
  tensor.data.f = values;
  tensor.bytes = count * sizeof(float);
  return tensor;
}

TfLiteTensor Bytes(int8_t* values, size_t count, float scale, int32_t zero_point) {
  TfLiteTensor tensor{};
  tensor.type = kTfLiteInt8;
  tensor.data.int8 = values;
  tensor.bytes = count;
  tensor.params = {scale, zero_point};
  return tensor;
}

TEST(AnomalyScore, IsTheMeanOfSquares) {
  float input[] = {1, 2, 3, 4};
  float output[] = {1, 0, 3, 6};
  EXPECT_EQ(app::AnomalyScore(Floats(input, 4), Floats(output, 4)), 2.0f);
}

TEST(AnomalyScore, DequantizesEachSide) {
  int8_t input[] = {10, -128};
  int8_t output[] = {0, 2};
  float exact[] = {5.0f, -60.0f};
  EXPECT_EQ(app::AnomalyScore(Bytes(input, 2, 0.5f, -2), Bytes(output, 2, 2.0f, 2)), 2034.5f)
      << "6 and -63 against -4 and 0";
  EXPECT_EQ(app::AnomalyScore(Floats(exact, 2), Bytes(input, 2, 0.5f, -2)), 5.0f) << "5 and -60 against them";
}

TEST(AnomalyScore, IsNoNumberWithoutAMeaning) {
  float values[] = {1, 2, 3, 4};
  TfLiteTensor other = Floats(values, 4);
  other.type = kTfLiteInt32;
  EXPECT_TRUE(std::isnan(app::AnomalyScore(Floats(values, 4), Floats(values, 3))));
  EXPECT_TRUE(std::isnan(app::AnomalyScore(Floats(values, 0), Floats(values, 0))));
  EXPECT_TRUE(std::isnan(app::AnomalyScore(other, Floats(values, 4))));
  EXPECT_TRUE(std::isnan(app::AnomalyScore(Floats(values, 4), other)));
}

}  // namespace
