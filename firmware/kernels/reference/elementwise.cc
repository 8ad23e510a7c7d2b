// Operands of kernels that make each element of the output from one of the input, or from one of each of two.
#include "kernels/reference/elementwise.h"

#include "kernels/reference/operands.h"
#include "tensorflow/lite/kernels/internal/tensor_ctypes.h"
#include "tensorflow/lite/kernels/kernel_util.h"

namespace kernels {
namespace reference {

TfLiteStatus DescribeUnary(TfLiteContext* context, const TfLiteNode* node, UnaryOperands* operands) {
  TF_LITE_ENSURE_STATUS(CheckOperandCount(context, node, 1, 1));
  TF_LITE_ENSURE_STATUS(DescribeInput(context, node, 0, &operands->input));
  TF_LITE_ENSURE_STATUS(DescribeOutput(context, node, 0, &operands->output));
  TF_LITE_ENSURE_STATUS(CheckType(context, *operands->input, kTfLiteInt8, "the input"));
  TF_LITE_ENSURE_STATUS(CheckType(context, *operands->output, kTfLiteInt8, "the output"));
  TF_LITE_ENSURE_MSG(context, operands->input->params.scale > 0.0f, "the input has no scale");
  TF_LITE_ENSURE_MSG(context, operands->output->params.scale > 0.0f, "the output has no scale");
  TF_LITE_ENSURE_MSG(context, tflite::HaveSameShapes(operands->input, operands->output),
                     "input and output differ in shape");
  return kTfLiteOk;
}

TfLiteStatus DescribeBinary(TfLiteContext* context, const TfLiteNode* node, BinaryOperands* operands,
                            Broadcast* broadcast) {
  TF_LITE_ENSURE_STATUS(CheckOperandCount(context, node, 2, 2));
  TF_LITE_ENSURE_STATUS(DescribeInput(context, node, 0, &operands->input1));
  TF_LITE_ENSURE_STATUS(DescribeInput(context, node, 1, &operands->input2));
  TF_LITE_ENSURE_STATUS(DescribeOutput(context, node, 0, &operands->output));
  TF_LITE_ENSURE_STATUS(CheckType(context, *operands->input1, kTfLiteInt8, "the first input"));
  TF_LITE_ENSURE_STATUS(CheckType(context, *operands->input2, kTfLiteInt8, "the second input"));
  TF_LITE_ENSURE_STATUS(CheckType(context, *operands->output, kTfLiteInt8, "the output"));
  TF_LITE_ENSURE_MSG(context, operands->input1->params.scale > 0.0f, "the first input has no scale");
  TF_LITE_ENSURE_MSG(context, operands->input2->params.scale > 0.0f, "the second input has no scale");
  TF_LITE_ENSURE_MSG(context, operands->output->params.scale > 0.0f, "the output has no scale");
  TF_LITE_ENSURE_MSG(
      context,
      FindBroadcast(tflite::GetTensorShape(operands->input1), tflite::GetTensorShape(operands->input2),
                    tflite::GetTensorShape(operands->output), broadcast),
      "the shapes of the inputs do not give that of the output");
  return kTfLiteOk;
}

TfLiteStatus CheckUnitRange(TfLiteContext* context, const TfLiteTensor& output) {
  TF_LITE_ENSURE_MSG(context, output.params.scale == 1.0f / 256.0f && output.params.zero_point == -128,
                     "the output must have scale 1/256 and zero point -128");
  return kTfLiteOk;
}

}  // namespace reference
}  // namespace kernels
