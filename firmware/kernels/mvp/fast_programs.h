// The fast FULLY_CONNECTED programs: the input rescaled once per layer, then one instruction per pair of
// products, accumulated in blocks from zero so that roundings stay small.
//
// Programs: prescale_program.h and the one here. How a layer is divided between their launches, and what lies
// in the two lanes: fast_geometry.h.
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

#include "kernels/mvp/fast_geometry.h"
#include "kernels/mvp/fully_connected_programs.h"
#include "kernels/mvp/prescale_program.h"
#include "mvp/program_builder.h"

namespace kernels::mvp {

inline constexpr ::mvp::LoopId kRowsLoop{0};

// geometry.rows_per_launch rows: kInputArray the prescaled input, kWeightsArray, kBiasArray, kOutputArray
// and, if `per_channel`, kMultiplierArray from the first row on. Clamps in the program where saturation to
// int8 does not.
::mvp::BuildResult BuildRows(const FastGeometry& geometry, const FullyConnectedQuantization& quantization,
                             bool per_channel, ::mvp::ProgramImage* image);

}  // namespace kernels::mvp
