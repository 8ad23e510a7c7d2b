// Exponential, quotient and logistic function in 32-bit fixed point, bit-exact to those that TFLM's int8
// SOFTMAX and LOGISTIC use (gemmlowp's). Qm.n: m integer and n fractional bits beside the sign; value = raw /
// 2^n.
#pragma once

#include <cstdint>

namespace kernels {
namespace reference {

// x * 2^exponent, saturated; exponent: 0..30.
int32_t SaturatingShiftLeft(int32_t x, int exponent);

// e^x in Q0.31 of x <= 0 in Q(integer_bits).(31 - integer_bits); integer_bits: 0..9. 2^31 - 1 for 0.
int32_t ExpOnNegativeValues(int32_t x, int integer_bits);

// 1 / (1 + x) in Q0.31 of x in Q0.31, 0..1.
int32_t OneOverOnePlusX(int32_t x);

// 1 / (1 + e^-x) in Q0.31 of x in Q(integer_bits).(31 - integer_bits). x above the lowest int32.
int32_t Logistic(int32_t x, int integer_bits);

}  // namespace reference
}  // namespace kernels
