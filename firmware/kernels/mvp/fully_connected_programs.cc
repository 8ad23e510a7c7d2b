// Instruction by instruction: the programs of FULLY_CONNECTED.
#include "kernels/mvp/fully_connected_programs.h"

#include <algorithm>
#include <initializer_list>

#include "kernels/mvp/vectors.h"
#include "mvp/binary16.h"

namespace kernels::mvp {
namespace {

using ::mvp::AluOp;
using ::mvp::ArraySpec;
using ::mvp::ElementType;
using ::mvp::Instruction;
using ::mvp::kDim1;
using ::mvp::kDim2;
using ::mvp::kMaxCount;
using ::mvp::Lanes;
using ::mvp::LoopId;
using ::mvp::ProgramBuilder;
using ::mvp::RegisterId;
using ::mvp::ToBinary16;

constexpr double kScale = 1.0 / 32768;

// The same in all programs; each leaves alone what it has no use for.
struct Registers {
  constexpr explicit Registers(ProgramBuilder& program)
      : input_scale(program.AddRegister()),
        input_offset(program.AddRegister()),
        output_zero(program.AddRegister()),
        multiplier(program.AddRegister()),
        clamped(program.AddRegister()),
        accumulator(program.AddRegister()),
        input(program.AddRegister()),
        weight(program.AddRegister()) {}

  RegisterId input_scale;
  RegisterId input_offset;
  RegisterId output_zero;
  RegisterId multiplier;
  RegisterId clamped;
  RegisterId accumulator;
  RegisterId input;
  RegisterId weight;
  // The clamp program rescales nothing: its bounds are where the others keep the input's scale and offset.
  RegisterId lowest = input_scale;
  RegisterId highest = input_offset;
};

constexpr RegisterId AccumulatorOfAll() {
  ProgramBuilder program;
  return Registers(program).accumulator;
}
static_assert(AccumulatorOfAll().index == kSplitBiasRegister.index);

void SetScaling(ProgramBuilder& program, const Registers& r, const FullyConnectedQuantization& quantization) {
  program.SetBothLanes(r.input_scale, ToBinary16(kScale));
  program.SetBothLanes(r.input_offset, ToBinary16(-quantization.input_zero_point * kScale));
  program.SetRegister(r.multiplier, ScaledMultiplier(quantization.multiplier), 0);
  program.SetRegister(r.output_zero, ToBinary16(quantization.output_zero_point), 0);
}

// Input and weights are read in pairs when the depth is even.
Lanes LanesOf(uint32_t depth) { return depth % 2 == 0 ? Lanes::kPair : Lanes::kScalar; }
uint32_t ElementsOf(uint32_t depth) { return depth % 2 == 0 ? depth / 2 : depth; }

ArraySpec Rows(ElementType type, Lanes lanes, uint32_t rows, uint32_t columns) {
  return {0, type, lanes, {{{}, {rows, static_cast<int32_t>(columns)}, {columns, 1}}}};
}

ArraySpec Row(ElementType type, Lanes lanes, uint32_t columns) { return Rows(type, lanes, 1, columns); }

// Rescales the elements of a row and adds their products to the accumulator, one by one; `loops` go over all
// of them, the outer one first.
void AddProducts(ProgramBuilder& program, const Registers& r, std::initializer_list<LoopId> loops) {
  Instruction rescale = Instruction(AluOp::MACR2A)
                            .Z(r.input)
                            .X(r.input)
                            .Y(r.input_scale)
                            .A(r.input_offset)
                            .Load(r.input, kInputArray, kDim2)
                            .Load(r.weight, kWeightsArray, kDim2);
  Instruction accumulate =
      Instruction(AluOp::MACR2A).Z(r.accumulator).X(r.input).Y(r.weight).A(r.accumulator);
  for (const LoopId loop : loops) {
    rescale.Begin(loop);
    accumulate.End(loop);
  }
  program.Add(rescale);
  program.Add(accumulate);
}

// Joins the accumulator's lanes if both are in use; the rest is left to the instruction that is returned.
Instruction AddOutput(ProgramBuilder& program, const Registers& r, Lanes lanes) {
  if (lanes == Lanes::kPair) program.Add(Instruction(AluOp::ADDR).Z(r.accumulator).A(r.accumulator));
  return Instruction(AluOp::MACR2A)
      .Z(r.accumulator)
      .X(r.accumulator)
      .Y(r.multiplier)
      .A(r.output_zero)
      .Store(r.accumulator, kOutputArray, kDim2);
}

// The largest factor of `count` up to 1024 whose cofactor is up to 1024 as well; 0 when there is none.
uint32_t InnerFactor(uint32_t count) {
  for (uint32_t inner = kMaxCount; inner * kMaxCount >= count && inner > 0; --inner) {
    if (count % inner == 0 && count / inner <= kMaxCount) return inner;
  }
  return 0;
}

}  // namespace

uint16_t ScaledBias(int32_t bias, int32_t scale_exponent) {
  return ToBinary16(bias * ::mvp::PowerOfTwo(scale_exponent));
}

uint16_t ScaledMultiplier(double multiplier, int32_t scale_exponent) {
  return ToBinary16(std::min(multiplier * ::mvp::PowerOfTwo(-scale_exponent), ::mvp::kLargestBinary16));
}

::mvp::BuildResult BuildBaseline(const FullyConnectedShape& shape,
                                 const FullyConnectedQuantization& quantization, ::mvp::ProgramImage* image) {
  const uint32_t elements = ElementsOf(shape.depth);
  const Lanes lanes = LanesOf(shape.depth);
  ProgramBuilder program;
  const Registers r(program);
  SetScaling(program, r, quantization);
  program.AddArray(Rows(ElementType::kInt8, lanes, shape.batches, elements));
  program.AddArray(Rows(ElementType::kInt8, lanes, shape.outputs, elements));
  program.AddArray(Rows(ElementType::kInt8, Lanes::kScalar, shape.batches, shape.outputs));
  program.AddArray(Row(ElementType::kBinary16, Lanes::kScalar, shape.outputs));
  const LoopId batches = program.AddLoop(shape.batches);
  const LoopId outputs = program.AddLoop(shape.outputs);
  const LoopId products = program.AddLoop(elements);
  program.AdvanceAtEnd(outputs, kInputArray, kDim1);
  program.AdvanceAtEnd(outputs, kOutputArray, kDim1);
  program.AdvanceAtEnd(products, kWeightsArray, kDim1);

  program.Add(Instruction(AluOp::NOOP).Load(r.accumulator, kBiasArray, kDim2).Begin(batches).Begin(outputs));
  AddProducts(program, r, {products});
  program.Add(AddOutput(program, r, lanes).End(outputs).End(batches).Last());
  return program.Build(image);
}

bool FitsSplit(uint32_t depth) { return InnerFactor(ElementsOf(depth)) != 0; }

uint32_t ShortestSplit(uint32_t depth) {
  const uint32_t elements = ElementsOf(depth);
  uint32_t longer = 1;
  while (longer < elements / longer || elements % longer != 0) ++longer;
  return longer;
}

::mvp::BuildResult BuildSplit(uint32_t depth, const FullyConnectedQuantization& quantization,
                              ::mvp::ProgramImage* image) {
  const uint32_t inner = InnerFactor(ElementsOf(depth));
  const uint32_t outer = inner == 0 ? 0 : ElementsOf(depth) / inner;
  const Lanes lanes = LanesOf(depth);
  ProgramBuilder program;
  const Registers r(program);
  SetScaling(program, r, quantization);
  program.AddArray(Rows(ElementType::kInt8, lanes, outer, inner));
  program.AddArray(Rows(ElementType::kInt8, lanes, outer, inner));
  program.AddArray(Row(ElementType::kInt8, Lanes::kScalar, 1));
  const LoopId outer_loop = program.AddLoop(outer);
  const LoopId inner_loop = program.AddLoop(inner);
  program.AdvanceAtEnd(inner_loop, kInputArray, kDim1);
  program.AdvanceAtEnd(inner_loop, kWeightsArray, kDim1);

  AddProducts(program, r, {outer_loop, inner_loop});
  program.Add(AddOutput(program, r, lanes).Last());
  return program.Build(image);
}

::mvp::BuildResult BuildClamp(int32_t activation_min, int32_t activation_max, ::mvp::ProgramImage* image) {
  ProgramBuilder program;
  const Registers r(program);
  program.SetBothLanes(r.lowest, ToBinary16(activation_min));
  program.SetBothLanes(r.highest, ToBinary16(activation_max));
  program.AddArray(Row(ElementType::kInt8, Lanes::kPair, kClampPairs));
  program.AddArray(Row(ElementType::kInt8, Lanes::kPair, 1));  // unused: keeps the array numbers
  program.AddArray(Row(ElementType::kInt8, Lanes::kPair, kClampPairs));
  const Instruction clip = Instruction(AluOp::CLIP2A).Z(r.clamped).X(r.lowest).Y(r.highest).A(r.input);
  AddPairwise(program, clip, r.input, r.clamped, kClampPairs);
  return program.Build(image);
}

}  // namespace kernels::mvp
