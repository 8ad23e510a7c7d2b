// The prescale program: a layer's input rescaled once, for all rows of weights.
#pragma once

#include <cstdint>

#include "kernels/mvp/fast_geometry.h"
#include "mvp/program_builder.h"

namespace kernels::mvp {

// One launch of the prescale program. Both addresses begin at an even element of the input.
struct PrescaleLaunch {
  uint32_t first_element;  // input address = input + first_element,
                           // output address = scratch + 2 * first_element
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

// Input row -> binary16 (x - zero_point) * 2^scale_exponent: kInputArray int8, kOutputArray the scratch. It
// may read up to two bytes behind inputs of more than 1023 elements, without using them.
::mvp::BuildResult BuildPrescale(const FastGeometry& geometry, int32_t input_zero_point,
                                 int32_t scale_exponent, ::mvp::ProgramImage* image);

}  // namespace kernels::mvp
