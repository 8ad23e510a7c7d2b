// Four elements at a time on the Cortex-M33: instructions that C++ has no words for, or that the compiler
// does not choose. portable/four_lanes.h states the same in C++.
#pragma once

#include <arm_acle.h>

#include <cstdint>
#include <cstring>

namespace kernels::fast {

struct FourFloats {
  float a, b, c, d;
};

struct FourInts {
  int32_t a, b, c, d;
};

// One VLDM: a cycle per element, where four VLDR take two. It needs consecutive registers.
inline FourFloats LoadFour(const float* values) {
  register float a __asm("s4");
  register float b __asm("s5");
  register float c __asm("s6");
  register float d __asm("s7");
  __asm("vldmia.32 %4, {%0, %1, %2, %3}"
        : "=t"(a), "=t"(b), "=t"(c), "=t"(d)
        : "r"(values), "m"(*reinterpret_cast<const float (*)[4]>(values)));
  return {a, b, c, d};
}

inline int32_t BitsOf(float value) {
  int32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

// VCVTA: to the nearest integer, halves away from zero, saturated to int32; 0 for what is no number. Four in
// a row, as a result cannot be used in the cycle after.
inline FourInts RoundHalfAway(FourFloats x) {
  __asm(
      "vcvta.s32.f32 %0, %0\n\t"
      "vcvta.s32.f32 %1, %1\n\t"
      "vcvta.s32.f32 %2, %2\n\t"
      "vcvta.s32.f32 %3, %3"
      : "+t"(x.a), "+t"(x.b), "+t"(x.c), "+t"(x.d));
  return {BitsOf(x.a), BitsOf(x.b), BitsOf(x.c), BitsOf(x.d)};
}

// The sum, saturated to -128..127.
inline int32_t AddToInt8(int32_t value, int32_t addend) { return __ssat(__qadd(value, addend), 8); }

// The low bytes of four numbers, `a` the lowest in memory.
inline uint32_t PackFour(int32_t a, int32_t b, int32_t c, int32_t d) {
  __asm("bfi %0, %1, #8, #8" : "+r"(a) : "r"(b));
  __asm("bfi %0, %1, #16, #8" : "+r"(a) : "r"(c));
  __asm("bfi %0, %1, #24, #8" : "+r"(a) : "r"(d));
  return static_cast<uint32_t>(a);
}

// addend plus each signed byte of `packed`, the lowest in memory first. SXTAB: four in a row, as a result
// cannot be used in the cycle after.
inline FourInts AddBytes(int32_t addend, uint32_t packed) {
  FourInts sums;
  __asm(
      "sxtab %0, %4, %5\n\t"
      "sxtab %1, %4, %5, ror #8\n\t"
      "sxtab %2, %4, %5, ror #16\n\t"
      "sxtab %3, %4, %5, ror #24"
      : "=&r"(sums.a), "=&r"(sums.b), "=&r"(sums.c), "=r"(sums.d)
      : "r"(addend), "r"(packed));
  return sums;
}

}  // namespace kernels::fast
