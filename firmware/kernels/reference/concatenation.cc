// CONCATENATION: joins tensors along a dimension that exists.
#include <cstring>

#include "kernels/reference/invoke.h"
#include "kernels/reference/kernel_data.h"
#include "kernels/reference/operands.h"
#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace kernels {
namespace reference {
namespace {

struct ConcatenationData {
  int32_t axis;          // of the dimension that grows
  uint32_t outer;        // product of the dimensions before it
  uint32_t inner_bytes;  // bytes of the dimensions after it
};

// Sizes are those of the output but for `axis`. int8 inputs have its scale and zero point, as nothing is
// scaled.
TfLiteStatus CheckInput(TfLiteContext* context, const TfLiteTensor& input, const TfLiteTensor& output,
                        int axis) {
  TF_LITE_ENSURE_MSG(context, input.type == output.type, "input and output differ in element type");
  bool fits = input.dims->size == output.dims->size;
  for (int d = 0; fits && d < output.dims->size; ++d) {
    fits = d == axis || input.dims->data[d] == output.dims->data[d];
  }
  TF_LITE_ENSURE_MSG(context, fits, "an input differs from the output in more than the dimension joined");
  TF_LITE_ENSURE_MSG(context,
                     input.type != kTfLiteInt8 || (input.params.scale == output.params.scale &&
                                                   input.params.zero_point == output.params.zero_point),
                     "input and output differ in scale or zero point");
  return kTfLiteOk;
}

TfLiteStatus CheckInputs(TfLiteContext* context, const TfLiteNode* node, const TfLiteTensor& output,
                         int axis) {
  int64_t joined = 0;
  for (int i = 0; i < node->inputs->size; ++i) {
    TfLiteTensor* input = nullptr;
    TF_LITE_ENSURE_STATUS(DescribeInput(context, node, i, &input));
    TF_LITE_ENSURE_STATUS(CheckInput(context, *input, output, axis));
    joined += input->dims->data[axis];
  }
  if (joined == output.dims->data[axis]) return kTfLiteOk;
  // Thousands of inputs may join to more than an unsigned holds.
  TF_LITE_KERNEL_LOG(context, "the inputs join to %u, the output has %d",
                     static_cast<unsigned>(joined > UINT32_MAX ? UINT32_MAX : joined),
                     output.dims->data[axis]);
  return kTfLiteError;
}

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  auto* data = static_cast<ConcatenationData*>(node->user_data);
  if (data == nullptr) return kTfLiteError;
  const auto& params = *static_cast<const TfLiteConcatenationParams*>(node->builtin_data);
  TF_LITE_ENSURE_MSG(context, params.activation == kTfLiteActNone, "a fused activation is not supported");
  TfLiteTensor* output = nullptr;
  TF_LITE_ENSURE_STATUS(CheckOperandCount(context, node, 1, node->inputs->size));
  TF_LITE_ENSURE_STATUS(DescribeOutput(context, node, 0, &output));
  const int rank = output->dims->size;
  TF_LITE_ENSURE_MSG(context, params.axis >= -rank && params.axis < rank, "axis out of range");
  const int axis = params.axis < 0 ? params.axis + rank : params.axis;
  const int element_bytes = MovableElementBytes(output->type);
  TF_LITE_ENSURE_MSG(context, element_bytes != 0, "element type not supported");
  TF_LITE_ENSURE_STATUS(CheckInputs(context, node, *output, axis));
  *data = {axis, 1, static_cast<uint32_t>(element_bytes)};
  for (int d = 0; d < axis; ++d) data->outer *= static_cast<uint32_t>(output->dims->data[d]);
  for (int d = axis + 1; d < rank; ++d) data->inner_bytes *= static_cast<uint32_t>(output->dims->data[d]);
  return kTfLiteOk;
}

}  // namespace

TfLiteStatus InvokeConcatenation(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const ConcatenationData*>(node->user_data);
  const TfLiteEvalTensor* output = tflite::micro::GetEvalOutput(context, node, 0);
  const size_t step = static_cast<size_t>(output->dims->data[data.axis]) * data.inner_bytes;
  char* first = output->data.raw;
  for (int i = 0; i < node->inputs->size; ++i) {
    const TfLiteEvalTensor* input = tflite::micro::GetEvalInput(context, node, i);
    const size_t bytes = static_cast<size_t>(input->dims->data[data.axis]) * data.inner_bytes;
    for (size_t j = 0; j < data.outer; ++j) {
      std::memcpy(first + j * step, input->data.raw_const + j * bytes, bytes);
    }
    first += bytes;
  }
  return kTfLiteOk;
}

}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_CONCATENATION() {
  return micro::RegisterOp(kernels::reference::InitKernelData<kernels::reference::ConcatenationData>,
                           kernels::reference::Prepare, kernels::reference::InvokeConcatenation);
}

}  // namespace tflite
