// FULLY_CONNECTED in int8: output[b][u] = activation(requantize(bias[u] + sum over d of weights[u][d] *
// input[b][d])).
#include "tensorflow/lite/micro/kernels/fully_connected.h"

#include "kernels/reference/fully_connected_float.h"
#include "kernels/reference/fully_connected_prepare.h"
#include "kernels/reference/invoke.h"
#include "kernels/reference/kernel_data.h"
#include "tensorflow/lite/kernels/internal/common.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"

namespace kernels {
namespace reference {
namespace {

// The weights of one unit: `first`, then every `step`-th value.
struct WeightRow {
  const int8_t* first;
  size_t step;
};

WeightRow RowOf(const FullyConnectedData& data, const int8_t* weights, int unit) {
  const auto depth = static_cast<size_t>(data.depth);
  const auto row = static_cast<size_t>(unit);
  if (data.weight_order == WeightOrder::kRowPairs) return {weights + row / 2 * 2 * depth + row % 2, 2};
  return {weights + row * depth, 1};
}

// Accumulates modulo 2^32: a sum that overflows int32 wraps, as TFLM's does.
// input: [depth]; input_offset: minus the input's zero point.
int32_t DotProduct(const int8_t* input, const WeightRow& weights, int depth, int32_t input_offset,
                   int32_t bias) {
  auto accumulator = static_cast<uint32_t>(bias);
  for (int d = 0; d < depth; ++d) {
    const int8_t weight = weights.first[static_cast<size_t>(d) * weights.step];
    accumulator += static_cast<uint32_t>(weight * (input[d] + input_offset));
  }
  return static_cast<int32_t>(accumulator);
}

int8_t Requantize(const FullyConnectedData& data, int unit, int32_t accumulator) {
  const int channel = data.per_channel ? unit : 0;
  const int32_t scaled = tflite::MultiplyByQuantizedMultiplier(accumulator, MultipliersOf(data)[channel],
                                                               ShiftsOf(data)[channel]);
  // |scaled| < 2^31 and the zero point is an int8: add without overflow.
  const int64_t moved = static_cast<int64_t>(scaled) + data.output_zero_point;
  if (moved < data.activation_min) return data.activation_min;
  if (moved > data.activation_max) return data.activation_max;
  return static_cast<int8_t>(moved);
}

}  // namespace

TfLiteStatus InvokeFullyConnectedInt8(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const FullyConnectedData*>(node->user_data);
  const TfLiteEvalTensor* input_tensor = tflite::micro::GetEvalInput(context, node, 0);
  const TfLiteEvalTensor* weights_tensor = tflite::micro::GetEvalInput(context, node, 1);
  const TfLiteEvalTensor* bias_tensor = tflite::micro::GetEvalInput(context, node, 2);
  const auto* input = tflite::micro::GetTensorData<int8_t>(input_tensor);         // [batches, depth]
  const auto* weights = tflite::micro::GetTensorData<int8_t>(weights_tensor);     // see weight_order
  const auto* bias = tflite::micro::GetOptionalTensorData<int32_t>(bias_tensor);  // [units] or nullptr
  auto* output = tflite::micro::GetTensorData<int8_t>(
      tflite::micro::GetEvalOutput(context, node, 0));  // [batches, units]
  for (int b = 0; b < data.batches; ++b) {
    for (int u = 0; u < data.units; ++u) {
      const int32_t accumulator =
          DotProduct(input + static_cast<size_t>(b) * data.depth, RowOf(data, weights, u), data.depth,
                     data.input_offset, bias == nullptr ? 0 : bias[u]);
      output[static_cast<size_t>(b) * data.units + u] = Requantize(data, u, accumulator);
    }
  }
  return kTfLiteOk;
}

// What follows takes either type. Images of int8 models leave it out.

namespace {

bool IsFloat(TfLiteContext* context, const TfLiteNode* node) {
  const TfLiteEvalTensor* input = tflite::micro::GetEvalInput(context, node, 0);
  return input != nullptr && input->type == kTfLiteFloat32;
}

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  return IsFloat(context, node) ? PrepareFloatFullyConnected(context, node)
                                : PrepareFullyConnected(context, node);
}

}  // namespace

TfLiteStatus InvokeFullyConnected(TfLiteContext* context, TfLiteNode* node) {
  return IsFloat(context, node) ? InvokeFloatFullyConnected(context, node)
                                : InvokeFullyConnectedInt8(context, node);
}

}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_FULLY_CONNECTED() {
  return micro::RegisterOp(kernels::reference::InitLater, kernels::reference::Prepare,
                           kernels::reference::InvokeFullyConnected);
}

TFLMRegistration Register_FULLY_CONNECTED_INT8() {
  return micro::RegisterOp(kernels::reference::InitLater, kernels::reference::PrepareFullyConnected,
                           kernels::reference::InvokeFullyConnectedInt8);
}

}  // namespace tflite
