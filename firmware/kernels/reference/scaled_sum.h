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

// An operand in units of the sum is (value - zero_point) * 2^kSumLeftShift * multiplier * 2^(shift - 31).
struct SumOperand {
  int32_t multiplier;
  int8_t shift;  // -31..0
  int8_t zero_point;
};

struct ScaledSumData {
  Broadcast broadcast;
  SumOperand operands[2];
  OutputScaling scaling;
};

// Allocates the ScaledSumData that becomes the node's user_data; nullptr when the arena is full.
void* InitScaledSum(TfLiteContext* context, const char* buffer, size_t length);

// Fills it. Refuses, saying why, everything but int8 operands with scales whose shapes go together, and an
// output scale so small that a unit of the sum is as large.
[[nodiscard]] TfLiteStatus PrepareScaledSum(TfLiteContext* context, TfLiteNode* node,
                                            TfLiteFusedActivation activation);

// The same with the options of a node of ADD.
[[nodiscard]] TfLiteStatus PrepareAdd(TfLiteContext* context, TfLiteNode* node);

// output = input1 + sign * input2. sign: 1 or -1.
[[nodiscard]] TfLiteStatus InvokeScaledSum(TfLiteContext* context, TfLiteNode* node, int32_t sign);

}  // namespace reference
}  // namespace kernels
