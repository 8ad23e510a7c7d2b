// Conversion to binary16 and the rare cases of rounding: subnormals, overflow, NaN.
#include "host/mvp/binary16.h"

namespace mvp_model {

uint16_t FloatToHalf(float value) {
  RoundingEvents events;
  const uint32_t bits = FloatBits(RoundToHalf(value, events));
  const uint16_t sign = static_cast<uint16_t>((bits >> 16) & 0x8000u);
  const uint32_t magnitude = bits & 0x7FFFFFFFu;
  if (magnitude > kFloatInfinity) return 0x7E00;
  if (magnitude == kFloatInfinity) return static_cast<uint16_t>(sign | 0x7C00u);
  if (magnitude >= kSmallestNormalHalf)
    return static_cast<uint16_t>(sign | ((magnitude - 0x38000000u) >> 13));
  return static_cast<uint16_t>(sign | static_cast<uint16_t>(FloatFromBits(magnitude) * 0x1p24f));
}

float RoundToHalfRare(float value, RoundingEvents& events) {
  const uint32_t bits = FloatBits(value);
  const uint32_t sign = bits & 0x80000000u;
  const uint32_t magnitude = bits & 0x7FFFFFFFu;
  if (magnitude > kFloatInfinity) {
    events.nan = true;
    return FloatFromBits(kFloatNan);
  }
  if (magnitude == kFloatInfinity) return value;  // from infinite operands: no overflow
  if (magnitude >= 0x477FF000u) {
    events.overflow = true;
    return FloatFromBits(sign | kFloatInfinity);
  }
  // Below 2^-14: a float near 0.75 has steps of 2^-24, the spacing of binary16 subnormals.
  volatile float shifted = FloatFromBits(magnitude) + 0.75f;
  const float rounded = shifted - 0.75f;
  if (rounded != FloatFromBits(magnitude)) events.underflow = true;
  return FloatFromBits(sign | FloatBits(rounded));
}

}  // namespace mvp_model
