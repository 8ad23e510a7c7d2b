// Instruction by instruction: the programs of FULLY_CONNECTED.
#include "kernels/mvp/fully_connected_programs.h"

#include <algorithm>

#include "mvp/binary16.h"

namespace kernels::mvp {
namespace {

using ::mvp::AluOp;
using ::mvp::ArrayId;
using ::mvp::ArraySpec;
using ::mvp::ElementType;
using ::mvp::Instruction;
using ::mvp::kDim1;
using ::mvp::kDim2;
using ::mvp::kMaxCount;
using ::mvp::kNoDim;
using ::mvp::Lanes;
using ::mvp::LoopId;
using ::mvp::ProgramBuilder;
using ::mvp::ToBinary16;

constexpr double kScale = 1.0 / 32768;

// Registers, the same in all programs: R0 and R1 rescale the input (or clamp the output).
constexpr uint32_t kInputScale = 0, kInputOffset = 1, kOutputZero = 2, kMultiplier = 3, kTotal = 4,
                   kAccumulator = 5, kInput = 6, kWeight = 7;
constexpr uint32_t kLowest = 0, kHighest = 1;
static_assert(kAccumulator == kSplitBiasRegister);

void SetPair(ProgramBuilder& program, uint32_t reg, double value) {
  program.SetRegister(reg, ToBinary16(value), ToBinary16(value));
}

void SetInputScaling(ProgramBuilder& program, int32_t input_zero_point) {
  SetPair(program, kInputScale, kScale);
  SetPair(program, kInputOffset, -input_zero_point * kScale);
}

void SetOutputScaling(ProgramBuilder& program, const FullyConnectedQuantization& quantization) {
  program.SetRegister(kMultiplier, ScaledMultiplier(quantization.multiplier), 0);
  program.SetRegister(kOutputZero, ToBinary16(quantization.output_zero_point), 0);
}

// Input and weights are read in pairs when the depth is even.
Lanes LanesOf(uint32_t depth) { return depth % 2 == 0 ? Lanes::kPair : Lanes::kScalar; }
uint32_t ElementsOf(uint32_t depth) { return depth % 2 == 0 ? depth / 2 : depth; }

ArraySpec Rows(ElementType type, Lanes lanes, uint32_t rows, uint32_t columns) {
  return {0, type, lanes, {{{}, {rows, static_cast<int32_t>(columns)}, {columns, 1}}}};
}

ArraySpec Row(ElementType type, Lanes lanes, uint32_t columns) { return Rows(type, lanes, 1, columns); }

Instruction ScaleAndStore(uint32_t sum) {
  return Instruction(AluOp::MACR2A)
      .Z(sum)
      .X(sum)
      .Y(kMultiplier)
      .A(kOutputZero)
      .Store(sum, kOutputArray, kDim2);
}

// The loop over `inner` (and `outer`, when it has one) that adds all products of a row to the accumulator.
void AddProducts(ProgramBuilder& program, Instruction rescale, Instruction accumulate) {
  program.Add(rescale.Z(kInput).X(kInput).Y(kInputScale).A(kInputOffset));
  program.Add(accumulate.Z(kAccumulator).X(kInput).Y(kWeight).A(kAccumulator));
}

Instruction LoadProducts(AluOp op) {
  return Instruction(op).Load(kInput, kInputArray, kDim2).Load(kWeight, kWeightsArray, kDim2);
}

Instruction JoinLanes(uint32_t sum) { return Instruction(AluOp::ADDR).Z(sum).A(sum); }

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
  SetInputScaling(program, quantization.input_zero_point);
  SetOutputScaling(program, quantization);
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

  program.Add(Instruction(AluOp::NOOP).Load(kAccumulator, kBiasArray, kDim2).Begin(batches).Begin(outputs));
  AddProducts(program, LoadProducts(AluOp::MACR2A).Begin(products), Instruction(AluOp::MACR2A).End(products));
  if (lanes == Lanes::kPair) program.Add(JoinLanes(kAccumulator));
  program.Add(ScaleAndStore(kAccumulator).End(outputs).End(batches).Last());
  return program.Build(image);
}

bool FitsSplit(uint32_t depth) { return InnerFactor(ElementsOf(depth)) != 0; }

::mvp::BuildResult BuildSplit(uint32_t depth, const FullyConnectedQuantization& quantization,
                              ::mvp::ProgramImage* image) {
  const uint32_t inner = InnerFactor(ElementsOf(depth));
  const uint32_t outer = inner == 0 ? 0 : ElementsOf(depth) / inner;
  const Lanes lanes = LanesOf(depth);
  ProgramBuilder program;
  SetInputScaling(program, quantization.input_zero_point);
  SetOutputScaling(program, quantization);
  program.AddArray(Rows(ElementType::kInt8, lanes, outer, inner));
  program.AddArray(Rows(ElementType::kInt8, lanes, outer, inner));
  program.AddArray(Row(ElementType::kInt8, Lanes::kScalar, 1));
  const LoopId outer_loop = program.AddLoop(outer);
  const LoopId inner_loop = program.AddLoop(inner);
  program.AdvanceAtEnd(inner_loop, kInputArray, kDim1);
  program.AdvanceAtEnd(inner_loop, kWeightsArray, kDim1);

  AddProducts(program, LoadProducts(AluOp::MACR2A).Begin(outer_loop).Begin(inner_loop),
              Instruction(AluOp::MACR2A).End(inner_loop).End(outer_loop));
  if (lanes == Lanes::kPair) program.Add(JoinLanes(kAccumulator));
  program.Add(ScaleAndStore(kAccumulator).Last());
  return program.Build(image);
}

::mvp::BuildResult BuildClamp(int32_t activation_min, int32_t activation_max, ::mvp::ProgramImage* image) {
  ProgramBuilder program;
  SetPair(program, kLowest, activation_min);
  SetPair(program, kHighest, activation_max);
  program.AddArray(Row(ElementType::kInt8, Lanes::kPair, kClampPairs));
  program.AddArray(Row(ElementType::kInt8, Lanes::kPair, 1));  // unused: keeps the array numbers
  program.AddArray(Row(ElementType::kInt8, Lanes::kPair, kClampPairs));
  const LoopId pairs = program.AddLoop(kClampPairs);
  program.Add(Instruction(AluOp::CLIP2A)
                  .Z(kTotal)
                  .X(kLowest)
                  .Y(kHighest)
                  .A(kInput)
                  .Load(kInput, kInputArray, kDim2)
                  .Store(kTotal, kOutputArray, kDim2)
                  .Begin(pairs)
                  .End(pairs)
                  .Last());
  return program.Build(image);
}

}  // namespace kernels::mvp
