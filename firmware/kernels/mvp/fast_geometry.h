// How a layer is divided for the fast programs: rows into blocks of elements, outputs into launches.
//
// What a launch computes is a number of rows. How a row lies in memory decides how the two lanes are used:
//
//   kTwoRows  one output per lane, weights [row pair][depth][2] (WeightOrder::kRowPairs): per instruction a
//             scalar of input, complex times a pair of weights (section 6 C of the MVP notes)
//   kPairs    one output, even and odd products in the two lanes, weights [output][depth] of even depth (6 B)
//   kScalars  one output in one lane, weights [output][depth] of odd depth, whose rows begin at odd addresses
//
// A layer is read in one way: with an odd number of outputs its weights stay in rows. The last row would need
// a rows program and a launch of its own, and a third order of weights in the reference kernel and on the
// host, to save the rest what the table in fast_programs.h shows: 1.6 % under device-flash.
//
// Each row is `blocks` blocks of `block` elements, summed from zero and added to the total (6 I), and `rest`
// elements that are added to the total one by one. An element is what one instruction takes.
#pragma once

#include <cstdint>

#include "kernels/weight_order.h"

namespace kernels::mvp {

enum class FastLanes : uint8_t { kTwoRows, kPairs, kScalars };

struct FastGeometry {
  FastLanes lanes;
  uint32_t depth;
  uint32_t rows;             // of the layer
  uint32_t elements;         // of a row: depth, or depth / 2 for kPairs
  uint32_t block;            // elements of a block, 2..32; 1 for a single element, which is rest
  uint32_t blocks;           // up to 1023
  uint32_t rest;             // elements behind the last block
  uint32_t rows_per_launch;  // up to 1024

  uint32_t outputs_per_row() const { return lanes == FastLanes::kTwoRows ? 2 : 1; }
};

// The elements of the longest row: 1023 blocks of 32. Longer ones would need a program that stores sums in
// binary16 and takes them up again, and more RAM than there is: the inputs of such a row fill 96 KiB with
// their prescaled copy, 192 KiB in pairs.
inline constexpr uint32_t kMaxFastElements = 32736;

FastLanes FastLanesOf(uint32_t depth, WeightOrder order);

// The largest depth that PlanFast takes when it reads rows as it does for `depth`.
uint32_t MaxFastDepth(uint32_t depth, WeightOrder order);

// For kRowPairs `outputs` is even. `depth` is 1..MaxFastDepth.
FastGeometry PlanFast(uint32_t depth, uint32_t outputs, WeightOrder order);

}  // namespace kernels::mvp
