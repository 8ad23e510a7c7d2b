// Sums of products, two iterations at a time, in integer and float operations that any processor has.
//
// The sum is a chain: what counts is how soon one rounded sum follows the other, all else has time meanwhile.
// Rounding a float to 11 bits by an integer addition is the shortest way there is (the processor's conversion
// to binary16 and back takes longer), and it is exact for subnormal sums too: these are multiples of 2^-24
// that need no rounding.
#include "host/mvp/accumulate.h"

#include <cmath>
#include <cstring>

namespace mvp_model {
namespace {

using Floats = float __attribute__((vector_size(16)));
using Words = uint32_t __attribute__((vector_size(16)));
using Masks = int32_t __attribute__((vector_size(16)));  // also of magnitudes, which compare faster signed
using Bytes = uint8_t __attribute__((vector_size(16)));
using Longs = uint64_t __attribute__((vector_size(16)));
using Halves = uint16_t __attribute__((vector_size(16)));

constexpr int32_t kOverflow = 0x477FF000;  // 65520 as a float: the first to become infinity
constexpr int32_t kSmallestNormal = kSmallestNormalHalf;
constexpr uint32_t kMagnitude = 0x7FFFFFFF;

// Rounds to 11 significant bits, ties to even; overflows are for the caller to notice.
inline Words RoundBits(Words bits) { return (bits + 0xFFF + ((bits >> 13) & 1)) & ~0x1FFFu; }

// Binary16 values in the low 64 bits. Infinities and NaN are noted in `special`.
inline Floats FromHalves(Longs bits, Masks& special) {
  const Words half = (Words)__builtin_shuffle((Halves)bits, Halves{}, Halves{0, 8, 1, 9, 2, 10, 3, 11});
  const Words magnitude = (half & 0x7FFF) << 13;
  const Words normal = magnitude + (112 << 23);
  // A subnormal's fraction above 2^-14, less 2^-14.
  const Words subnormal = (Words)((Floats)(magnitude + (113 << 23)) - 0x1p-14f);
  const Words is_subnormal = (Words)((Masks)magnitude < (1 << 23));
  special |= (Masks)magnitude >= (31 << 23);
  return (Floats)((half & 0x8000) << 16 | (is_subnormal & subnormal) | (~is_subnormal & normal));
}

// The low four bytes, each in the highest place of a word.
inline Words FromBytes(Longs bits) {
  const Bytes doubled =
      __builtin_shuffle(Bytes{}, (Bytes)bits, Bytes{0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23});
  return (Words)__builtin_shuffle(Halves{}, (Halves)doubled, Halves{0, 8, 1, 9, 2, 10, 3, 11});
}

template <uint32_t kBytes>
inline Longs Bits(const uint8_t* bytes) {
  uint64_t bits = 0;
  std::memcpy(&bits, bytes, kBytes);
  return Longs{bits, 0};
}

template <uint32_t kValues>
inline Floats ReadValues(BaseType type, const uint8_t* bytes, Masks& special) {
  switch (type) {
    case BaseType::kInt8:
      return __builtin_convertvector((Masks)FromBytes(Bits<kValues>(bytes)) >> 24, Floats);
    case BaseType::kUint8:
      return __builtin_convertvector((Masks)(FromBytes(Bits<kValues>(bytes)) >> 24), Floats);
    default:
      return FromHalves(Bits<2 * kValues>(bytes), special);
  }
}

enum class Scalars { kRealLane, kBothLanes };

// The factors of two iterations: real, imaginary, real, imaginary.
template <Scalars kScalars>
inline Floats ReadTwo(const Factors& factors, const uint8_t* bytes, Masks& special) {
  if (factors.pairs) return ReadValues<4>(factors.type, bytes, special);
  const Floats two = ReadValues<2>(factors.type, bytes, special);
  if (kScalars == Scalars::kBothLanes) return __builtin_shuffle(two, Words{0, 0, 1, 1});
  return __builtin_shuffle(two, Floats{}, Words{0, 4, 1, 4});
}

uint32_t ElementBytes(const Factors& factors) {
  return (factors.type == BaseType::kBinary16 ? 2 : 1) * (factors.pairs ? 2 : 1);
}

// Rounded products; those that raise an event are noted in `special`.
inline Floats Multiply(Floats x, Floats y, Masks& special) {
  const Words bits = (Words)(x * y);
  const Masks magnitude = (Masks)(bits & kMagnitude);
  // Below 2^-14 only multiples of 2^-24 are exact; a float near 0.75 has steps of that size.
  const Floats value = (Floats)magnitude;
  const Masks inexact = ((value + 0.75f) - 0.75f) != value;
  special |= (magnitude >= kOverflow) | ((magnitude < kSmallestNormal) & inexact);
  return (Floats)RoundBits(bits);
}

// The sum in lanes 0 and 1; lanes 2 and 3 are of no meaning.
struct Sum {
  Floats lanes;
  Masks overflow{};

  void Add(Floats product) {
    const Words bits = RoundBits((Words)(lanes + product));
    overflow |= (Masks)(bits & kMagnitude) >= kOverflow;
    lanes = (Floats)bits;
  }
};

template <Scalars kScalars>
bool Accumulate(const Factors& x, const Factors& y, uint32_t count, Lanes& total) {
  if (!std::isfinite(total.real) || !std::isfinite(total.imag)) return false;
  const uint32_t x_bytes = ElementBytes(x), y_bytes = ElementBytes(y);
  const uint8_t *x_at = x.bytes, *y_at = y.bytes;
  Masks special{};
  Sum sum{{total.real, total.imag, 0, 0}};
  for (uint32_t i = 0; i < count / 2; ++i, x_at += 2 * x_bytes, y_at += 2 * y_bytes) {
    const Floats products =
        Multiply(ReadTwo<kScalars>(x, x_at, special), ReadTwo<kScalars>(y, y_at, special), special);
    sum.Add(products);
    sum.Add(__builtin_shuffle(products, Words{2, 3, 2, 3}));
  }
  if (count % 2 != 0) {
    uint8_t last_x[8] = {}, last_y[8] = {};
    std::memcpy(last_x, x_at, x_bytes);
    std::memcpy(last_y, y_at, y_bytes);
    sum.Add(Multiply(ReadTwo<kScalars>(x, last_x, special), ReadTwo<kScalars>(y, last_y, special), special));
  }
  const bool events =
      (special[0] | special[1] | special[2] | special[3] | sum.overflow[0] | sum.overflow[1]) != 0;
  if (!events) total = {sum.lanes[0], sum.lanes[1]};
  return !events;
}

bool IsNegativeZero(float value) { return value == 0 && std::signbit(value); }

}  // namespace

bool AccumulateLanes(const Factors& x, const Factors& y, uint32_t count, Lanes& sum) {
  return Accumulate<Scalars::kRealLane>(x, y, count, sum);
}

// MACC then also adds products with the scalar's imaginary lane, zeros of either sign. These can change a sum
// only while it is -0: one that is not never becomes -0. A sum that begins as -0 may as well begin as +0 if
// something is added to it at all.
bool AccumulateScaled(const Factors& x, const Factors& y, uint32_t count, Lanes& sum) {
  if (x.pairs == y.pairs) return false;
  Lanes total = {sum.real + 0.0f, sum.imag + 0.0f};
  if (!Accumulate<Scalars::kBothLanes>(x, y, count, total)) return false;
  if (IsNegativeZero(sum.real) && total.real == 0) return false;
  if (IsNegativeZero(sum.imag) && total.imag == 0) return false;
  sum = total;
  return true;
}

}  // namespace mvp_model
