// The table of ALU operations.
//
// X, Y and A are the transformed operands. Form A works on the lanes of different operands, form B on the two
// lanes of each: its real result comes from X, its imaginary one from Y (or A). Where three numbers are
// added, the sum goes from A to the right. Results that say nothing of the imaginary lane leave +0 in it.
#include "host/mvp/alu.h"

#include <array>
#include <cmath>

namespace mvp_model {
namespace {

// IEEE 754-2019 maximum and minimum: NaN in either operand gives NaN, and -0 is below +0.
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

// NaN is not positive: it takes the other way.
float Choose(float condition, float positive, float otherwise) {
  return condition > 0 ? positive : otherwise;
}

constexpr Certainty kVendorCode = Certainty::kVendorCode;
constexpr Certainty kText = Certainty::kText;
constexpr Certainty kInferred = Certainty::kInferred;
constexpr Certainty kGuess = Certainty::kGuess;
using L = const Lanes&;

// clang-format off
constexpr AluOperation kTable[kAluOperations] = {
    {NOOP, "NOOP", kVendorCode, [](L, L, L, Rounding&) { return Lanes{0, 0}; }},
    {CLEAR, "CLEAR", kVendorCode, [](L, L, L, Rounding&) { return Lanes{0, 0}; }},
    {COPY, "COPY", kVendorCode, [](L, L, L a, Rounding&) { return a; }},
    {SWAP, "SWAP", kInferred, [](L, L, L a, Rounding&) { return Lanes{a.imag, a.real}; }},
    {DBL, "DBL", kInferred, [](L, L, L a, Rounding& r) { return Lanes{r.Add(a.real, a.real), r.Add(a.imag, a.imag)}; }},
    {FANA, "FANA", kGuess, [](L, L, L a, Rounding&) { return Lanes{a.real, a.real}; }},
    {FANB, "FANB", kGuess, [](L, L, L a, Rounding&) { return Lanes{a.imag, a.imag}; }},
    {RELU2, "RELU2", kText, [](L, L, L a, Rounding&) { return Lanes{Max(a.real, 0.0f), Max(a.imag, 0.0f)}; }},
    {NRELU2, "NRELU2", kText, [](L, L, L a, Rounding&) { return Lanes{Min(a.real, -0.0f), Min(a.imag, -0.0f)}; }},
    {INC2, "INC2", kText, [](L, L, L a, Rounding& r) { return Lanes{r.Add(a.real, 1), r.Add(a.imag, 1)}; }},
    {DEC2, "DEC2", kText, [](L, L, L a, Rounding& r) { return Lanes{r.Add(a.real, -1), r.Add(a.imag, -1)}; }},
    {ADDR, "ADDR", kVendorCode, [](L, L, L a, Rounding& r) { return Lanes{r.Add(a.real, a.imag), 0}; }},
    {MAX, "MAX", kInferred, [](L, L, L a, Rounding&) { return Lanes{Max(a.real, a.imag), 0}; }},
    {MIN, "MIN", kInferred, [](L, L, L a, Rounding&) { return Lanes{Min(a.real, a.imag), 0}; }},
    // Reads X only, so that each lane can but be squared on its own.
    {RSQR2B, "RSQR2B", kGuess, [](L x, L, L, Rounding& r) {
       return Lanes{r.Mul(x.real, x.real), r.Mul(x.imag, x.imag)}; }},
    {ADDC, "ADDC", kVendorCode, [](L x, L, L a, Rounding& r) {
       return Lanes{r.Add(x.real, a.real), r.Add(x.imag, a.imag)}; }},
    {MAX2A, "MAX2A", kVendorCode, [](L x, L, L a, Rounding&) {
       return Lanes{Max(x.real, a.real), Max(x.imag, a.imag)}; }},
    {MIN2A, "MIN2A", kInferred, [](L x, L, L a, Rounding&) {
       return Lanes{Min(x.real, a.real), Min(x.imag, a.imag)}; }},
    {XREALC2, "XREALC2", kGuess, [](L x, L, L a, Rounding&) { return Lanes{x.real, a.real}; }},
    {XIMAGC2, "XIMAGC2", kGuess, [](L x, L, L a, Rounding&) { return Lanes{x.imag, a.imag}; }},
    {ADDR2B, "ADDR2B", kGuess, [](L x, L, L a, Rounding& r) {
       return Lanes{r.Add(x.real, x.imag), r.Add(a.real, a.imag)}; }},
    {MAX2B, "MAX2B", kGuess, [](L x, L, L a, Rounding&) {
       return Lanes{Max(x.real, x.imag), Max(a.real, a.imag)}; }},
    {MIN2B, "MIN2B", kGuess, [](L x, L, L a, Rounding&) {
       return Lanes{Min(x.real, x.imag), Min(a.real, a.imag)}; }},
    {MULC, "MULC", kVendorCode, [](L x, L y, L, Rounding& r) {
       return Lanes{r.MulAdd(-x.imag, y.imag, r.Mul(x.real, y.real)),
                    r.MulAdd(x.imag, y.real, r.Mul(x.real, y.imag))}; }},
    {MULR2A, "MULR2A", kVendorCode, [](L x, L y, L, Rounding& r) {
       return Lanes{r.Mul(x.real, y.real), r.Mul(x.imag, y.imag)}; }},
    {MULR2B, "MULR2B", kGuess, [](L x, L y, L, Rounding& r) {
       return Lanes{r.Mul(x.real, x.imag), r.Mul(y.real, y.imag)}; }},
    // In the order of the lanes: ((X.real + X.imag) + Y.real) + Y.imag.
    {ADDR4, "ADDR4", kInferred, [](L x, L y, L, Rounding& r) {
       return Lanes{r.Add(r.Add(r.Add(x.real, x.imag), y.real), y.imag), 0}; }},
    {MAX4, "MAX4", kInferred, [](L x, L y, L, Rounding&) {
       return Lanes{Max(Max(Max(x.real, x.imag), y.real), y.imag), 0}; }},
    {MIN4, "MIN4", kInferred, [](L x, L y, L, Rounding&) {
       return Lanes{Min(Min(Min(x.real, x.imag), y.real), y.imag), 0}; }},
    {SQRMAGC2, "SQRMAGC2", kInferred, [](L x, L y, L, Rounding& r) {
       return Lanes{r.MulAdd(x.imag, x.imag, r.Mul(x.real, x.real)),
                    r.MulAdd(y.imag, y.imag, r.Mul(y.real, y.real))}; }},
    // Value in the real lane, slope for values that are not positive in the imaginary one.
    {PRELU2B, "PRELU2B", kGuess, [](L x, L y, L, Rounding& r) {
       return Lanes{x.real > 0 ? x.real : r.Mul(x.real, x.imag),
                    y.real > 0 ? y.real : r.Mul(y.real, y.imag)}; }},
    // The order of the two products in a lane is unknown (section 3.1): X.real's comes first.
    {MACC, "MACC", kVendorCode, [](L x, L y, L a, Rounding& r) {
       return Lanes{r.MulAdd(-x.imag, y.imag, r.MulAdd(x.real, y.real, a.real)),
                    r.MulAdd(x.imag, y.real, r.MulAdd(x.real, y.imag, a.imag))}; }},
    {AACC, "AACC", kVendorCode, [](L x, L y, L a, Rounding& r) {
       return Lanes{r.Add(r.Add(a.real, x.real), y.real), r.Add(r.Add(a.imag, x.imag), y.imag)}; }},
    // A step of a polynomial for the exponential, which positive X skip.
    {ELU2A, "ELU2A", kGuess, [](L x, L y, L a, Rounding& r) {
       return Lanes{x.real > 0 ? x.real : r.MulAdd(x.real, y.real, a.real),
                    x.imag > 0 ? x.imag : r.MulAdd(x.imag, y.imag, a.imag)}; }},
    {ELU2B, "ELU2B", kGuess, [](L x, L y, L a, Rounding& r) {
       return Lanes{x.real > 0 ? x.real : r.MulAdd(x.real, x.imag, a.real),
                    y.real > 0 ? y.real : r.MulAdd(y.real, y.imag, a.imag)}; }},
    {IFR2A, "IFR2A", kGuess, [](L x, L y, L a, Rounding&) {
       return Lanes{Choose(a.real, x.real, y.real), Choose(a.imag, x.imag, y.imag)}; }},
    {IFR2B, "IFR2B", kGuess, [](L x, L y, L a, Rounding&) {
       return Lanes{Choose(a.real, x.real, x.imag), Choose(a.imag, y.real, y.imag)}; }},
    {MAXAC2, "MAXAC2", kVendorCode, [](L x, L y, L a, Rounding&) {
       return Lanes{Max(Max(x.real, y.real), a.real), Max(Max(x.imag, y.imag), a.imag)}; }},
    {MINAC2, "MINAC2", kInferred, [](L x, L y, L a, Rounding&) {
       return Lanes{Min(Min(x.real, y.real), a.real), Min(Min(x.imag, y.imag), a.imag)}; }},
    {CLIP2A, "CLIP2A", kVendorCode, [](L x, L y, L a, Rounding&) {
       return Lanes{Min(Max(a.real, x.real), y.real), Min(Max(a.imag, x.imag), y.imag)}; }},
    // X bounds A's real lane, Y its imaginary one: the real lane is the lower bound.
    {CLIP2B, "CLIP2B", kGuess, [](L x, L y, L a, Rounding&) {
       return Lanes{Min(Max(a.real, x.real), x.imag), Min(Max(a.imag, y.real), y.imag)}; }},
    {MACR2A, "MACR2A", kVendorCode, [](L x, L y, L a, Rounding& r) {
       return Lanes{r.MulAdd(x.real, y.real, a.real), r.MulAdd(x.imag, y.imag, a.imag)}; }},
    {MACR2B, "MACR2B", kGuess, [](L x, L y, L a, Rounding& r) {
       return Lanes{r.MulAdd(x.real, x.imag, a.real), r.MulAdd(y.real, y.imag, a.imag)}; }},
    // The real lane of A decides for both lanes.
    {IFC, "IFC", kGuess, [](L x, L y, L a, Rounding&) {
       return Lanes{Choose(a.real, x.real, y.real), Choose(a.real, x.imag, y.imag)}; }},
};
// clang-format on

// Position in the table by code; kAluOperations where there is none.
constexpr std::array<uint8_t, 512> IndexByCode() {
  std::array<uint8_t, 512> index{};
  for (size_t code = 0; code < index.size(); ++code) index[code] = kAluOperations;
  for (size_t i = 0; i < kAluOperations; ++i) index[kTable[i].code] = static_cast<uint8_t>(i);
  return index;
}

constexpr std::array<uint8_t, 512> kIndexByCode = IndexByCode();

}  // namespace

const AluOperation* AluOperations() { return kTable; }

const AluOperation* FindAluOperation(uint16_t op) {
  if (op >= kIndexByCode.size() || kIndexByCode[op] == kAluOperations) return nullptr;
  return &kTable[kIndexByCode[op]];
}

}  // namespace mvp_model
