// Operands of kernels that make each element of the output from one of the input, or from one of each of two.
#pragma once

#include "kernels/reference/broadcast.h"
#include "tensorflow/lite/c/common.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"

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

// Sets each element of a node's int8 output to each(element of input 1, element of input 2), in order: the
// output may lie over an input of its size (kernels/in_place.h).
template <typename Each>
void ForEachPair(TfLiteContext* context, const TfLiteNode* node, const Broadcast& broadcast, Each each) {
  const auto* input1 = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalInput(context, node, 0));
  const auto* input2 = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalInput(context, node, 1));
  auto* output = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalOutput(context, node, 0));
  ForEachRow(broadcast, [&](int32_t first1, int32_t step1, int32_t first2, int32_t step2, int32_t first,
                            int32_t elements) {
    for (int32_t i = 0; i < elements; ++i) {
      output[first + i] = each(input1[first1 + i * step1], input2[first2 + i * step2]);
    }
  });
}

// Fails, saying so, unless the output's range is [0, 1): scale 1/256, zero point -128.
[[nodiscard]] TfLiteStatus CheckUnitRange(TfLiteContext* context, const TfLiteTensor& output);

}  // namespace reference
}  // namespace kernels
