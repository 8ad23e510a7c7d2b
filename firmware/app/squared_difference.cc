// One loop for all combinations of types.
#include "app/squared_difference.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace app {
namespace {

constexpr size_t kBlock = 32;

size_t ValueCount(const TfLiteTensor& tensor) {
  if (tensor.type == kTfLiteFloat32) return tensor.bytes / sizeof(float);
  return tensor.type == kTfLiteInt8 ? tensor.bytes : 0;
}

float Dequantize(int32_t value, Quantization quantization) {
  return quantization.scale * static_cast<float>(value - quantization.zero_point);
}

// Half away from zero, and saturating; what is no number becomes the zero point.
int32_t Quantize(float value, Quantization quantization) {
  const float steps = std::round(value / quantization.scale);
  if (std::isnan(steps)) return quantization.zero_point;
  const auto limited = static_cast<int32_t>(std::clamp(steps, -512.0f, 512.0f));
  return std::clamp<int32_t>(limited + quantization.zero_point, -128, 127);
}

// In blocks, which keeps the sum exact enough, and by four within them.
template <typename Left, typename Right>
float Mean(size_t count, Left left, Right right) {
  const auto square = [&](size_t at) {
    const float difference = left(at) - right(at);
    return difference * difference;
  };
  float sum = 0;
  size_t i = 0;
  while (count - i >= kBlock) {
    float block = 0;
    for (const size_t end = i + kBlock; i < end; i += 4) {
      block += square(i) + square(i + 1) + (square(i + 2) + square(i + 3));
    }
    sum += block;
  }
  for (; i < count; ++i) sum += square(i);
  return sum / static_cast<float>(count);
}

template <typename Left>
float Compare(size_t count, Left left, const TfLiteTensor& output) {
  if (count == 0 || ValueCount(output) != count) return std::numeric_limits<float>::quiet_NaN();
  if (output.type == kTfLiteFloat32) {
    const float* values = output.data.f;
    return Mean(count, left, [values](size_t i) { return values[i]; });
  }
  const int8_t* values = output.data.int8;
  const Quantization quantization = {output.params.scale, output.params.zero_point};
  return Mean(count, left, [=](size_t i) { return Dequantize(values[i], quantization); });
}

}  // namespace

float MeanSquaredDifference(const float* input, size_t count, const TfLiteTensor& output) {
  return Compare(count, [input](size_t i) { return input[i]; }, output);
}

float MeanSquaredDifference(const int8_t* input, Quantization quantization, size_t count,
                            const TfLiteTensor& output) {
  return Compare(count, [=](size_t i) { return Dequantize(input[i], quantization); }, output);
}

float MeanSquaredDifference(const TfLiteTensor& input, const TfLiteTensor& output) {
  const size_t count = ValueCount(input);
  if (input.type == kTfLiteFloat32) return MeanSquaredDifference(input.data.f, count, output);
  const Quantization quantization = {input.params.scale, input.params.zero_point};
  return MeanSquaredDifference(input.data.int8, quantization, count, output);
}

float RoundedMeanSquaredDifference(const float* input, Quantization quantization, size_t count,
                                   const TfLiteTensor& output) {
  return Compare(
      count, [=](size_t i) { return Dequantize(Quantize(input[i], quantization), quantization); }, output);
}

}  // namespace app
