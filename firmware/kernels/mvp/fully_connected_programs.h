// The MVP programs of FULLY_CONNECTED, as launch images whose addresses are filled in before each launch.
//
// Numbers inside: x - zero_point and bias are held as multiples of 2^scale_exponent, 2^-15 in the baseline,
// so that sums stay in binary16; the output multiplier is scaled by 2^-scale_exponent in return.
#pragma once

#include <cstdint>

#include "mvp/program_builder.h"

namespace kernels::mvp {

struct FullyConnectedShape {
  uint32_t batches;
  uint32_t depth;
  uint32_t outputs;
};

// As in the reference kernel: real multiplier = input scale * filter scale / output scale.
struct FullyConnectedQuantization {
  int32_t input_zero_point;   // -128..127
  int32_t output_zero_point;  // -128..127
  double multiplier;          // ignored where multipliers come from an array
  int32_t activation_min;     // -128..127
  int32_t activation_max;
  int32_t scale_exponent = -15;  // other than -15 in the fast programs only
};

// Arrays of all programs below that have them; addresses come with the launch (::mvp::Launch).
inline constexpr ::mvp::ArrayId kInputArray{
    0};  // int8 [batches, depth]; the prescaled input in the fast program
inline constexpr ::mvp::ArrayId kWeightsArray{1};  // int8 [outputs, depth], or as in fast_geometry.h
inline constexpr ::mvp::ArrayId kOutputArray{
    2};  // int8 [batches, outputs]; the prescaled input in the prescale program
inline constexpr ::mvp::ArrayId kBiasArray{3};        // binary16 [outputs], times 2^scale_exponent
inline constexpr ::mvp::ArrayId kMultiplierArray{4};  // binary16 [outputs], times 2^-scale_exponent

// The register in which the split program expects its bias (binary16, times 2^-15) in the real lane.
inline constexpr ::mvp::RegisterId kSplitBiasRegister{5};

// Loop 0 of the clamp program: pairs of values to clamp.
inline constexpr ::mvp::LoopId kClampLoop{0};
inline constexpr uint32_t kClampPairs = 1024;

// bias * 2^scale_exponent and multiplier * 2^-scale_exponent in binary16; what is too large for it saturates
// (multipliers of 2 or more for -15).
uint16_t ScaledBias(int32_t bias, int32_t scale_exponent = -15);
uint16_t ScaledMultiplier(double multiplier, int32_t scale_exponent = -15);

// The vendor's structure: bias, then per pair of inputs rescale and multiply-accumulate in two lanes, join,
// scale, store. 1.5 cycles per product for even depths (at most 2048), 3 for odd ones (at most 1024).
::mvp::BuildResult BuildBaseline(const FullyConnectedShape& shape,
                                 const FullyConnectedQuantization& quantization, ::mvp::ProgramImage* image);

// The same for one output of a layer of any depth whose element count splits into two factors up to 1024;
// false in FitsSplit when it does not. ShortestSplit: the iterations that the longer one of two loops over
// the elements needs at least, 1025 or more then.
bool FitsSplit(uint32_t depth);
uint32_t ShortestSplit(uint32_t depth);
::mvp::BuildResult BuildSplit(uint32_t depth, const FullyConnectedQuantization& quantization,
                              ::mvp::ProgramImage* image);

// Clamps pairs of the output array in place; the arrays kInputArray and kOutputArray both point to it.
::mvp::BuildResult BuildClamp(int32_t activation_min, int32_t activation_max, ::mvp::ProgramImage* image);

}  // namespace kernels::mvp
