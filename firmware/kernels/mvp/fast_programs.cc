// Instruction by instruction: the rows program.
#include "kernels/mvp/fast_programs.h"

#include <algorithm>

#include "kernels/mvp/vectors.h"
#include "mvp/binary16.h"

namespace kernels::mvp {
namespace {

using ::mvp::AluOp;
using ::mvp::Dim;
using ::mvp::ElementType;
using ::mvp::Instruction;
using ::mvp::kDim0;
using ::mvp::kDim1;
using ::mvp::kDim2;
using ::mvp::kMaxInstructions;
using ::mvp::kMaxStride;
using ::mvp::Lanes;
using ::mvp::LoopId;
using ::mvp::ProgramBuilder;
using ::mvp::RegisterId;
using ::mvp::ToBinary16;

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

  // All eight registers, in this order.
  const RegisterId lowest_ = program_.AddRegister();
  const RegisterId highest_ = program_.AddRegister();
  const RegisterId output_zero_ = program_.AddRegister();
  const RegisterId multiplier_ = program_.AddRegister();
  const RegisterId total_ = program_.AddRegister();
  const RegisterId accumulator_ = program_.AddRegister();
  const RegisterId input_ = program_.AddRegister();
  const RegisterId weight_ = program_.AddRegister();
  // The next row's bias waits in the lower bound's register, if nothing is compared with that:
  // LoadsBiasAhead.
  const RegisterId next_bias_ = lowest_;
};

// A row's bias is loaded while the row before it is stored, so that no load follows the store of a part word
// directly: two cycles less per row, for an instruction and a register more.
bool RowsProgram::LoadsBiasAhead() const {
  const uint32_t instructions =
      3u + (g_.blocks > 0 ? 3 : 0) + (g_.rest > 0 ? 1 : 0) + (Joins() ? 1 : 0) + (Clamps() ? 1 : 0);
  // With several launches, the last one would look for a bias behind the table.
  return instructions <= kMaxInstructions && g_.rows_per_launch == g_.rows &&
         (!Clamps() || LowestIsZeroPoint());
}

void RowsProgram::SetRegisters() {
  if (!LoadsBiasAhead()) program_.SetBothLanes(lowest_, ToBinary16(quantization_.activation_min));
  program_.SetBothLanes(highest_, ToBinary16(quantization_.activation_max));
  program_.SetBothLanes(output_zero_, ToBinary16(quantization_.output_zero_point));
  program_.SetBothLanes(multiplier_,
                        ScaledMultiplier(quantization_.multiplier, quantization_.scale_exponent));
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
      .X(input_)
      .Y(weight_)
      .Load(input_, kInputArray, kDim2)
      .Load(weight_, kWeightsArray, kDim2);
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
  program_.Add(Products(AluOp::MULC, AluOp::MULR2A).Z(accumulator_).Begin(blocks));
  program_.Add(
      Products(AluOp::MACC, AluOp::MACR2A).Z(accumulator_).A(accumulator_).Begin(products).End(products));
  // The block's sum goes in through A, which costs no wait after the instruction that made it.
  program_.Add(Instruction(AluOp::ADDC).Z(total_).X(total_).A(accumulator_).End(blocks));
}

void RowsProgram::AddRest() {
  if (g_.rest == 0) return;
  const LoopId products = program_.AddLoop(g_.rest);
  for (const ::mvp::ArrayId array : {kInputArray, kWeightsArray}) {
    program_.AdvanceAtEnd(products, array, kDim1);
    program_.ResetAtEnd(products, array, kDim2);
  }
  AdvanceRow(products);
  program_.Add(Products(AluOp::MACC, AluOp::MACR2A).Z(total_).A(total_).Begin(products).End(products));
}

// Joins the lanes of a pair's sum, scales, clamps if need be, and stores.
void RowsProgram::AddOutput() {
  if (Joins()) program_.Add(Instruction(AluOp::ADDR).Z(total_).A(total_));
  Instruction last = Instruction(AluOp::MACR2A).Z(total_).X(total_).Y(multiplier_).A(output_zero_);
  // The input's stream, which starts anew with the next row anyway, takes the bias.
  if (LoadsBiasAhead() && !Clamps()) last.Load(next_bias_, kBiasArray, kDim2);
  if (per_channel_) last.Load(multiplier_, kMultiplierArray, kDim2);
  if (Clamps()) {
    program_.Add(last);
    last = Instruction(AluOp::CLIP2A).Z(total_).Y(highest_).A(total_);
    last.X(LowestIsZeroPoint() ? output_zero_ : lowest_);
    if (LoadsBiasAhead()) last.Load(next_bias_, kBiasArray, kDim2);
  }
  program_.Add(last.Store(total_, kOutputArray, kDim2).End(kRowsLoop).Last());
}

::mvp::BuildResult RowsProgram::Build(::mvp::ProgramImage* image) {
  SetRegisters();
  AddArrays();
  program_.AddLoop(g_.rows_per_launch);  // kRowsLoop
  if (LoadsBiasAhead()) {
    program_.Add(Instruction(AluOp::NOOP).Load(next_bias_, kBiasArray, kDim2));
    program_.Add(Instruction(AluOp::COPY).Z(total_).A(next_bias_).Begin(kRowsLoop));
  } else {
    program_.Add(Instruction(AluOp::NOOP).Load(total_, kBiasArray, kDim2).Begin(kRowsLoop));
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
