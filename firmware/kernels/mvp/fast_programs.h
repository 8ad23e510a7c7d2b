// The fast FULLY_CONNECTED programs: the input rescaled once per layer, then one instruction per pair of
// products, accumulated in blocks from zero so that roundings stay small.
//
// What a launch computes is a number of rows. How a row lies in memory decides how the two lanes are used:
//
//   kTwoRows  one output per lane, weights [row pair][depth][2] (WeightOrder::kRowPairs): per instruction a
//             scalar of input, complex times a pair of weights (section 6 C of the MVP notes)
//   kPairs    one output, even and odd products in the two lanes, weights [output][depth] of even depth (6 B)
//   kScalars  one output in one lane, weights [output][depth] of odd depth, whose rows begin at odd addresses
//
// Each row is `blocks` blocks of `block` elements, summed from zero and added to the total (6 I), and `rest`
// elements that are added to the total one by one. An element is what one instruction takes.
//
// Accelerator cycles of the reference model's ten layers (264,192 products, 132,096 cycles at least; baseline
// 406,480 in device-flash), by this repository's cycle models:
//
//              device-flash, weights in flash   224 KiB of them in RAM   all in RAM   device-bothmiss
//   kPairs     205,988                          152,210                  144,150      210,228
//   kTwoRows   202,664                          148,886                  140,954      141,820
//
// Against the reference kernel on that model as Silicon Labs trained it (host.data reference-model mltk),
// kTwoRows, 64 random inputs: differences of 1 code at most in every layer (baseline: 3); rms 0.205 in the
// first layer (0.503), at most 1.008 times the baseline's in the others. Other trainings may differ.
#pragma once

#include <cstdint>

#include "kernels/mvp/fully_connected_programs.h"
#include "kernels/weight_order.h"
#include "mvp/program_builder.h"

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

// The largest depth of any layer that PlanFast accepts: 1023 blocks of 32 elements.
inline constexpr uint32_t kMaxFastDepth = 32736;

// For kRowPairs `outputs` is even. `depth` is 1..kMaxFastDepth.
FastGeometry PlanFast(uint32_t depth, uint32_t outputs, WeightOrder order);

// One launch of the prescale program. Both addresses begin at an even element of the input.
struct PrescaleLaunch {
  uint32_t first_element;  // input address = input + first_element, output address = scratch + 2 *
                           // first_element
  uint32_t iterations;     // of kPrescaleLoop
};

// The launches that prescale a row of input, to be run in the order i = 0, 1, …: a later one mends the first
// value of the one before.
uint32_t PrescaleLaunches(const FastGeometry& geometry);
PrescaleLaunch PrescaleLaunchAt(const FastGeometry& geometry, uint32_t i);

// Bytes of scratch, whose address is a multiple of 4, and where in it the rows program finds its input. For
// scalars that is 2: words of input then begin between words of weights, and no instruction waits for both.
uint32_t ScratchBytes(const FastGeometry& geometry);
uint32_t ScratchOffset(const FastGeometry& geometry);

inline constexpr ::mvp::LoopId kPrescaleLoop{0};
inline constexpr ::mvp::LoopId kRowsLoop{0};

// Input row -> binary16 (x - zero_point) * 2^scale_exponent: kInputArray int8, kOutputArray the scratch. It
// may read up to two bytes behind inputs of more than 1023 elements, without using them.
::mvp::BuildResult BuildPrescale(const FastGeometry& geometry, int32_t input_zero_point,
                                 int32_t scale_exponent, ::mvp::ProgramImage* image);

// geometry.rows_per_launch rows: kInputArray the prescaled input, kWeightsArray, kBiasArray, kOutputArray
// and, if `per_channel`, kMultiplierArray from the first row on. Clamps in the program where saturation to
// int8 does not.
::mvp::BuildResult BuildRows(const FastGeometry& geometry, const FullyConnectedQuantization& quantization,
                             bool per_channel, ::mvp::ProgramImage* image);

}  // namespace kernels::mvp
