// Operands of kernels that make each element of the output from one of the input, or from one of each of two.
#pragma once

#include "kernels/reference/broadcast.h"
#include "tensorflow/lite/c/common.h"

namespace kernels {
namespace reference {

struct UnaryOperands {
  TfLiteTensor* input;
  TfLiteTensor* output;
};

struct BinaryOperands {
  TfLiteTensor* input1;
  TfLiteTensor* input2;
  TfLiteTensor* output;
};

// Describe the operands. Fail, saying why, unless all are int8 and have scales above 0, input and output have
// one shape, or the inputs' shapes give the output's.
[[nodiscard]] TfLiteStatus DescribeUnary(TfLiteContext* context, const TfLiteNode* node,
                                         UnaryOperands* operands);
[[nodiscard]] TfLiteStatus DescribeBinary(TfLiteContext* context, const TfLiteNode* node,
                                          BinaryOperands* operands, Broadcast* broadcast);

// Fails, saying so, unless the output's range is [0, 1): scale 1/256, zero point -128.
[[nodiscard]] TfLiteStatus CheckUnitRange(TfLiteContext* context, const TfLiteTensor& output);

}  // namespace reference
}  // namespace kernels
