// Operands of a node being prepared, as all reference kernels check them.
#pragma once

#include <cstdint>

#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/c/common.h"

namespace kernels {
namespace reference {

// Fails, saying so, unless `node` has from `least` to `most` inputs and one output.
TfLiteStatus CheckOperandCount(TfLiteContext* context, const TfLiteNode* node, int least, int most);

// Full description of an operand that must be there. Sets *tensor; fails when the model leaves it out or the
// arena is full.
TfLiteStatus DescribeInput(TfLiteContext* context, const TfLiteNode* node, int index, TfLiteTensor** tensor);
TfLiteStatus DescribeOutput(TfLiteContext* context, const TfLiteNode* node, int index, TfLiteTensor** tensor);

// Fails unless the element type is `type`; `what` names the operand, as "the input".
TfLiteStatus CheckType(TfLiteContext* context, const TfLiteTensor& tensor, TfLiteType type, const char* what);

// The fused activation's range in the int8 output's units. Fails, saying so, for limits that the output's
// scale does not reach.
[[nodiscard]] TfLiteStatus FindActivationRange(TfLiteContext* context, TfLiteFusedActivation activation,
                                               TfLiteTensor* output, int8_t* least, int8_t* greatest);

// Bytes of one element of the types that data-moving kernels accept (float32, int32, int8); 0 for others.
int MovableElementBytes(TfLiteType type);

}  // namespace reference
}  // namespace kernels
