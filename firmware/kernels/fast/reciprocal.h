// Division of float32 values by a tensor's scale without a division: by a reciprocal of two parts.
#pragma once

#include <cmath>

namespace kernels::fast {

// high + low lies at or just below 1/scale, by less than 2^-46 of it; both parts are above 0.
struct Reciprocal {
  float high;
  float low;
};

// Works out *reciprocal. False, with *reciprocal as it was, where a part or a product could leave the normal
// range of float32: outside of [2^-64, 2^64].
[[nodiscard]] bool MakeReciprocal(float scale, Reciprocal* reciprocal);

// Stands in for `value / scale` rounded to float32 wherever the quotient is then rounded to an integer of
// magnitude up to 255, halves away from zero, or known to be beyond it: that integer is the same for EVERY
// float32 value. The proof:
// 1. Both the true division and this function are odd in `value` and never decrease as it grows: high and low
//    are above 0, and rounding to nearest preserves order. Infinities stay infinite (both terms have one
//    sign), and what is no number stays none.
// 2. So they can differ only in where they step from k - 1 to k, that is in the smallest value whose quotient
//    reaches k - 1/2, for k = 1..255.
// 3. These smallest values scale with the scale's power of two (the range above keeps everything normal), so
//    2^23 significands times 255 steps are all cases, and an exhaustive test found no difference
//    (tests/firmware/kernels/fast/reciprocal_test.cc). With `low` rounded to nearest, 19 of the 2^31 differ.
inline float Divide(float value, float high, float low) { return std::fma(value, high, value * low); }

}  // namespace kernels::fast
