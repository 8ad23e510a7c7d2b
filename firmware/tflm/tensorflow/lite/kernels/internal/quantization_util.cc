// From a real factor to the integers that requantization works with.
#include "tensorflow/lite/kernels/internal/quantization_util.h"

#include <cmath>

namespace tflite {

void QuantizeMultiplier(double double_multiplier, int32_t* quantized_multiplier, int* shift) {
  *quantized_multiplier = 0;
  *shift = 0;
  if (double_multiplier == 0.0) return;
  int exponent = 0;
  const double fraction = std::frexp(double_multiplier, &exponent);  // in [0.5, 1)
  auto fixed = static_cast<int64_t>(std::round(fraction * static_cast<double>(int64_t{1} << 31)));
  if (fixed == (int64_t{1} << 31)) {
    fixed /= 2;
    ++exponent;
  }
  if (exponent < -31) return;
  *quantized_multiplier = static_cast<int32_t>(fixed);
  *shift = exponent;
}

}  // namespace tflite
