// Instruction by instruction: the prescale programs, in pairs or staggered by one element.
#include "kernels/mvp/prescale_program.h"

#include <algorithm>

#include "kernels/mvp/fully_connected_programs.h"
#include "kernels/mvp/vectors.h"
#include "mvp/binary16.h"

namespace kernels::mvp {
namespace {

using ::mvp::AluOp;
using ::mvp::ElementType;
using ::mvp::Instruction;
using ::mvp::kDim2;
using ::mvp::kMaxCount;
using ::mvp::Lanes;
using ::mvp::LoopId;
using ::mvp::ProgramBuilder;
using ::mvp::RegisterId;
using ::mvp::ToBinary16;

// A launch of the staggered prescale: as many words as an input dimension of 1024 holds. The next launch
// writes the last word of the one before it again.
constexpr uint32_t kWordsPerLaunch = kMaxCount / 2;
constexpr uint32_t kWordsPerStep = kWordsPerLaunch - 1;

// Input times scale_real goes to the real lane, times scale_imag to the other.
struct Registers {
  explicit Registers(ProgramBuilder& program)
      : scale_real(program.AddRegister()),
        scale_imag(program.AddRegister()),
        offset(program.AddRegister()),
        unused(program.AddRegister()),
        scaled(program.AddRegister()),
        odd(program.AddRegister()),
        even(program.AddRegister()) {}

  RegisterId scale_real;
  RegisterId scale_imag;
  RegisterId offset;
  RegisterId unused;  // gives the next ones the numbers of sums and inputs in the rows program
  RegisterId scaled;
  RegisterId odd;
  RegisterId even;
};

bool IsStaggered(const FastGeometry& geometry) { return geometry.lanes != FastLanes::kPairs; }

uint32_t StaggeredWords(const FastGeometry& geometry) { return geometry.depth / 2 + 1; }

}  // namespace

uint32_t PrescaleLaunches(const FastGeometry& geometry) {
  if (!IsStaggered(geometry)) return (geometry.elements + kMaxCount - 1) / kMaxCount;
  const uint32_t words = StaggeredWords(geometry);
  return words <= kWordsPerLaunch ? 1 : (words - 1 + kWordsPerStep - 1) / kWordsPerStep;
}

PrescaleLaunch PrescaleLaunchAt(const FastGeometry& geometry, uint32_t i) {
  if (!IsStaggered(geometry)) {
    return {2 * i * kMaxCount, std::min(geometry.elements - i * kMaxCount, kMaxCount)};
  }
  const uint32_t first = (PrescaleLaunches(geometry) - 1 - i) * kWordsPerStep;
  return {2 * first, std::min(StaggeredWords(geometry) - first, kWordsPerLaunch)};
}

uint32_t ScratchBytes(const FastGeometry& geometry) {
  return IsStaggered(geometry) ? 4 * StaggeredWords(geometry) : 2 * geometry.depth;
}

uint32_t ScratchOffset(const FastGeometry& geometry) { return IsStaggered(geometry) ? 2 : 0; }

namespace {

// A pair of inputs per instruction. The result goes to another register than the load, so that X never is the
// Z of the instruction before.
void AddPairPrescale(ProgramBuilder& program, const Registers& r, uint32_t pairs) {
  program.AddArray(Vector(ElementType::kInt8, Lanes::kPair, pairs));
  program.AddArray(Vector(ElementType::kInt8, Lanes::kPair, 1));  // unused: keeps the array numbers
  program.AddArray(Vector(ElementType::kBinary16, Lanes::kPair, pairs));
  const Instruction rescale = Instruction(AluOp::MACR2A).Z(r.scaled).X(r.even).Y(r.scale_real).A(r.offset);
  AddPairwise(program, rescale, r.even, r.scaled, pairs);
}

// Words of (x[2j-1], x[2j]), whole words because part words would wait: the odd value comes from the word
// before.
void AddStaggeredPrescale(ProgramBuilder& program, const Registers& r, uint32_t depth) {
  const uint32_t words = std::min(depth / 2 + 1, kWordsPerLaunch);
  program.AddArray(Vector(ElementType::kInt8, Lanes::kScalar, std::min(depth, kMaxCount)));
  program.AddArray(Vector(ElementType::kInt8, Lanes::kScalar, 1));  // unused: keeps the array numbers
  program.AddArray(Vector(ElementType::kBinary16, Lanes::kPair, words));
  const LoopId loop = program.AddLoop(words);
  program.Add(Instruction(AluOp::MACC)
                  .Z(r.scaled)
                  .X(r.odd)
                  .Y(r.scale_real)
                  .A(r.offset)
                  .Load(r.even, kInputArray, kDim2)
                  .Begin(loop));
  program.Add(Instruction(AluOp::MACC)
                  .Z(r.scaled)
                  .X(r.even)
                  .Y(r.scale_imag)
                  .A(r.scaled)
                  .Load(r.odd, kInputArray, kDim2)
                  .Store(r.scaled, kOutputArray, kDim2)
                  .End(loop)
                  .Last());
}

}  // namespace

::mvp::BuildResult BuildPrescale(const FastGeometry& geometry, int32_t input_zero_point,
                                 int32_t scale_exponent, ::mvp::ProgramImage* image) {
  const double scale = ::mvp::PowerOfTwo(scale_exponent);
  ProgramBuilder program;
  const Registers r(program);
  program.SetBothLanes(r.offset, ToBinary16(-input_zero_point * scale));
  if (IsStaggered(geometry)) {
    program.SetRegister(r.scale_real, ToBinary16(scale), 0);
    program.SetRegister(r.scale_imag, 0, ToBinary16(scale));
    AddStaggeredPrescale(program, r, geometry.depth);
  } else {
    program.SetBothLanes(r.scale_real, ToBinary16(scale));
    AddPairPrescale(program, r, std::min(geometry.elements, kMaxCount));
  }
  return program.Build(image);
}

}  // namespace kernels::mvp
