// Operands of a node being prepared, as all reference kernels check them.
#include "kernels/reference/operands.h"

#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace kernels {
namespace reference {

TfLiteStatus CheckOperandCount(TfLiteContext* context, const TfLiteNode* node, int least, int most) {
  const int count = node->inputs->size;
  if (count < least || count > most || node->outputs->size != 1) {
    const int outputs = node->outputs->size;
    TF_LITE_KERNEL_LOG(context, "%d input%s and %d output%s: not what the operator takes", count,
                       count == 1 ? "" : "s", outputs, outputs == 1 ? "" : "s");
    return kTfLiteError;
  }
  return kTfLiteOk;
}

TfLiteStatus DescribeInput(TfLiteContext* context, const TfLiteNode* node, int index, TfLiteTensor** tensor) {
  *tensor = tflite::GetMicroContext(context)->AllocateTempInputTensor(node, index);
  if (*tensor == nullptr && node->inputs->data[index] == kTfLiteOptionalTensor) {
    TF_LITE_KERNEL_LOG(context, "input %d must not be left out", index);
  }
  return *tensor == nullptr ? kTfLiteError : kTfLiteOk;
}

TfLiteStatus DescribeOutput(TfLiteContext* context, const TfLiteNode* node, int index,
                            TfLiteTensor** tensor) {
  *tensor = tflite::GetMicroContext(context)->AllocateTempOutputTensor(node, index);
  return *tensor == nullptr ? kTfLiteError : kTfLiteOk;
}

TfLiteStatus CheckType(TfLiteContext* context, const TfLiteTensor& tensor, TfLiteType type,
                       const char* what) {
  if (tensor.type == type) return kTfLiteOk;
  TF_LITE_KERNEL_LOG(context, "%s is %s, only %s is supported", what, TfLiteTypeGetName(tensor.type),
                     TfLiteTypeGetName(type));
  return kTfLiteError;
}

TfLiteStatus FindActivationRange(TfLiteContext* context, TfLiteFusedActivation activation,
                                 TfLiteTensor* output, int8_t* least, int8_t* greatest) {
  int32_t range[2] = {};
  TF_LITE_ENSURE_STATUS(
      tflite::CalculateActivationRangeQuantized(context, activation, output, &range[0], &range[1]));
  *least = static_cast<int8_t>(range[0]);
  *greatest = static_cast<int8_t>(range[1]);
  return kTfLiteOk;
}

int MovableElementBytes(TfLiteType type) {
  if (type == kTfLiteFloat32 || type == kTfLiteInt32) return 4;
  return type == kTfLiteInt8 ? 1 : 0;
}

}  // namespace reference
}  // namespace kernels
