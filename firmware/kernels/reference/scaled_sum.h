// Sum or difference of two operands of different scales: both are brought to twice the larger scale with 20
// further bits, and the result to the output's scale.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/reference/broadcast.h"
#include "kernels/reference/output_scaling.h"
#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/c/common.h"

namespace kernels {
namespace reference {

// What the operands gain before they are scaled.
inline constexpr int kSumLeftShift = 20;

// Real factors: of the inputs to the scale of the sum, and of the sum, shifted by kSumLeftShift, to the
// output's scale. All are above 0 and below 1.
struct SumFactors {
  double input1;
  double input2;
  double output;
};

// Factors from the scales of the operands, which are above 0.
using FindSumFactors = SumFactors (*)(float input1, float input2, float output);

// An operand in units of the sum is (value - zero_point) * 2^kSumLeftShift * multiplier * 2^(shift - 31).
struct SumOperand {
  int32_t zero_point;
  int32_t multiplier;
  int32_t shift;  // -31..0
};

struct ScaledSumData {
  Broadcast broadcast;
  SumOperand operands[2];
  OutputScaling scaling;
};

// Allocates the ScaledSumData that becomes the node's user_data; nullptr when the arena is full.
void* InitScaledSum(TfLiteContext* context, const char* buffer, size_t length);

// Fills it. Refuses, saying why, everything but int8 operands with scales whose shapes go together, and
// scales so far apart that a factor is not between 0 and 1.
[[nodiscard]] TfLiteStatus PrepareScaledSum(TfLiteContext* context, TfLiteNode* node,
                                            TfLiteFusedActivation activation, FindSumFactors find_factors);

// output = input1 + sign * input2. sign: 1 or -1.
[[nodiscard]] TfLiteStatus InvokeScaledSum(TfLiteContext* context, TfLiteNode* node, int32_t sign);

}  // namespace reference
}  // namespace kernels
