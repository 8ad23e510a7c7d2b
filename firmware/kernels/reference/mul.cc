// MUL: the product of two operands, broadcast, limited to the fused activation's range.
#include "kernels/in_place.h"
#include "kernels/reference/broadcast.h"
#include "kernels/reference/elementwise.h"
#include "kernels/reference/invoke.h"
#include "kernels/reference/kernel_data.h"
#include "kernels/reference/output_scaling.h"
#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace kernels {
namespace reference {
namespace {

struct MulData {
  Broadcast broadcast;
  OutputScaling scaling;
  int8_t zero_point1;
  int8_t zero_point2;
};

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  auto* data = static_cast<MulData*>(node->user_data);
  if (data == nullptr) return kTfLiteError;
  const auto& params = *static_cast<const TfLiteMulParams*>(node->builtin_data);
  BinaryOperands operands = {};
  TF_LITE_ENSURE_STATUS(DescribeBinary(context, node, &operands, &data->broadcast));
  data->zero_point1 = static_cast<int8_t>(operands.input1->params.zero_point);
  data->zero_point2 = static_cast<int8_t>(operands.input2->params.zero_point);
  const double factor = static_cast<double>(operands.input1->params.scale) *
                        static_cast<double>(operands.input2->params.scale) /
                        static_cast<double>(operands.output->params.scale);
  return FindOutputScaling(context, factor, params.activation, operands.output, &data->scaling);
}

}  // namespace

TfLiteStatus InvokeMul(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const MulData*>(node->user_data);
  ForEachPair(context, node, data.broadcast, [&](int8_t element1, int8_t element2) {
    return ScaleToOutput(data.scaling, (element1 - data.zero_point1) * (element2 - data.zero_point2));
  });
  return kTfLiteOk;
}

}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_MUL() {
  return kernels::ReadsBeforeItWrites(
      micro::RegisterOp(kernels::reference::InitKernelData<kernels::reference::MulData>,
                        kernels::reference::Prepare, kernels::reference::InvokeMul));
}

}  // namespace tflite
