// STRIDED_SLICE: every stride-th element from begin to end in each dimension.
#include <cstring>

#include "kernels/reference/invoke.h"
#include "kernels/reference/kernel_data.h"
#include "kernels/reference/operands.h"
#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/kernels/internal/tensor_ctypes.h"
#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace kernels {
namespace reference {
namespace {

constexpr int kMaxRank = tflite::RuntimeShape::kMaxDimensions;

// The slice of one dimension in elements of the input.
struct Range {
  int32_t start;
  int32_t stride;  // not 0
  int32_t count;   // at least 1
};

struct StridedSliceData {
  int32_t rank;
  int32_t element_bytes;
  Range ranges[kMaxRank];
  int32_t input_dims[kMaxRank];
};

int64_t ClampTo(int64_t value, int64_t low, int64_t high) {
  return value < low ? low : (value > high ? high : value);
}

// Where dimension `d` of size `size` is cut. Negative positions count from the end; positions outside are
// moved to the nearest place inside; a masked begin or end is the far end of the dimension in the stride's
// direction. A shrunk dimension is the one element at begin.
bool CutDimension(const TfLiteStridedSliceParams& params, int d, int32_t size, int64_t begin, int64_t end,
                  int32_t stride, Range* range) {
  if (stride == 0 || stride == INT32_MIN) return false;
  const int bit = 1 << d;
  const int64_t low = stride > 0 ? 0 : -1;
  const int64_t high = stride > 0 ? size : size - 1;
  if (begin < 0) begin += size;
  if (end < 0) end += size;
  if ((params.shrink_axis_mask & bit) != 0) {
    *range = {static_cast<int32_t>(begin), 1, 1};
    if ((params.begin_mask & bit) != 0) range->start = stride > 0 ? 0 : size - 1;
    return range->start >= 0 && range->start < size;
  }
  const int64_t first =
      (params.begin_mask & bit) != 0 ? (stride > 0 ? low : high) : ClampTo(begin, low, high);
  const int64_t last = (params.end_mask & bit) != 0 ? (stride > 0 ? high : low) : ClampTo(end, low, high);
  const int64_t span = stride > 0 ? last - first : first - last;
  const int64_t step = stride > 0 ? stride : -static_cast<int64_t>(stride);
  if (span <= 0) return false;
  *range = {static_cast<int32_t>(first), stride, static_cast<int32_t>((span + step - 1) / step)};
  return true;
}

TfLiteStatus DescribeIndices(TfLiteContext* context, const TfLiteNode* node, int index, int rank,
                             const int32_t** values) {
  TfLiteTensor* tensor = nullptr;
  TF_LITE_ENSURE_STATUS(DescribeInput(context, node, index, &tensor));
  TF_LITE_ENSURE_STATUS(CheckType(context, *tensor, kTfLiteInt32, "an index operand"));
  TF_LITE_ENSURE_MSG(context, tflite::IsConstantTensor(tensor), "begin, end and strides must be constant");
  TF_LITE_ENSURE_EQ(context, tflite::NumElements(tensor), rank);
  *values = tflite::GetTensorData<int32_t>(static_cast<const TfLiteTensor*>(tensor));
  return kTfLiteOk;
}

// Works out all ranges and checks that the output's shape is theirs, shrunk dimensions left out.
TfLiteStatus CutAll(TfLiteContext* context, const TfLiteNode* node, const TfLiteTensor& input,
                    const TfLiteTensor& output, StridedSliceData* data) {
  const auto& params = *static_cast<const TfLiteStridedSliceParams*>(node->builtin_data);
  const int32_t* operands[3] = {};  // begin, end, strides: [rank]
  for (int i = 0; i < 3; ++i) {
    TF_LITE_ENSURE_STATUS(DescribeIndices(context, node, i + 1, input.dims->size, &operands[i]));
  }
  int output_rank = 0;
  data->rank = input.dims->size;
  for (int d = 0; d < data->rank; ++d) {
    data->input_dims[d] = input.dims->data[d];
    const bool valid = CutDimension(params, d, data->input_dims[d], operands[0][d], operands[1][d],
                                    operands[2][d], &data->ranges[d]);
    TF_LITE_ENSURE_MSG(context, valid, "the slice is empty or outside the input");
    if ((params.shrink_axis_mask & (1 << d)) != 0) continue;
    const bool matches =
        output_rank < output.dims->size && output.dims->data[output_rank] == data->ranges[d].count;
    TF_LITE_ENSURE_MSG(context, matches, "the slice does not have the output's shape");
    ++output_rank;
  }
  TF_LITE_ENSURE_EQ(context, output.dims->size, output_rank);
  return kTfLiteOk;
}

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  auto* data = static_cast<StridedSliceData*>(node->user_data);
  if (data == nullptr) return kTfLiteError;
  const auto& params = *static_cast<const TfLiteStridedSliceParams*>(node->builtin_data);
  TF_LITE_ENSURE_MSG(context, params.ellipsis_mask == 0, "ellipsis_mask is not supported");
  TF_LITE_ENSURE_MSG(context, params.new_axis_mask == 0, "new_axis_mask is not supported");
  TF_LITE_ENSURE_MSG(context, !params.offset, "an end relative to begin is not supported");
  TfLiteTensor* input = nullptr;
  TfLiteTensor* output = nullptr;
  TF_LITE_ENSURE_STATUS(CheckOperandCount(context, node, 4, 4));
  TF_LITE_ENSURE_STATUS(DescribeInput(context, node, 0, &input));
  TF_LITE_ENSURE_STATUS(DescribeOutput(context, node, 0, &output));
  TF_LITE_ENSURE_MSG(context, input->type == output->type, "input and output differ in element type");
  data->element_bytes = MovableElementBytes(input->type);
  TF_LITE_ENSURE_MSG(context, data->element_bytes != 0, "element type not supported");
  return CutAll(context, node, *input, *output, data);
}

}  // namespace

[[gnu::hot]] TfLiteStatus InvokeStridedSlice(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const StridedSliceData*>(node->user_data);
  const char* input = tflite::micro::GetEvalInput(context, node, 0)->data.raw_const;
  char* output = tflite::micro::GetEvalOutput(context, node, 0)->data.raw;
  const auto element_bytes = static_cast<size_t>(data.element_bytes);
  int32_t position[kMaxRank] = {};  // in the slice, last dimension fastest
  for (;;) {
    size_t offset = 0;
    for (int d = 0; d < data.rank; ++d) {
      const int32_t element = data.ranges[d].start + position[d] * data.ranges[d].stride;
      offset = offset * static_cast<size_t>(data.input_dims[d]) + static_cast<size_t>(element);
    }
    std::memcpy(output, input + offset * element_bytes, element_bytes);
    output += element_bytes;
    int d = data.rank - 1;
    while (d >= 0 && ++position[d] == data.ranges[d].count) position[d--] = 0;
    if (d < 0) return kTfLiteOk;
  }
}

}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_STRIDED_SLICE() {
  return micro::RegisterOp(kernels::reference::InitKernelData<kernels::reference::StridedSliceData>,
                           kernels::reference::Prepare, kernels::reference::InvokeStridedSlice);
}

}  // namespace tflite
