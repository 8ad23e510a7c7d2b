// MUL: the product of two operands, broadcast, limited to the fused activation's range.
#include "kernels/reference/broadcast.h"
#include "kernels/reference/elementwise.h"
#include "kernels/reference/output_scaling.h"
#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace kernels {
namespace reference {
namespace {

struct MulData {
  Broadcast broadcast;
  int32_t zero_point1;
  int32_t zero_point2;
  OutputScaling scaling;
};

void* Init(TfLiteContext* context, const char*, size_t) {
  return tflite::GetMicroContext(context)->AllocatePersistentBuffer(sizeof(MulData));
}

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  auto* data = static_cast<MulData*>(node->user_data);
  if (data == nullptr) return kTfLiteError;
  const auto& params = *static_cast<const TfLiteMulParams*>(node->builtin_data);
  BinaryOperands operands = {};
  TF_LITE_ENSURE_STATUS(DescribeBinary(context, node, &operands, &data->broadcast));
  data->zero_point1 = operands.input1->params.zero_point;
  data->zero_point2 = operands.input2->params.zero_point;
  const double factor = static_cast<double>(operands.input1->params.scale) *
                        static_cast<double>(operands.input2->params.scale) /
                        static_cast<double>(operands.output->params.scale);
  return FindOutputScaling(context, factor, params.activation, operands.output, &data->scaling);
}

TfLiteStatus Invoke(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const MulData*>(node->user_data);
  ForEachPair(context, node, data.broadcast, [&](int8_t element1, int8_t element2) {
    return ScaleToOutput(data.scaling, (element1 - data.zero_point1) * (element2 - data.zero_point2));
  });
  return kTfLiteOk;
}

}  // namespace
}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_MUL() {
  return micro::RegisterOp(kernels::reference::Init, kernels::reference::Prepare, kernels::reference::Invoke);
}

}  // namespace tflite
