// Operands of a fully connected layer, as the kernels of all types check them.
#include "kernels/reference/fully_connected_operands.h"

#include "kernels/reference/operands.h"
#include "tensorflow/lite/kernels/kernel_util.h"

namespace kernels {
namespace reference {

TfLiteStatus DescribeFullyConnected(TfLiteContext* context, const TfLiteNode* node,
                                    FullyConnectedOperands* operands) {
  TF_LITE_ENSURE_STATUS(CheckOperandCount(context, node, 2, 3));
  TF_LITE_ENSURE_STATUS(DescribeInput(context, node, 0, &operands->input));
  TF_LITE_ENSURE_STATUS(DescribeInput(context, node, 1, &operands->weights));
  operands->bias = nullptr;
  if (node->inputs->size == 3 && node->inputs->data[2] != kTfLiteOptionalTensor) {
    TF_LITE_ENSURE_STATUS(DescribeInput(context, node, 2, &operands->bias));
  }
  return DescribeOutput(context, node, 0, &operands->output);
}

TfLiteStatus CheckFullyConnectedTypes(TfLiteContext* context, const FullyConnectedOperands& operands,
                                      TfLiteType type, TfLiteType bias_type) {
  TF_LITE_ENSURE_STATUS(CheckType(context, *operands.input, type, "the input"));
  TF_LITE_ENSURE_STATUS(CheckType(context, *operands.weights, type, "the weights tensor"));
  TF_LITE_ENSURE_STATUS(CheckType(context, *operands.output, type, "the output"));
  TF_LITE_ENSURE_MSG(context, tflite::IsConstantTensor(operands.weights), "the weights must be constant");
  if (operands.bias != nullptr) {
    TF_LITE_ENSURE_STATUS(CheckType(context, *operands.bias, bias_type, "the bias"));
    TF_LITE_ENSURE_MSG(context, tflite::IsConstantTensor(operands.bias), "the bias must be constant");
  }
  return kTfLiteOk;
}

TfLiteStatus FindFullyConnectedShape(TfLiteContext* context, const FullyConnectedOperands& operands,
                                     FullyConnectedShape* shape) {
  TF_LITE_ENSURE_MSG(context, tflite::NumDimensions(operands.weights) == 2,
                     "the weights must have 2 dimensions");
  shape->units = tflite::SizeOfDimension(operands.weights, 0);
  shape->depth = tflite::SizeOfDimension(operands.weights, 1);
  const int64_t inputs = tflite::NumElements(operands.input);
  const int64_t outputs = tflite::NumElements(operands.output);
  const int output_rank = tflite::NumDimensions(operands.output);
  const bool fits = inputs % shape->depth == 0 && output_rank >= 1 &&
                    tflite::SizeOfDimension(operands.output, output_rank - 1) == shape->units &&
                    inputs / shape->depth == outputs / shape->units;
  if (!fits) {
    TF_LITE_KERNEL_LOG(context, "%d inputs and weights of %dx%d do not give %d outputs",
                       static_cast<int>(inputs), static_cast<int>(shape->units),
                       static_cast<int>(shape->depth), static_cast<int>(outputs));
    return kTfLiteError;
  }
  shape->batches = static_cast<int32_t>(inputs / shape->depth);
  if (operands.bias != nullptr) {
    TF_LITE_ENSURE_EQ(context, tflite::NumElements(operands.bias), shape->units);
  }
  return kTfLiteOk;
}

}  // namespace reference
}  // namespace kernels
