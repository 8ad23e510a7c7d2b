// A reciprocal of two parts, from below.
#include "kernels/fast/reciprocal.h"

namespace kernels::fast {

bool MakeReciprocal(float scale, Reciprocal* reciprocal) {
  if (!(scale >= 0x1p-64f && scale <= 0x1p64f)) return false;
  float high = 1.0f / scale;
  // What is missing of 1 is a multiple of ulp(high) * ulp(scale) and at most 2^24 of them: exact.
  float missing = std::fma(-high, scale, 1.0f);
  if (missing <= 0.0f) {
    high = std::nextafter(high, 0.0f);
    missing = std::fma(-high, scale, 1.0f);
  }
  float low = missing / scale;
  if (std::fma(low, scale, -missing) > 0.0f) low = std::nextafter(low, 0.0f);
  *reciprocal = {high, low};
  return true;
}

}  // namespace kernels::fast
