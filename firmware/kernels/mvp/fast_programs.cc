// Instruction by instruction: the fast programs of FULLY_CONNECTED.
#include "kernels/mvp/fast_programs.h"

#include <algorithm>

#include "mvp/binary16.h"

namespace kernels::mvp {
namespace {

using ::mvp::AluOp;
using ::mvp::ArraySpec;
using ::mvp::Dim;
using ::mvp::ElementType;
using ::mvp::Instruction;
using ::mvp::kDim0;
using ::mvp::kDim1;
using ::mvp::kDim2;
using ::mvp::kMaxCount;
using ::mvp::kMaxStride;
using ::mvp::Lanes;
using ::mvp::LoopId;
using ::mvp::ProgramBuilder;
using ::mvp::ToBinary16;

constexpr int kMaxInstructions = 8;
constexpr uint32_t kLargestBlock = 32;          // beyond, sums grow and round coarsely
constexpr uint32_t kMaxBlocks = kMaxCount - 1;  // one more holds the rest
constexpr uint32_t kShortRow = 32;
constexpr uint32_t kSmallestBlock = 16;  // below, a block's own instruction costs too much

// A launch of the staggered prescale: as many words as an input dimension of 1024 holds. The next launch
// writes the last word of the one before it again.
constexpr uint32_t kWordsPerLaunch = kMaxCount / 2;
constexpr uint32_t kWordsPerStep = kWordsPerLaunch - 1;

// Registers of the rows program. The next row's bias waits where the lower bound is not needed.
constexpr uint32_t kLowest = 0, kNextBias = 0, kHighest = 1, kOutputZero = 2, kMultiplier = 3, kTotal = 4,
                   kAccumulator = 5, kInput = 6, kWeight = 7;
// Registers of the prescale programs: input times kScaleReal goes to the real lane, times kScaleImag to the
// other.
constexpr uint32_t kScaleReal = 0, kScaleImag = 1, kOffset = 2, kScaled = 4, kOdd = 5, kEven = 6;

void SetPair(ProgramBuilder& program, uint32_t reg, double value) {
  program.SetRegister(reg, ToBinary16(value), ToBinary16(value));
}

ArraySpec Vector(ElementType type, Lanes lanes, uint32_t size) {
  return {0, type, lanes, {{{}, {}, {size, 1}}}};
}

// The size of block that leaves the smallest rest; of several, the largest. Where all products of an output
// go through one lane, short rows are cut smaller, or they would round more often than the two lanes of a
// pair.
uint32_t BlockFor(uint32_t elements, FastLanes lanes) {
  if (lanes == FastLanes::kTwoRows && elements > 1 && elements <= kShortRow) {
    return elements <= kSmallestBlock ? 2 : elements / 2;
  }
  if (elements <= kLargestBlock) return elements;
  const uint32_t smallest = std::max(kSmallestBlock, (elements + kMaxBlocks - 1) / kMaxBlocks);
  uint32_t best = kLargestBlock;
  for (uint32_t block = kLargestBlock; block >= smallest; --block) {
    if (elements % block < elements % best) best = block;
  }
  return best;
}

// Rows are one stride apart, or lie densely in blocks, or need an address each.
uint32_t RowsPerLaunch(const FastGeometry& g) {
  if (g.elements <= kMaxStride) return std::min(g.rows, kMaxCount);
  return g.rest == 0 ? std::min(g.rows, kMaxCount / g.blocks) : 1;
}

bool IsStaggered(const FastGeometry& geometry) { return geometry.lanes != FastLanes::kPairs; }

uint32_t StaggeredWords(const FastGeometry& geometry) { return geometry.depth / 2 + 1; }

}  // namespace

FastGeometry PlanFast(uint32_t depth, uint32_t outputs, WeightOrder order) {
  FastGeometry g{};
  g.lanes = order == WeightOrder::kRowPairs ? FastLanes::kTwoRows
            : depth % 2 == 0                ? FastLanes::kPairs
                                            : FastLanes::kScalars;
  g.depth = depth;
  g.rows = outputs / g.outputs_per_row();
  g.elements = g.lanes == FastLanes::kPairs ? depth / 2 : depth;
  g.block = BlockFor(g.elements, g.lanes);
  g.blocks = g.block < 2 ? 0 : g.elements / g.block;
  g.rest = g.elements - g.blocks * g.block;
  g.rows_per_launch = RowsPerLaunch(g);
  return g;
}

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
void AddPairPrescale(ProgramBuilder& program, uint32_t pairs) {
  program.AddArray(Vector(ElementType::kInt8, Lanes::kPair, pairs));
  program.AddArray(Vector(ElementType::kInt8, Lanes::kPair, 1));  // unused: keeps the array numbers
  program.AddArray(Vector(ElementType::kBinary16, Lanes::kPair, pairs));
  const LoopId loop = program.AddLoop(pairs);
  program.Add(Instruction(AluOp::MACR2A)
                  .Z(kScaled)
                  .X(kEven)
                  .Y(kScaleReal)
                  .A(kOffset)
                  .Load(kEven, kInputArray, kDim2)
                  .Store(kScaled, kOutputArray, kDim2)
                  .Begin(loop)
                  .End(loop)
                  .Last());
}

// Words of (x[2j-1], x[2j]), whole words because part words would wait: the odd value comes from the word
// before.
void AddStaggeredPrescale(ProgramBuilder& program, uint32_t depth) {
  const uint32_t words = std::min(depth / 2 + 1, kWordsPerLaunch);
  program.AddArray(Vector(ElementType::kInt8, Lanes::kScalar, std::min(depth, kMaxCount)));
  program.AddArray(Vector(ElementType::kInt8, Lanes::kScalar, 1));  // unused: keeps the array numbers
  program.AddArray(Vector(ElementType::kBinary16, Lanes::kPair, words));
  const LoopId loop = program.AddLoop(words);
  program.Add(Instruction(AluOp::MACC)
                  .Z(kScaled)
                  .X(kOdd)
                  .Y(kScaleReal)
                  .A(kOffset)
                  .Load(kEven, kInputArray, kDim2)
                  .Begin(loop));
  program.Add(Instruction(AluOp::MACC)
                  .Z(kScaled)
                  .X(kEven)
                  .Y(kScaleImag)
                  .A(kScaled)
                  .Load(kOdd, kInputArray, kDim2)
                  .Store(kScaled, kOutputArray, kDim2)
                  .End(loop)
                  .Last());
}

}  // namespace

::mvp::BuildResult BuildPrescale(const FastGeometry& geometry, int32_t input_zero_point,
                                 int32_t scale_exponent, ::mvp::ProgramImage* image) {
  const double scale = ::mvp::PowerOfTwo(scale_exponent);
  ProgramBuilder program;
  SetPair(program, kOffset, -input_zero_point * scale);
  if (IsStaggered(geometry)) {
    program.SetRegister(kScaleReal, ToBinary16(scale), 0);
    program.SetRegister(kScaleImag, 0, ToBinary16(scale));
    AddStaggeredPrescale(program, geometry.depth);
  } else {
    SetPair(program, kScaleReal, scale);
    AddPairPrescale(program, std::min(geometry.elements, kMaxCount));
  }
  return program.Build(image);
}

namespace {

// Writes the rows program piece by piece.
class RowsProgram {
 public:
  RowsProgram(const FastGeometry& geometry, const FullyConnectedQuantization& quantization, bool per_channel)
      : g_(geometry), quantization_(quantization), per_channel_(per_channel) {}

  ::mvp::BuildResult Build(::mvp::ProgramImage* image);

 private:
  bool TwoRows() const { return g_.lanes == FastLanes::kTwoRows; }
  bool Joins() const { return g_.lanes == FastLanes::kPairs; }
  bool Clamps() const { return quantization_.activation_min > -128 || quantization_.activation_max < 127; }
  // Under ReLU and ReLU6 the lower bound is the output's zero point.
  bool LowestIsZeroPoint() const { return quantization_.activation_min == quantization_.output_zero_point; }
  bool LoadsBiasAhead() const;
  void SetRegisters();
  void AddArrays();
  void AddBlocks();
  void AddRest();
  void AddOutput();
  Instruction Products(AluOp two_rows, AluOp others) const;
  void AdvanceRow(LoopId loop);

  const FastGeometry& g_;
  const FullyConnectedQuantization& quantization_;
  bool per_channel_;
  ProgramBuilder program_;
};

// A row's bias is loaded while the row before it is stored, so that no load follows the store of a part word
// directly: two cycles less per row, for an instruction and a register more.
bool RowsProgram::LoadsBiasAhead() const {
  const int instructions =
      3 + (g_.blocks > 0 ? 3 : 0) + (g_.rest > 0 ? 1 : 0) + (Joins() ? 1 : 0) + (Clamps() ? 1 : 0);
  // With several launches, the last one would look for a bias behind the table.
  return instructions <= kMaxInstructions && g_.rows_per_launch == g_.rows &&
         (!Clamps() || LowestIsZeroPoint());
}

void RowsProgram::SetRegisters() {
  if (!LoadsBiasAhead()) SetPair(program_, kLowest, quantization_.activation_min);
  SetPair(program_, kHighest, quantization_.activation_max);
  SetPair(program_, kOutputZero, quantization_.output_zero_point);
  const uint16_t multiplier = ScaledMultiplier(quantization_.multiplier, quantization_.scale_exponent);
  program_.SetRegister(kMultiplier, multiplier, multiplier);
}

void RowsProgram::AddArrays() {
  const Lanes outputs = TwoRows() ? Lanes::kPair : Lanes::kScalar;
  const Lanes inputs = g_.lanes == FastLanes::kPairs ? Lanes::kPair : Lanes::kScalar;
  const Lanes weights = g_.lanes == FastLanes::kScalars ? Lanes::kScalar : Lanes::kPair;
  const uint32_t rows = g_.rows_per_launch;
  const uint32_t blocks = g_.blocks + (g_.rest > 0 ? 1 : 0);  // the rest counts as one
  const Dim element{std::max<uint32_t>(g_.block, 1), 1};
  const auto block_stride = static_cast<int32_t>(g_.block);
  // Where no stride reaches the next row, blocks are counted on through all rows.
  const bool strides = g_.elements <= kMaxStride;
  const Dim row = strides ? Dim{rows, static_cast<int32_t>(g_.elements)} : Dim{};
  program_.AddArray({0, ElementType::kBinary16, inputs, {{{}, {blocks, block_stride}, element}}});
  program_.AddArray(
      {0, ElementType::kInt8, weights, {{row, {strides ? blocks : blocks * rows, block_stride}, element}}});
  program_.AddArray(Vector(ElementType::kInt8, outputs, rows));
  program_.AddArray(Vector(ElementType::kBinary16, outputs, rows));
  program_.AddArray(Vector(ElementType::kBinary16, outputs, rows));
}

// A scalar input times a pair of weights is a complex product; otherwise lanes go with lanes.
Instruction RowsProgram::Products(AluOp two_rows, AluOp others) const {
  return Instruction(TwoRows() ? two_rows : others)
      .X(kInput)
      .Y(kWeight)
      .Load(kInput, kInputArray, kDim2)
      .Load(kWeight, kWeightsArray, kDim2);
}

void RowsProgram::AdvanceRow(LoopId loop) {
  if (g_.elements <= kMaxStride) program_.AdvanceAtEnd(loop, kWeightsArray, kDim0);
}

void RowsProgram::AddBlocks() {
  if (g_.blocks == 0) return;
  const LoopId blocks = program_.AddLoop(g_.blocks);
  const LoopId products = program_.AddLoop(g_.block - 1);
  program_.AdvanceAtEnd(products, kInputArray, kDim1);
  program_.AdvanceAtEnd(products, kWeightsArray, kDim1);
  if (g_.rest == 0) AdvanceRow(blocks);
  program_.Add(Products(AluOp::MULC, AluOp::MULR2A).Z(kAccumulator).Begin(blocks));
  program_.Add(
      Products(AluOp::MACC, AluOp::MACR2A).Z(kAccumulator).A(kAccumulator).Begin(products).End(products));
  // The block's sum goes in through A, which costs no wait after the instruction that made it.
  program_.Add(Instruction(AluOp::ADDC).Z(kTotal).X(kTotal).A(kAccumulator).End(blocks));
}

void RowsProgram::AddRest() {
  if (g_.rest == 0) return;
  const LoopId products = program_.AddLoop(g_.rest);
  for (const ::mvp::ArrayId array : {kInputArray, kWeightsArray}) {
    program_.AdvanceAtEnd(products, array, kDim1);
    program_.ResetAtEnd(products, array, kDim2);
  }
  AdvanceRow(products);
  program_.Add(Products(AluOp::MACC, AluOp::MACR2A).Z(kTotal).A(kTotal).Begin(products).End(products));
}

// Joins the lanes of a pair's sum, scales, clamps if need be, and stores.
void RowsProgram::AddOutput() {
  if (Joins()) program_.Add(Instruction(AluOp::ADDR).Z(kTotal).A(kTotal));
  Instruction last = Instruction(AluOp::MACR2A).Z(kTotal).X(kTotal).Y(kMultiplier).A(kOutputZero);
  // The input's stream, which starts anew with the next row anyway, takes the bias.
  if (LoadsBiasAhead() && !Clamps()) last.Load(kNextBias, kBiasArray, kDim2);
  if (per_channel_) last.Load(kMultiplier, kMultiplierArray, kDim2);
  if (Clamps()) {
    program_.Add(last);
    last = Instruction(AluOp::CLIP2A).Z(kTotal).Y(kHighest).A(kTotal);
    last.X(LowestIsZeroPoint() ? kOutputZero : kLowest);
    if (LoadsBiasAhead()) last.Load(kNextBias, kBiasArray, kDim2);
  }
  program_.Add(last.Store(kTotal, kOutputArray, kDim2).End(kRowsLoop).Last());
}

::mvp::BuildResult RowsProgram::Build(::mvp::ProgramImage* image) {
  SetRegisters();
  AddArrays();
  program_.AddLoop(g_.rows_per_launch);  // kRowsLoop
  if (LoadsBiasAhead()) {
    program_.Add(Instruction(AluOp::NOOP).Load(kNextBias, kBiasArray, kDim2));
    program_.Add(Instruction(AluOp::COPY).Z(kTotal).A(kNextBias).Begin(kRowsLoop));
  } else {
    program_.Add(Instruction(AluOp::NOOP).Load(kTotal, kBiasArray, kDim2).Begin(kRowsLoop));
  }
  AddBlocks();
  AddRest();
  AddOutput();
  return program_.Build(image);
}

}  // namespace

::mvp::BuildResult BuildRows(const FastGeometry& geometry, const FullyConnectedQuantization& quantization,
                             bool per_channel, ::mvp::ProgramImage* image) {
  return RowsProgram(geometry, quantization, per_channel).Build(image);
}

}  // namespace kernels::mvp
