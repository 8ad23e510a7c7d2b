// PAD: the input within a border of the output's zero point, in each dimension.
#include <cstring>

#include "kernels/reference/invoke.h"
#include "kernels/reference/kernel_data.h"
#include "kernels/reference/operands.h"
#include "tensorflow/lite/kernels/internal/tensor_ctypes.h"
#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace kernels {
namespace reference {
namespace {

constexpr int kMaxRank = tflite::RuntimeShape::kMaxDimensions;

struct PadData {
  int8_t rank;  // 1 or more
  int8_t border;
  int32_t sizes[kMaxRank];    // of the input
  int32_t strides[kMaxRank];  // of the output, in elements
  uint32_t first;             // where the input's first element lies in the output
  uint32_t output_bytes;
};

TfLiteStatus CheckOperands(TfLiteContext* context, const TfLiteTensor& input, const TfLiteTensor& paddings,
                           const TfLiteTensor& output) {
  TF_LITE_ENSURE_STATUS(CheckType(context, input, kTfLiteInt8, "the input"));
  TF_LITE_ENSURE_STATUS(CheckType(context, output, kTfLiteInt8, "the output"));
  TF_LITE_ENSURE_STATUS(CheckType(context, paddings, kTfLiteInt32, "the paddings tensor"));
  TF_LITE_ENSURE_MSG(context, tflite::IsConstantTensor(&paddings), "the paddings must be constant");
  TF_LITE_ENSURE_MSG(context, input.dims->size == output.dims->size,
                     "input and output differ in the number of dimensions");
  TF_LITE_ENSURE_MSG(context, tflite::NumElements(&paddings) == int64_t{2} * input.dims->size,
                     "the paddings must be two for each dimension");
  return kTfLiteOk;
}

// paddings: [rank, 2], elements before the first and behind the last.
TfLiteStatus PlaceInput(TfLiteContext* context, const int* input, const int* output, const int32_t* paddings,
                        PadData* data) {
  int32_t stride = 1;
  data->first = 0;
  for (int d = data->rank - 1; d >= 0; --d) {
    const int32_t before = paddings[2 * d];
    const int32_t behind = paddings[2 * d + 1];
    if (before < 0 || behind < 0 || int64_t{before} + input[d] + behind != output[d]) {
      TF_LITE_KERNEL_LOG(context, "paddings of %d and %d do not make %d elements of %d (dimension %d)",
                         static_cast<int>(before), static_cast<int>(behind), output[d], input[d], d);
      return kTfLiteError;
    }
    data->sizes[d] = input[d];
    data->strides[d] = stride;
    data->first += static_cast<uint32_t>(before) * static_cast<uint32_t>(stride);
    stride *= output[d];
  }
  return kTfLiteOk;
}

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  auto* data = static_cast<PadData*>(node->user_data);
  if (data == nullptr) return kTfLiteError;
  TfLiteTensor* input = nullptr;
  TfLiteTensor* paddings = nullptr;
  TfLiteTensor* output = nullptr;
  TF_LITE_ENSURE_STATUS(CheckOperandCount(context, node, 2, 2));
  TF_LITE_ENSURE_STATUS(DescribeInput(context, node, 0, &input));
  TF_LITE_ENSURE_STATUS(DescribeInput(context, node, 1, &paddings));
  TF_LITE_ENSURE_STATUS(DescribeOutput(context, node, 0, &output));
  TF_LITE_ENSURE_STATUS(CheckOperands(context, *input, *paddings, *output));
  data->rank = static_cast<int8_t>(input->dims->size);
  data->output_bytes = static_cast<uint32_t>(output->bytes);
  data->border = static_cast<int8_t>(output->params.zero_point);
  const auto* values = tflite::GetTensorData<int32_t>(static_cast<const TfLiteTensor*>(paddings));
  return PlaceInput(context, input->dims->data, output->dims->data, values, data);
}

}  // namespace

TfLiteStatus InvokePad(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const PadData*>(node->user_data);
  const auto* input = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalInput(context, node, 0));
  auto* output = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalOutput(context, node, 0));
  const auto row_bytes = static_cast<size_t>(data.sizes[data.rank - 1]);
  std::memset(output, data.border, data.output_bytes);
  int32_t position[kMaxRank] = {};  // of the row in the input
  for (output += data.first;;) {
    std::memcpy(output, input, row_bytes);
    input += row_bytes;
    int32_t d = data.rank - 2;
    for (; d >= 0; --d) {
      output += data.strides[d];
      if (++position[d] < data.sizes[d]) break;
      output -= static_cast<ptrdiff_t>(data.strides[d]) * data.sizes[d];
      position[d] = 0;
    }
    if (d < 0) return kTfLiteOk;
  }
}

}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_PAD() {
  return micro::RegisterOp(kernels::reference::InitKernelData<kernels::reference::PadData>,
                           kernels::reference::Prepare, kernels::reference::InvokePad);
}

}  // namespace tflite
