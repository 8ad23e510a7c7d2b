// Operands of a fully connected layer, as the kernels of all types check them.
#pragma once

#include <cstdint>

#include "tensorflow/lite/c/common.h"

namespace kernels {
namespace reference {

struct FullyConnectedOperands {
  TfLiteTensor* input;
  TfLiteTensor* weights;
  TfLiteTensor* bias;  // nullptr when there is none
  TfLiteTensor* output;
};

struct FullyConnectedShape {
  int32_t batches;
  int32_t units;
  int32_t depth;
};

// Describes the operands; bias may be left out.
[[nodiscard]] TfLiteStatus DescribeFullyConnected(TfLiteContext* context, const TfLiteNode* node,
                                                  FullyConnectedOperands* operands);

// Fails, saying why, unless input, weights and output are of one type, the bias is of another, and weights
// and bias are constant.
[[nodiscard]] TfLiteStatus CheckFullyConnectedTypes(TfLiteContext* context,
                                                    const FullyConnectedOperands& operands, TfLiteType type,
                                                    TfLiteType bias_type);

// Fails, saying why, unless the input has [batches, depth] elements in any shape, the weights are [units,
// depth], the bias has [units] elements, and the output is [..., units] with as many batches.
[[nodiscard]] TfLiteStatus FindFullyConnectedShape(TfLiteContext* context,
                                                   const FullyConnectedOperands& operands,
                                                   FullyConnectedShape* shape);

}  // namespace reference
}  // namespace kernels
