// MAX_POOL_2D: the largest value of each window of rows and columns, limited to the fused activation's range.
#include <algorithm>
#include <limits>

#include "kernels/reference/pooling.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace kernels {
namespace reference {
namespace {

// Of one channel. image: [rows, columns, channels] from that channel on.
int8_t Largest(const PoolData& data, const int8_t* image, const PoolSpan& rows, const PoolSpan& columns) {
  int8_t largest = std::numeric_limits<int8_t>::min();
  for (int32_t y = rows.begin; y < rows.end; ++y) {
    for (int32_t x = columns.begin; x < columns.end; ++x) {
      const size_t pixel = static_cast<size_t>(y) * data.columns.input + x;
      largest = std::max(largest, image[pixel * data.channels]);
    }
  }
  const int32_t limited = std::min(std::max<int32_t>(largest, data.activation_min), data.activation_max);
  return static_cast<int8_t>(limited);
}

// image: [rows.input, columns.input, channels]; output: [rows.output, columns.output, channels].
void Pool(const PoolData& data, const int8_t* image, int8_t* output) {
  for (int32_t y = 0; y < data.rows.output; ++y) {
    for (int32_t x = 0; x < data.columns.output; ++x) {
      const PoolSpan rows = SpanOf(data.rows, y);
      const PoolSpan columns = SpanOf(data.columns, x);
      for (int32_t c = 0; c < data.channels; ++c) *output++ = Largest(data, image + c, rows, columns);
    }
  }
}

TfLiteStatus Invoke(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const PoolData*>(node->user_data);
  const auto* input = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalInput(context, node, 0));
  auto* output = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalOutput(context, node, 0));
  const size_t image = static_cast<size_t>(data.rows.input) * data.columns.input * data.channels;
  const size_t result = static_cast<size_t>(data.rows.output) * data.columns.output * data.channels;
  for (int32_t b = 0; b < data.batches; ++b) Pool(data, input + b * image, output + b * result);
  return kTfLiteOk;
}

}  // namespace
}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_MAX_POOL_2D() {
  return micro::RegisterOp(kernels::reference::InitPool, kernels::reference::PreparePool,
                           kernels::reference::Invoke);
}

}  // namespace tflite
