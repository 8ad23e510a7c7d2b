// Sums in double precision: single precision differs from the host's by more than 1e-5 on long inputs.
#include "app/anomaly_score.h"

#include <limits>

namespace app {
namespace {

bool IsReal(const TfLiteTensor& tensor) {
  return tensor.type == kTfLiteFloat32 || tensor.type == kTfLiteInt8;
}

size_t ElementCount(const TfLiteTensor& tensor) {
  return tensor.type == kTfLiteFloat32 ? tensor.bytes / sizeof(float) : tensor.bytes;
}

float RealValue(const TfLiteTensor& tensor, size_t index) {
  if (tensor.type == kTfLiteFloat32) return tensor.data.f[index];
  return tensor.params.scale * static_cast<float>(tensor.data.int8[index] - tensor.params.zero_point);
}

}  // namespace

float AnomalyScore(const TfLiteTensor& input, const TfLiteTensor& output) {
  const size_t count = IsReal(input) ? ElementCount(input) : 0;
  if (count == 0 || !IsReal(output) || ElementCount(output) != count) {
    return std::numeric_limits<float>::quiet_NaN();
  }
  double sum = 0;
  for (size_t i = 0; i < count; ++i) {
    const double difference = static_cast<double>(RealValue(input, i)) - RealValue(output, i);
    sum += difference * difference;
  }
  return static_cast<float>(sum / static_cast<double>(count));
}

}  // namespace app
