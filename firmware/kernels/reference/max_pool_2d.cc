// MAX_POOL_2D: the largest value of each window of rows and columns, limited to the fused activation's range.
#include <algorithm>
#include <limits>

#include "kernels/reference/invoke.h"
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
  return std::min(std::max(largest, data.activation_min), data.activation_max);
}

}  // namespace

TfLiteStatus InvokeMaxPool2D(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const PoolData*>(node->user_data);
  const auto* input = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalInput(context, node, 0));
  auto* output = tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalOutput(context, node, 0));
  PoolEach(data, input, output, Largest);
  return kTfLiteOk;
}

}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_MAX_POOL_2D() {
  return micro::RegisterOp(kernels::reference::InitPool, kernels::reference::PreparePool,
                           kernels::reference::InvokeMaxPool2D);
}

}  // namespace tflite
