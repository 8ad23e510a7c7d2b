// One-dimensional arrays, and one operation on all pairs of them.
#include "kernels/mvp/vectors.h"

#include "kernels/mvp/fully_connected_programs.h"

namespace kernels::mvp {

::mvp::ArraySpec Vector(::mvp::ElementType type, ::mvp::Lanes lanes, uint32_t size) {
  return {0, type, lanes, {{{}, {}, {size, 1}}}};
}

void AddPairwise(::mvp::ProgramBuilder& program, ::mvp::Instruction operation, ::mvp::RegisterId loaded,
                 ::mvp::RegisterId result, uint32_t pairs) {
  const ::mvp::LoopId loop = program.AddLoop(pairs);
  program.Add(operation.Load(loaded, kInputArray, ::mvp::kDim2)
                  .Store(result, kOutputArray, ::mvp::kDim2)
                  .Begin(loop)
                  .End(loop)
                  .Last());
}

}  // namespace kernels::mvp
