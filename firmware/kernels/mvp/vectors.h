// Parts of programs over vectors: an array of one dimension, and one operation on all pairs of another.
#pragma once

#include <cstdint>

#include "mvp/program_builder.h"

namespace kernels::mvp {

// `size` elements one after the other; the address comes with the launch.
::mvp::ArraySpec Vector(::mvp::ElementType type, ::mvp::Lanes lanes, uint32_t size);

// The only loop and instruction of a program: loads a pair of kInputArray into `loaded`, does `operation`,
// and stores `result` as a pair of kOutputArray, `pairs` times. The arrays are there already.
void AddPairwise(::mvp::ProgramBuilder& program, ::mvp::Instruction operation, ::mvp::RegisterId loaded,
                 ::mvp::RegisterId result, uint32_t pairs);

}  // namespace kernels::mvp
