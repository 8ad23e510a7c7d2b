// Scores by hand, and against double precision.
#include "app/squared_difference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace {

TfLiteTensor Floats(std::vector<float>& values) {
  TfLiteTensor tensor{};
  tensor.type = kTfLiteFloat32;
  tensor.data.f = values.data();
  tensor.bytes = values.size() * sizeof(float);
  return tensor;
}

TfLiteTensor Codes(std::vector<int8_t>& values, float scale, int32_t zero_point) {
  TfLiteTensor tensor{};
  tensor.type = kTfLiteInt8;
  tensor.data.int8 = values.data();
  tensor.bytes = values.size();
  tensor.params = {scale, zero_point};
  return tensor;
}

TEST(SquaredDifference, IsTheMeanOfSquares) {
  const float input[] = {1, 2, 3, 4};
  std::vector<float> output = {1, 0, 3, 6};
  EXPECT_EQ(app::MeanSquaredDifference(input, 4, Floats(output)), 2.0f);
}

TEST(SquaredDifference, DequantizesBothSides) {
  const int8_t input[] = {10, -128};
  std::vector<int8_t> output = {0, 2};
  EXPECT_EQ(app::MeanSquaredDifference(input, {0.5f, -2}, 2, Codes(output, 2.0f, 2)), 2034.5f)
      << "6 and -63 against -4 and 0";
}

TEST(SquaredDifference, OfTwoTensorsTakesEachAsItIs) {
  std::vector<float> floats = {5.0f, -60.0f};
  std::vector<int8_t> input = {10, -128};  // 6 and -63
  std::vector<int8_t> output = {0, 2};     // -4 and 0
  EXPECT_EQ(app::MeanSquaredDifference(Floats(floats), Floats(floats)), 0.0f);
  EXPECT_EQ(app::MeanSquaredDifference(Codes(input, 0.5f, -2), Codes(output, 2.0f, 2)), 2034.5f);
  EXPECT_EQ(app::MeanSquaredDifference(Floats(floats), Codes(input, 0.5f, -2)), 5.0f);
  EXPECT_EQ(app::MeanSquaredDifference(Codes(input, 0.5f, -2), Floats(floats)), 5.0f);
}

TEST(SquaredDifference, RoundsHalvesAwayFromZeroAndSaturates) {
  const float input[] = {0.25f, -0.25f, 1000.0f, NAN};
  std::vector<float> output = {0.5f, -0.5f, 63.5f, 0.0f};  // codes 1, -1, 127 and the zero point
  EXPECT_EQ(app::RoundedMeanSquaredDifference(input, {0.5f, 0}, 4, Floats(output)), 0.0f);
}

TEST(SquaredDifference, HasNoMeaningForOtherSizesAndTypes) {
  const float input[] = {1, 2, 3, 4};
  std::vector<float> three = {1, 2, 3};
  EXPECT_TRUE(std::isnan(app::MeanSquaredDifference(input, 4, Floats(three))));
  EXPECT_TRUE(std::isnan(app::MeanSquaredDifference(input, 0, Floats(three))));
  TfLiteTensor other = Floats(three);
  other.type = kTfLiteInt32;
  EXPECT_TRUE(std::isnan(app::MeanSquaredDifference(input, 3, other)));
  std::vector<float> none;
  EXPECT_TRUE(std::isnan(app::MeanSquaredDifference(other, Floats(three))));
  EXPECT_TRUE(std::isnan(app::MeanSquaredDifference(Floats(none), Floats(none))));
}

TEST(SquaredDifference, AgreesWithDoublePrecision) {
  std::mt19937 random(1);
  for (const float spread : {0.1f, 3.0f, 30.0f}) {
    std::vector<int8_t> input(640);
    std::vector<int8_t> output(640);
    double sum = 0;
    for (size_t i = 0; i < input.size(); ++i) {
      input[i] = static_cast<int8_t>(random() % 256);
      output[i] = static_cast<int8_t>(std::clamp<float>(
          static_cast<float>(input[i]) + spread * static_cast<float>(random() % 5), -128, 127));
      const double difference = 0.2837132215499878 * (input[i] - 70) - 0.2937132120132446 * (output[i] - 64);
      sum += difference * difference;
    }
    const float score = app::MeanSquaredDifference(input.data(), {0.2837132215499878f, 70}, 640,
                                                   Codes(output, 0.2937132120132446f, 64));
    EXPECT_NEAR(score / (sum / 640), 1.0, 2e-6) << spread;
  }
}

}  // namespace
