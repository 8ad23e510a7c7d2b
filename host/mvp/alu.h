// The ALU of the MVP model: operations on pairs of binary16 lanes.
//
// All 44 codes of section 3.6 stand in one table (alu.cc) with how sure each is, so that a test on silicon
// changes a line there and nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "host/mvp/binary16.h"

namespace mvp_model {

// An ALU register: two binary16 values held as floats.
struct Lanes {
  float real;
  float imag;
};

// Properties of the arithmetic that nobody published; the defaults are what the vendor's simulator does
// (section 3.7).
struct Arithmetic {
  // Products are added without being rounded first, in every operation that adds a product.
  bool fused = false;
  // Subnormal operands and results of ALU operations become zeros of their sign. Loads and stores keep them.
  bool flush_subnormals = false;
  // Stores to integers round ties away from zero instead of to even.
  bool store_ties_away = false;

  bool IsDefault() const { return !fused && !flush_subnormals && !store_ties_away; }
};

// Opcode structure (section 3.6): which operands an operation reads, which is what hazards depend on.
inline constexpr bool ReadsX(uint16_t op) { return (op & 0x100) != 0; }
inline constexpr bool ReadsY(uint16_t op) { return (op & 0x080) != 0; }
inline constexpr bool ReadsA(uint16_t op) { return (op & 0x040) != 0; }

// The codes under their names in the manual. All others fault.
enum AluOp : uint16_t {
  NOOP = 0,
  CLEAR = 1,
  COPY = 65,
  SWAP = 66,
  DBL = 67,
  FANA = 68,
  FANB = 69,
  RELU2 = 70,
  NRELU2 = 71,
  INC2 = 72,
  DEC2 = 73,
  ADDR = 74,
  MAX = 75,
  MIN = 76,
  RSQR2B = 292,
  ADDC = 334,
  MAX2A = 339,
  MIN2A = 340,
  XREALC2 = 350,
  XIMAGC2 = 351,
  ADDR2B = 353,
  MAX2B = 354,
  MIN2B = 355,
  MULC = 397,
  MULR2A = 407,
  MULR2B = 408,
  ADDR4 = 410,
  MAX4 = 411,
  MIN4 = 412,
  SQRMAGC2 = 413,
  PRELU2B = 416,
  MACC = 461,
  AACC = 462,
  ELU2A = 463,
  ELU2B = 464,
  IFR2A = 465,
  IFR2B = 466,
  MAXAC2 = 467,
  MINAC2 = 468,
  CLIP2A = 469,
  CLIP2B = 470,
  MACR2A = 471,
  MACR2B = 472,
  IFC = 473,
};

// What an operation's definition rests on.
enum class Certainty {
  kVendorCode,  // programs of the vendor need it to be so
  kText,        // a header or description says so
  kInferred,    // the name and its neighbours leave little choice
  kGuess,       // open until silicon answers
};

class Rounding;

struct AluOperation {
  uint16_t code;
  std::string_view name;
  Certainty certainty;
  Lanes (*apply)(const Lanes& x, const Lanes& y, const Lanes& a, Rounding& round);
};

// The table: kAluOperations entries in the order of their codes, NOOP (which leaves Z alone) first.
inline constexpr size_t kAluOperations = 44;
const AluOperation* AluOperations();

// The operation with this code, or nullptr.
const AluOperation* FindAluOperation(uint16_t op);
inline bool IsDefined(uint16_t op) { return FindAluOperation(op) != nullptr; }

// The elementary steps of operations. Each rounds its result and keeps account of what rounding did.
class Rounding {
 public:
  explicit Rounding(const Arithmetic& arithmetic = {}) : arithmetic_(arithmetic) {}

  float Add(float a, float b) { return Finish(a + b); }
  float Mul(float a, float b) { return Finish(a * b); }
  // x * y + a. A double holds the exact sum wherever it is not so close to infinity or to `a` that the bits
  // it lacks cannot matter.
  float MulAdd(float x, float y, float a) {
    if (!arithmetic_.fused) return Add(a, Mul(x, y));
    return Finish(RoundToOdd(static_cast<double>(x) * static_cast<double>(y) + static_cast<double>(a)));
  }
  bool flushes() const { return arithmetic_.flush_subnormals; }
  static Lanes Flush(const Lanes& lanes) { return {Flushed(lanes.real), Flushed(lanes.imag)}; }

  RoundingEvents events;

 private:
  static float Flushed(float value) {
    const uint32_t bits = FloatBits(value);
    return (bits & 0x7FFFFFFFu) < kSmallestNormalHalf ? FloatFromBits(bits & 0x80000000u) : value;
  }

  float Finish(float value) {
    const float rounded = RoundToHalf(value, events);
    if (!arithmetic_.flush_subnormals) return rounded;
    const float flushed = Flushed(rounded);
    if (flushed != rounded) events.underflow = true;
    return flushed;
  }

  Arithmetic arithmetic_;
};

// Result of `operation` on its transformed operands; must not be NOOP.
inline Lanes Execute(const AluOperation& operation, const Lanes& x, const Lanes& y, const Lanes& a,
                     Rounding& round) {
  if (!round.flushes()) return operation.apply(x, y, a, round);
  return operation.apply(Rounding::Flush(x), Rounding::Flush(y), Rounding::Flush(a), round);
}

}  // namespace mvp_model
