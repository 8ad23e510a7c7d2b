// AVERAGE_POOL_2D: the mean of each window of rows and columns, limited to the fused activation's range.
// Padding does not count.
#include <algorithm>

#include "kernels/reference/invoke.h"
#include "kernels/reference/pooling.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace kernels {
namespace reference {
namespace {

// Elements of a window up to which sum and rounding stay far inside int32.
constexpr int64_t kMostElements = 1 << 23;

// Of one channel, rounded half away from zero. image: [rows, columns, channels] from that channel on.
int8_t Mean(const PoolData& data, const int8_t* image, const PoolSpan& rows, const PoolSpan& columns) {
  int32_t sum = 0;
  for (int32_t y = rows.begin; y < rows.end; ++y) {
    for (int32_t x = columns.begin; x < columns.end; ++x) {
      const size_t pixel = static_cast<size_t>(y) * data.columns.input + x;
      sum += image[pixel * data.channels];
    }
  }
  const int32_t count = (rows.end - rows.begin) * (columns.end - columns.begin);
  const int32_t mean = (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
  return static_cast<int8_t>(
      std::min<int32_t>(std::max<int32_t>(mean, data.activation_min), data.activation_max));
}

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  TF_LITE_ENSURE_STATUS(PreparePool(context, node));
  const auto& data = *static_cast<const PoolData*>(node->user_data);
  const int32_t rows = std::min<int32_t>(data.rows.window, data.rows.input);
  const int32_t columns = std::min<int32_t>(data.columns.window, data.columns.input);
  if (static_cast<int64_t>(rows) * columns > kMostElements) {
    TF_LITE_KERNEL_LOG(context, "a mean of %dx%d elements: at most %d are supported", static_cast<int>(rows),
                       static_cast<int>(columns), static_cast<int>(kMostElements));
    return kTfLiteError;
  }
  return kTfLiteOk;
}

}  // namespace

TfLiteStatus InvokeAveragePool2D(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const PoolData*>(node->user_data);
  const auto* input = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalInput(context, node, 0));
  auto* output = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalOutput(context, node, 0));
  PoolEach(data, input, output, Mean);
  return kTfLiteOk;
}

}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_AVERAGE_POOL_2D() {
  return micro::RegisterOp(kernels::reference::InitPool, kernels::reference::Prepare,
                           kernels::reference::InvokeAveragePool2D);
}

}  // namespace tflite
