// The ALU of the MVP model: operations on pairs of binary16 lanes.
#pragma once

#include <cstdint>

#include "host/mvp/binary16.h"

namespace mvp_model {

// An ALU register: two binary16 values held as floats.
struct Lanes {
  float real;
  float imag;
};

// Opcode structure (section 3.6): which operands an operation reads, which is what hazards depend on.
inline constexpr bool ReadsX(uint16_t op) { return (op & 0x100) != 0; }
inline constexpr bool ReadsY(uint16_t op) { return (op & 0x080) != 0; }

// Operations that vendor programs use, by their names in the manual. All other codes fault for now.
enum AluOp : uint16_t {
  NOOP = 0,
  CLEAR = 1,
  COPY = 65,
  ADDR = 74,
  ADDC = 334,
  MAX2A = 339,
  MULC = 397,
  MULR2A = 407,
  SQRMAGC2 = 413,
  MACC = 461,
  AACC = 462,
  MAXAC2 = 467,
  CLIP2A = 469,
  MACR2A = 471,
};

// True for the operations above.
bool IsDefined(uint16_t op);

// Result of `op`, which must be defined and no NOOP. Products are rounded before they are added (section 3.7:
// the vendor's simulator is unfused on every vector); sums of three go from A to the right.
Lanes Execute(uint16_t op, const Lanes& x, const Lanes& y, const Lanes& a, RoundingEvents& events);

}  // namespace mvp_model
