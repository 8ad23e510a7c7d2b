// PACK: joins tensors of one shape along a new dimension.
#include <cstring>

#include "kernels/reference/invoke.h"
#include "kernels/reference/kernel_data.h"
#include "kernels/reference/operands.h"
#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace kernels {
namespace reference {
namespace {

struct PackData {
  uint32_t outer;        // product of the dimensions before the new one
  uint32_t inner_bytes;  // bytes of the dimensions after it
};

// All inputs have the type and, but for the new dimension `axis` of size `count`, the shape of the output.
TfLiteStatus CheckShapes(TfLiteContext* context, const TfLiteNode* node, const TfLiteTensor& output,
                         int axis) {
  const int count = node->inputs->size;
  TF_LITE_ENSURE_MSG(context, output.dims->data[axis] == count,
                     "the new dimension does not count the inputs");
  for (int i = 0; i < count; ++i) {
    TfLiteTensor* input = nullptr;
    TF_LITE_ENSURE_STATUS(DescribeInput(context, node, i, &input));
    TF_LITE_ENSURE_MSG(context, input->type == output.type, "input and output differ in element type");
    TF_LITE_ENSURE_EQ(context, input->dims->size, output.dims->size - 1);
    for (int d = 0; d < input->dims->size; ++d) {
      TF_LITE_ENSURE_EQ(context, input->dims->data[d], output.dims->data[d < axis ? d : d + 1]);
    }
  }
  return kTfLiteOk;
}

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  auto* data = static_cast<PackData*>(node->user_data);
  if (data == nullptr) return kTfLiteError;
  const auto& params = *static_cast<const TfLitePackParams*>(node->builtin_data);
  TfLiteTensor* output = nullptr;
  TF_LITE_ENSURE_STATUS(CheckOperandCount(context, node, 1, params.values_count));
  TF_LITE_ENSURE_EQ(context, node->inputs->size, params.values_count);
  TF_LITE_ENSURE_STATUS(DescribeOutput(context, node, 0, &output));
  const int rank = output->dims->size;
  TF_LITE_ENSURE_MSG(context, params.axis >= -rank && params.axis < rank, "axis out of range");
  const int axis = params.axis < 0 ? params.axis + rank : params.axis;
  const int element_bytes = MovableElementBytes(output->type);
  TF_LITE_ENSURE_MSG(context, element_bytes != 0, "element type not supported");
  TF_LITE_ENSURE_STATUS(CheckShapes(context, node, *output, axis));
  *data = {1, static_cast<uint32_t>(element_bytes)};
  for (int d = 0; d < axis; ++d) data->outer *= static_cast<uint32_t>(output->dims->data[d]);
  for (int d = axis + 1; d < rank; ++d) data->inner_bytes *= static_cast<uint32_t>(output->dims->data[d]);
  return kTfLiteOk;
}

}  // namespace

[[gnu::hot]] TfLiteStatus InvokePack(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const PackData*>(node->user_data);
  const auto count = static_cast<size_t>(node->inputs->size);
  char* output = tflite::micro::GetEvalOutput(context, node, 0)->data.raw;
  for (size_t i = 0; i < count; ++i) {
    const char* input = tflite::micro::GetEvalInput(context, node, static_cast<int>(i))->data.raw_const;
    for (size_t j = 0; j < data.outer; ++j) {
      std::memcpy(output + (j * count + i) * data.inner_bytes, input + j * data.inner_bytes,
                  data.inner_bytes);
    }
  }
  return kTfLiteOk;
}

}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_PACK() {
  return micro::RegisterOp(kernels::reference::InitKernelData<kernels::reference::PackData>,
                           kernels::reference::Prepare, kernels::reference::InvokePack);
}

}  // namespace tflite
