// FULLY_CONNECTED on the core: the inputs widened to 16 bits once, then four outputs per pass over the
// weights.
#include "kernels/fast/fully_connected.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernels/fast/invoke.h"
#include "kernels/fast/weight_rows.h"
#include "kernels/reference/kernel_data.h"
#include "tensorflow/lite/kernels/internal/common.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace kernels::fast {
namespace {

// The weights of one unit: `first` and every `step`-th after it.
struct Row {
  const int8_t* first;
  int32_t step;
};

Row RowOf(const FullyConnectedData& layer, const int8_t* weights, int32_t unit) {
  const ptrdiff_t depth = layer.depth;
  if (layer.weight_order == WeightOrder::kRows) return {weights + unit * depth, 1};
  return {weights + unit / 2 * 2 * depth + unit % 2, 2};
}

// Modulo 2^32.
int32_t AddProducts(const FullyConnectedData& layer, const int8_t* inputs, const Row& row, int32_t bias) {
  auto sum = static_cast<uint32_t>(bias);
  for (int32_t d = 0; d < layer.depth; ++d) {
    sum += static_cast<uint32_t>(row.first[d * row.step] * (inputs[d] + layer.input_offset));
  }
  return static_cast<int32_t>(sum);
}

int8_t RequantizeOne(const FullyConnectedData& layer, int32_t unit, int32_t sum) {
  const int32_t channel = layer.per_channel ? unit : 0;
  const int32_t scaled = tflite::MultiplyByQuantizedMultiplier(sum, reference::MultipliersOf(layer)[channel],
                                                               reference::ShiftsOf(layer)[channel]);
  const int64_t moved = int64_t{scaled} + layer.output_zero_point;
  return static_cast<int8_t>(std::clamp<int64_t>(moved, layer.activation_min, layer.activation_max));
}

// For layers of fewer units than a pass has, or with factors that ScaleFour does not take.
void RunUnitByUnit(const FullyConnectedData& layer, const WeightRows& rows, const int8_t* inputs,
                   int8_t* outputs) {
  for (int32_t u = 0; u < layer.units; ++u) {
    const int32_t bias = rows.bias == nullptr ? 0 : rows.bias[u];
    const int32_t sum = AddProducts(layer, inputs, RowOf(layer, rows.weights, u), bias);
    outputs[u] = RequantizeOne(layer, u, sum);
  }
}

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  TF_LITE_ENSURE_STATUS(PrepareWithoutScratch(context, node));
  return RequestScratch(context, static_cast<FullyConnectedData*>(node->user_data));
}

}  // namespace

[[gnu::hot]] TfLiteStatus InvokeFullyConnected(TfLiteContext* context, TfLiteNode* node) {
  const auto& layer = *static_cast<const FullyConnectedData*>(node->user_data);
  auto* widened = static_cast<int16_t*>(tflite::GetMicroContext(context)->GetScratchBuffer(layer.scratch));
  const auto* inputs = tflite::micro::GetTensorData<int8_t>(
      tflite::micro::GetEvalInput(context, node, 0));  // [batches, depth]
  auto* outputs = tflite::micro::GetTensorData<int8_t>(
      tflite::micro::GetEvalOutput(context, node, 0));  // [batches, units]
  const WeightRows rows = {
      tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalInput(context, node, 1)),
      tflite::micro::GetOptionalTensorData<int32_t>(tflite::micro::GetEvalInput(context, node, 2)),
      layer.units,
      layer.depth,
      layer.input_offset,
      RequantizationOf(layer)};
  for (int32_t b = 0; b < layer.batches; ++b) {
    if (!layer.in_fours) {
      RunUnitByUnit(layer, rows, inputs, outputs);
    } else if (layer.weight_order == WeightOrder::kRows) {
      MultiplyRows(rows, inputs, widened, outputs);
    } else {
      MultiplyRowPairs(rows, inputs, widened, outputs);
    }
    inputs += layer.depth;
    outputs += layer.units;
  }
  return kTfLiteOk;
}

TfLiteStatus PrepareWithoutScratch(TfLiteContext* context, TfLiteNode* node) {
  TF_LITE_ENSURE_STATUS(reference::PrepareFullyConnected(context, node));
  auto& data = *static_cast<FullyConnectedData*>(node->user_data);
  data.in_fours = data.units >= kChannelsPerPass && ScalesDown(data);
  return kTfLiteOk;
}

size_t ScratchBytes(int32_t depth, WeightOrder order) {
  const size_t behind = order == WeightOrder::kRows ? kBytesReadBehind : 0;
  return static_cast<size_t>(depth) * sizeof(int16_t) + behind;
}

TfLiteStatus RequestScratch(TfLiteContext* context, FullyConnectedData* data) {
  const size_t bytes = ScratchBytes(data->depth, data->weight_order);
  int scratch = 0;
  TF_LITE_ENSURE_STATUS(tflite::GetMicroContext(context)->RequestScratchBufferInArena(bytes, &scratch));
  data->scratch = scratch;
  return kTfLiteOk;
}

TFLMRegistration RegisterFullyConnected() {
  return tflite::micro::RegisterOp(reference::InitLater, Prepare, InvokeFullyConnected);
}

}  // namespace kernels::fast
