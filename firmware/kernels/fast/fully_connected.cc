// FULLY_CONNECTED on the core: the inputs widened to 16 bits once, then four outputs per pass over the
// weights.
#include "kernels/fast/fully_connected.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "four_lanes.h"
#include "four_rows.h"
#include "four_sums.h"
#include "kernels/fast/invoke.h"
#include "kernels/reference/kernel_data.h"
#include "tensorflow/lite/kernels/internal/common.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace kernels::fast {
namespace {

constexpr int32_t kRowsPerPass = 4;
constexpr int32_t kElementsPerStep = 4;

// One batch of a layer.
struct Batch {
  const FullyConnectedData& layer;
  const int8_t* input;    // [depth]
  int32_t steps;          // of four of them, whole ones
  int16_t* widened;       // these, minus the zero point, in the order of four_rows.h
  const int8_t* weights;  // see weight_order
  const int32_t* bias;    // [units], or nullptr
  int8_t* output;         // [units]
};

// How sums become outputs, copied from the layer's data, which stored bytes might alias.
struct Requantization {
  const int32_t* multipliers;
  const int8_t* shifts;
  bool per_channel;
  Factor common;  // unless per channel
  int32_t zero_point;
  uint32_t low;  // four times
  uint32_t high;
};

Requantization RequantizationOf(const reference::FullyConnectedData& layer) {
  const int32_t* multipliers = reference::MultipliersOf(layer);
  const int8_t* shifts = reference::ShiftsOf(layer);
  return {multipliers,
          shifts,
          layer.per_channel,
          FactorOf(multipliers[0], shifts[0]),
          layer.output_zero_point,
          FourTimes(layer.activation_min),
          FourTimes(layer.activation_max)};
}

// Four outputs, the first one lowest.
[[gnu::always_inline]] inline uint32_t Requantize(const Requantization& by, int32_t unit,
                                                  const FourSums& sums) {
  FourFactors factors = {by.common, by.common, by.common, by.common};
  if (by.per_channel) factors = FactorsOf(by.multipliers + unit, by.shifts + unit);
  return ClampBytes(ScaleFour(sums, factors, by.zero_point), by.low, by.high);
}

// Whether ScaleFour can do it: the factor is below 1/4, as in nearly all layers, and not 0.
bool ScalesDown(const reference::FullyConnectedData& layer) {
  const int8_t* shifts = reference::ShiftsOf(layer);
  for (int32_t i = 0; i < FactorCount(layer); ++i) {
    if (shifts[i] > kGreatestShift) return false;
  }
  return true;
}

// The same for any factor.
int8_t RequantizeOne(const reference::FullyConnectedData& layer, int32_t unit, int32_t sum) {
  const int32_t channel = layer.per_channel ? unit : 0;
  const int32_t scaled = tflite::MultiplyByQuantizedMultiplier(sum, reference::MultipliersOf(layer)[channel],
                                                               reference::ShiftsOf(layer)[channel]);
  const int64_t moved = int64_t{scaled} + layer.output_zero_point;
  return static_cast<int8_t>(std::clamp<int64_t>(moved, layer.activation_min, layer.activation_max));
}

// Products of one unit's weights `first` and then every `step`-th with the inputs from `begin` on, modulo
// 2^32.
int32_t Products(const Batch& batch, const int8_t* first, int32_t step, int32_t begin) {
  uint32_t sum = 0;
  for (int32_t d = begin; d < batch.layer.depth; ++d) {
    sum += static_cast<uint32_t>(first[d * step] * (batch.input[d] + batch.layer.input_offset));
  }
  return static_cast<int32_t>(sum);
}

int32_t AddWrapping(int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
}

// The weights of unit `unit`, first and distance.
struct Row {
  const int8_t* first;
  int32_t step;
};

Row RowOf(const Batch& batch, int32_t unit) {
  const ptrdiff_t depth = batch.layer.depth;
  if (batch.layer.weight_order == WeightOrder::kRows) return {batch.weights + unit * depth, 1};
  return {batch.weights + unit / 2 * 2 * depth + unit % 2, 2};
}

// What is left of four rows behind the last whole step.
[[gnu::noinline]] FourSums AddRest(const Batch& batch, int32_t unit, const FourSums& sums) {
  int32_t rest[kRowsPerPass];
  for (int32_t i = 0; i < kRowsPerPass; ++i) {
    const Row row = RowOf(batch, unit + i);
    rest[i] = Products(batch, row.first, row.step, batch.steps * kElementsPerStep);
  }
  return {AddWrapping(sums.a, rest[0]), AddWrapping(sums.b, rest[1]), AddWrapping(sums.c, rest[2]),
          AddWrapping(sums.d, rest[3])};
}

[[gnu::always_inline]] inline FourSums FirstSums(const int32_t* bias, int32_t unit) {
  if (bias == nullptr) return {0, 0, 0, 0};
  return {bias[unit], bias[unit + 1], bias[unit + 2], bias[unit + 3]};
}

// Sums of `unit` to `unit` + 3. In pairs of rows `unit` is even.
template <WeightOrder order>
[[gnu::always_inline]] inline FourSums SumFour(const Batch& batch, int32_t depth, const Inputs& inputs,
                                               int32_t unit) {
  const int8_t* const weights = batch.weights + static_cast<ptrdiff_t>(unit) * depth;
  FourSums sums = FirstSums(batch.bias, unit);
  if constexpr (order == WeightOrder::kRows) {
    AddFourRows(weights, depth, inputs, sums);
  } else {
    AddTwoRowPairs(weights, depth, inputs, sums);
  }
  return depth % kElementsPerStep == 0 ? sums : AddRest(batch, unit, FourSums(sums));
}

template <WeightOrder order>
[[gnu::noinline, gnu::hot]] void RunBatch(const Batch& given) {
  const Batch batch = given;
  const reference::FullyConnectedData& layer = batch.layer;
  const int32_t depth = layer.depth;
  const int32_t last = layer.units - kRowsPerPass;
  const Inputs inputs = InputsOf(batch.widened, batch.steps);
  const Requantization by = RequantizationOf(layer);
  // The last pass computes some outputs once more where the units are no multiple of four.
  for (int32_t next = 0; next < last + kRowsPerPass; next += kRowsPerPass) {
    const int32_t unit = std::min(next, last);
    const uint32_t packed = Requantize(by, unit, SumFour<order>(batch, depth, inputs, unit));
    std::memcpy(batch.output + unit, &packed, sizeof(packed));
  }
}

// Layers of fewer units than a pass has, or with factors that ScaleFour does not take.
void RunBatchUnitByUnit(const Batch& batch) {
  for (int32_t u = 0; u < batch.layer.units; ++u) {
    const Row row = RowOf(batch, u);
    const int32_t bias = batch.bias == nullptr ? 0 : batch.bias[u];
    batch.output[u] =
        RequantizeOne(batch.layer, u, AddWrapping(bias, Products(batch, row.first, row.step, 0)));
  }
}

void RunInFours(const Batch& batch) {
  const reference::FullyConnectedData& layer = batch.layer;
  if (layer.weight_order == WeightOrder::kRows) {
    WidenForRows(batch.input, batch.steps, layer.input_offset, batch.widened);
    RunBatch<WeightOrder::kRows>(batch);
  } else {
    WidenForRowPairs(batch.input, batch.steps, layer.input_offset, batch.widened);
    RunBatch<WeightOrder::kRowPairs>(batch);
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
  const auto* input = tflite::micro::GetTensorData<int8_t>(
      tflite::micro::GetEvalInput(context, node, 0));  // [batches, depth]
  const auto* weights = tflite::micro::GetTensorData<int8_t>(
      tflite::micro::GetEvalInput(context, node, 1));  // see weight_order
  const auto* bias = tflite::micro::GetOptionalTensorData<int32_t>(
      tflite::micro::GetEvalInput(context, node, 2));  // [units] or nullptr
  auto* output = tflite::micro::GetTensorData<int8_t>(
      tflite::micro::GetEvalOutput(context, node, 0));  // [batches, units]
  const int32_t steps = layer.depth / kElementsPerStep;
  for (int32_t b = 0; b < layer.batches; ++b) {
    const Batch batch = {layer, input, steps, widened, weights, bias, output};
    layer.in_fours ? RunInFours(batch) : RunBatchUnitByUnit(batch);
    input += layer.depth;
    output += layer.units;
  }
  return kTfLiteOk;
}

TfLiteStatus PrepareWithoutScratch(TfLiteContext* context, TfLiteNode* node) {
  TF_LITE_ENSURE_STATUS(reference::PrepareFullyConnected(context, node));
  auto& data = *static_cast<FullyConnectedData*>(node->user_data);
  data.in_fours = data.units >= kRowsPerPass && ScalesDown(data);
  return kTfLiteOk;
}

TfLiteStatus RequestScratch(TfLiteContext* context, FullyConnectedData* data) {
  const size_t bytes = static_cast<size_t>(data->depth) * sizeof(int16_t);
  int scratch = 0;
  TF_LITE_ENSURE_STATUS(tflite::GetMicroContext(context)->RequestScratchBufferInArena(bytes, &scratch));
  return LendScratch(context, scratch, data);
}

TfLiteStatus LendScratch(TfLiteContext*, int scratch, FullyConnectedData* data) {
  data->scratch = scratch;
  return kTfLiteOk;
}

TFLMRegistration RegisterFullyConnected() {
  return tflite::micro::RegisterOp(reference::InitLater, Prepare, InvokeFullyConnected);
}

}  // namespace kernels::fast
