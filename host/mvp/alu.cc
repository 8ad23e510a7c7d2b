// The ALU operations, each rounded to binary16 after every elementary step.
#include "host/mvp/alu.h"

#include <cmath>

namespace mvp_model {
namespace {

float Add(float a, float b, RoundingEvents& events) { return RoundToHalf(a + b, events); }
float Mul(float a, float b, RoundingEvents& events) { return RoundToHalf(a * b, events); }

float MulAdd(float x, float y, float a, RoundingEvents& events) { return Add(a, Mul(x, y, events), events); }

// NaN in either operand gives NaN, and +0 is above -0 (IEEE 754-2019 maximum; no published evidence).
float Max(float a, float b) {
  if (a != a) return a;
  if (b != b) return b;
  if (a == b) return std::signbit(a) ? b : a;
  return a > b ? a : b;
}

float Min(float a, float b) {
  if (a != a) return a;
  if (b != b) return b;
  if (a == b) return std::signbit(a) ? a : b;
  return a < b ? a : b;
}

Lanes MultiplyComplex(const Lanes& x, const Lanes& y, RoundingEvents& e) {
  return {Add(Mul(x.real, y.real, e), -Mul(x.imag, y.imag, e), e),
          Add(Mul(x.real, y.imag, e), Mul(x.imag, y.real, e), e)};
}

// The order of the two products in a lane is unknown (section 3.1): the real operand's comes first.
Lanes MultiplyAccumulateComplex(const Lanes& x, const Lanes& y, const Lanes& a, RoundingEvents& e) {
  return {Add(MulAdd(x.real, y.real, a.real, e), -Mul(x.imag, y.imag, e), e),
          Add(MulAdd(x.real, y.imag, a.imag, e), Mul(x.imag, y.real, e), e)};
}

}  // namespace

bool IsDefined(uint16_t op) {
  switch (op) {
    case NOOP:
    case CLEAR:
    case COPY:
    case ADDR:
    case ADDC:
    case MAX2A:
    case MULC:
    case MULR2A:
    case SQRMAGC2:
    case MACC:
    case AACC:
    case MAXAC2:
    case CLIP2A:
    case MACR2A:
      return true;
    default:
      return false;
  }
}

Lanes Execute(uint16_t op, const Lanes& x, const Lanes& y, const Lanes& a, RoundingEvents& e) {
  switch (op) {
    case MACR2A:
      return {MulAdd(x.real, y.real, a.real, e), MulAdd(x.imag, y.imag, a.imag, e)};
    case COPY:
      return a;
    case ADDR:
      return {Add(a.real, a.imag, e), 0.0f};
    case ADDC:
      return {Add(x.real, a.real, e), Add(x.imag, a.imag, e)};
    case MAX2A:
      return {Max(x.real, a.real), Max(x.imag, a.imag)};
    case MULC:
      return MultiplyComplex(x, y, e);
    case MULR2A:
      return {Mul(x.real, y.real, e), Mul(x.imag, y.imag, e)};
    case SQRMAGC2:
      return {Add(Mul(x.real, x.real, e), Mul(x.imag, x.imag, e), e),
              Add(Mul(y.real, y.real, e), Mul(y.imag, y.imag, e), e)};
    case MACC:
      return MultiplyAccumulateComplex(x, y, a, e);
    case AACC:
      return {Add(Add(a.real, x.real, e), y.real, e), Add(Add(a.imag, x.imag, e), y.imag, e)};
    case MAXAC2:
      return {Max(Max(x.real, y.real), a.real), Max(Max(x.imag, y.imag), a.imag)};
    case CLIP2A:
      return {Min(Max(a.real, x.real), y.real), Min(Max(a.imag, x.imag), y.imag)};
    default:
      return {0.0f, 0.0f};  // CLEAR
  }
}

}  // namespace mvp_model
