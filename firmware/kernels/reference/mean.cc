// MEAN: of the elements along some dimensions, rescaled.
#include <algorithm>

#include "kernels/reference/invoke.h"
#include "kernels/reference/kernel_data.h"
#include "kernels/reference/operands.h"
#include "kernels/reference/output_scaling.h"
#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/kernels/internal/tensor_ctypes.h"
#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace kernels {
namespace reference {
namespace {

constexpr int kMaxRank = tflite::RuntimeShape::kMaxDimensions;

// Some of the input's dimensions, the last fastest.
struct Dimensions {
  int32_t rank;
  int32_t sizes[kMaxRank];
  int32_t steps[kMaxRank];  // elements of the input to the next
};

struct MeanData {
  Dimensions kept;
  Dimensions reduced;
  OutputScaling scaling;  // of the sum along the reduced dimensions
  int8_t zero_point;      // of the input
};

// Calls visit(position) for each element along `dimensions`, counted from the first.
template <typename Visit>
void ForEachPosition(const Dimensions& dimensions, Visit visit) {
  int32_t index[kMaxRank] = {};
  int32_t position = 0;
  for (;;) {
    visit(position);
    int32_t d = dimensions.rank - 1;
    for (; d >= 0; --d) {
      position += dimensions.steps[d];
      if (++index[d] < dimensions.sizes[d]) break;
      position -= dimensions.steps[d] * dimensions.sizes[d];
      index[d] = 0;
    }
    if (d < 0) return;
  }
}

// Sets is_reduced [rank of the input] from the second operand; a negative axis counts from the end, one that
// occurs twice counts once.
TfLiteStatus ReadAxes(TfLiteContext* context, const TfLiteNode* node, int rank, bool* is_reduced) {
  TfLiteTensor* axes = nullptr;
  TF_LITE_ENSURE_STATUS(DescribeInput(context, node, 1, &axes));
  TF_LITE_ENSURE_STATUS(CheckType(context, *axes, kTfLiteInt32, "the axis operand"));
  TF_LITE_ENSURE_MSG(context, tflite::IsConstantTensor(axes), "the axes must be constant");
  const auto* values = tflite::GetTensorData<int32_t>(static_cast<const TfLiteTensor*>(axes));
  const int64_t count = tflite::NumElements(axes);
  for (int64_t i = 0; i < count; ++i) {
    TF_LITE_ENSURE_MSG(context, values[i] >= -rank && values[i] < rank, "axis out of range");
    is_reduced[values[i] < 0 ? values[i] + rank : values[i]] = true;
  }
  return kTfLiteOk;
}

void Append(Dimensions* dimensions, int32_t size, int32_t step) {
  dimensions->sizes[dimensions->rank] = size;
  dimensions->steps[dimensions->rank] = step;
  ++dimensions->rank;
}

// Sorts the input's dimensions. The output has those that are kept and, with `keep_dims`, a 1 for each other.
TfLiteStatus SortDimensions(TfLiteContext* context, const TfLiteTensor& input, const TfLiteTensor& output,
                            const bool* is_reduced, bool keep_dims, MeanData* data) {
  auto step = static_cast<int32_t>(tflite::NumElements(&input));
  int output_rank = 0;
  bool fits = true;
  data->kept.rank = 0;
  data->reduced.rank = 0;
  for (int d = 0; d < input.dims->size; ++d) {
    const int32_t size = input.dims->data[d];
    step /= size;
    Append(is_reduced[d] ? &data->reduced : &data->kept, size, step);
    if (is_reduced[d] && !keep_dims) continue;
    fits = fits && output_rank < output.dims->size &&
           output.dims->data[output_rank] == (is_reduced[d] ? 1 : size);
    ++output_rank;
  }
  TF_LITE_ENSURE_MSG(context, fits && output_rank == output.dims->size,
                     "the output does not have the shape that the axes leave");
  return kTfLiteOk;
}

// Divides the factor by the number of elements as TFLM does: the multiplier loses no bit, unless its shift is
// at the end.
void DivideBy(int32_t count, OutputScaling* scaling) {
  const int32_t whole = 31 - __builtin_clz(static_cast<uint32_t>(count));
  const int32_t shift = std::min<int32_t>(whole, 31 + scaling->shift);
  scaling->multiplier = static_cast<int32_t>((int64_t{scaling->multiplier} << shift) / count);
  scaling->shift = static_cast<int8_t>(scaling->shift - shift);
}

TfLiteStatus CheckTensors(TfLiteContext* context, const TfLiteTensor& input, const TfLiteTensor& output) {
  TF_LITE_ENSURE_STATUS(CheckType(context, input, kTfLiteInt8, "the input"));
  TF_LITE_ENSURE_STATUS(CheckType(context, output, kTfLiteInt8, "the output"));
  TF_LITE_ENSURE_MSG(context, input.params.scale > 0.0f, "the input has no scale");
  TF_LITE_ENSURE_MSG(context, output.params.scale > 0.0f, "the output has no scale");
  return kTfLiteOk;
}

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  auto* data = static_cast<MeanData*>(node->user_data);
  if (data == nullptr) return kTfLiteError;
  const auto& params = *static_cast<const TfLiteReducerParams*>(node->builtin_data);
  TfLiteTensor* input = nullptr;
  TfLiteTensor* output = nullptr;
  TF_LITE_ENSURE_STATUS(CheckOperandCount(context, node, 2, 2));
  TF_LITE_ENSURE_STATUS(DescribeInput(context, node, 0, &input));
  TF_LITE_ENSURE_STATUS(DescribeOutput(context, node, 0, &output));
  TF_LITE_ENSURE_STATUS(CheckTensors(context, *input, *output));
  bool is_reduced[kMaxRank] = {};
  TF_LITE_ENSURE_STATUS(ReadAxes(context, node, input->dims->size, is_reduced));
  TF_LITE_ENSURE_STATUS(SortDimensions(context, *input, *output, is_reduced, params.keep_dims, data));
  data->zero_point = static_cast<int8_t>(input->params.zero_point);
  const double factor = static_cast<double>(input->params.scale) / static_cast<double>(output->params.scale);
  TF_LITE_ENSURE_STATUS(FindOutputScaling(context, factor, kTfLiteActNone, output, &data->scaling));
  int32_t count = 1;
  for (int32_t d = 0; d < data->reduced.rank; ++d) count *= data->reduced.sizes[d];
  DivideBy(count, &data->scaling);
  return kTfLiteOk;
}

}  // namespace

TfLiteStatus InvokeMean(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const MeanData*>(node->user_data);
  const auto* input = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalInput(context, node, 0));
  auto* output = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalOutput(context, node, 0));
  ForEachPosition(data.kept, [&](int32_t first) {
    uint32_t sum = 0;  // modulo 2^32: with millions of elements it wraps, as TFLM's does
    ForEachPosition(data.reduced, [&](int32_t position) {
      sum += static_cast<uint32_t>(input[first + position] - data.zero_point);
    });
    *output++ = ScaleToOutput(data.scaling, static_cast<int32_t>(sum));
  });
  return kTfLiteOk;
}

}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_MEAN() {
  return micro::RegisterOp(kernels::reference::InitKernelData<kernels::reference::MeanData>,
                           kernels::reference::Prepare, kernels::reference::InvokeMean);
}

}  // namespace tflite
