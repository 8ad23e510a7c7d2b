// ADD on the core: four elements at a time, a word of each input.
#include "kernels/fast/add.h"

#include <cstdint>
#include <cstring>

#include "four_lanes.h"
#include "four_sums.h"
#include "kernels/fast/four_factors.h"
#include "kernels/fast/invoke.h"
#include "kernels/in_place.h"
#include "kernels/reference/invoke.h"
#include "kernels/reference/scaled_sum.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"

namespace kernels::fast {
namespace {

using reference::ScaledSumData;

constexpr int32_t kElementsPerPass = 4;

// A reference::SumOperand, so that scaling is a product rounded to its upper word and a rounding shift.
struct Operand {
  int32_t offset;   // minus the zero point
  int32_t doubled;  // see Factor
  int32_t halves;   // what rounds the shift
  int32_t shift;    // to the right, 0..31
  int32_t ties;     // -1 where the shift rounds ties away from zero; 0 where there is none
};

Operand OperandOf(const reference::SumOperand& operand) {
  const int32_t shift = -operand.shift;
  const int32_t halves = shift == 0 ? 0 : static_cast<int32_t>(uint32_t{1} << (shift - 1));
  return {-operand.zero_point, FactorOf(operand.multiplier, 0).doubled, halves, shift, shift == 0 ? 0 : -1};
}

// In units of the sum. value: the element less its zero point. Within 2^27 all along, as the factor is at
// most a half.
[[gnu::always_inline]] inline int32_t Scaled(const Operand& by, int32_t value) {
  const int32_t shifted = value * (int32_t{1} << reference::kSumLeftShift);
  const int32_t product = RoundedUpperWord(shifted, by.doubled, shifted);
  return (product + (product < 0 ? by.ties : 0) + by.halves) >> by.shift;
}

[[gnu::always_inline]] inline FourSums SumFour(const Operand& by1, const Operand& by2, uint32_t packed1,
                                               uint32_t packed2) {
  const FourInts values1 = AddBytes(by1.offset, packed1);
  const FourInts values2 = AddBytes(by2.offset, packed2);
  return {Scaled(by1, values1.a) + Scaled(by2, values2.a), Scaled(by1, values1.b) + Scaled(by2, values2.b),
          Scaled(by1, values1.c) + Scaled(by2, values2.c), Scaled(by1, values1.d) + Scaled(by2, values2.d)};
}

// count: up to four; what is behind them is neither read nor written.
uint32_t Load(const int8_t* values, int32_t count) {
  uint32_t packed = 0;
  std::memcpy(&packed, values, static_cast<size_t>(count));
  return packed;
}

[[gnu::noinline, gnu::hot]] void AddAll(const ScaledSumData& data, const int8_t* input1, const int8_t* input2,
                                        int8_t* output) {
  const Operand by1 = OperandOf(data.operands[0]);
  const Operand by2 = OperandOf(data.operands[1]);
  const reference::OutputScaling& scaling = data.scaling;
  const Factor factor = FactorOf(scaling.multiplier, static_cast<uint32_t>(scaling.shift));
  const FourFactors factors = {factor, factor, factor, factor};
  const uint32_t low = FourTimes(scaling.activation_min);
  const uint32_t high = FourTimes(scaling.activation_max);
  const int32_t zero_point = scaling.zero_point;
  const auto sum_four = [&](uint32_t packed1, uint32_t packed2) {
    return ClampBytes(ScaleFour(SumFour(by1, by2, packed1, packed2), factors, zero_point), low, high);
  };
  const int32_t count = data.broadcast.sizes[0];
  int32_t i = 0;
  for (; i + kElementsPerPass <= count; i += kElementsPerPass) {
    const uint32_t sums = sum_four(Load(input1 + i, kElementsPerPass), Load(input2 + i, kElementsPerPass));
    std::memcpy(output + i, &sums, sizeof(sums));
  }
  const int32_t rest = count - i;
  if (rest == 0) return;
  const uint32_t sums = sum_four(Load(input1 + i, rest), Load(input2 + i, rest));
  std::memcpy(output + i, &sums, static_cast<size_t>(rest));
}

bool RunsInFours(const ScaledSumData& data) {
  const reference::Broadcast& broadcast = data.broadcast;
  return broadcast.rank == 1 && broadcast.steps1[0] == 1 && broadcast.steps2[0] == 1 &&
         data.operands[0].multiplier != 0 && data.operands[1].multiplier != 0 &&
         data.scaling.shift <= kGreatestShift;
}

}  // namespace

[[gnu::hot]] TfLiteStatus InvokeAdd(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const ScaledSumData*>(node->user_data);
  if (!RunsInFours(data)) return reference::InvokeAdd(context, node);
  AddAll(data, tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalInput(context, node, 0)),
         tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalInput(context, node, 1)),
         tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalOutput(context, node, 0)));
  return kTfLiteOk;
}

TFLMRegistration RegisterAdd() {
  return kernels::ReadsBeforeItWrites(
      tflite::micro::RegisterOp(reference::InitScaledSum, reference::PrepareAdd, InvokeAdd));
}

}  // namespace kernels::fast
