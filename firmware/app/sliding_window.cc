// The window lies in memory of its own: whoever else uses the model's input in between does it no harm.
#include "app/sliding_window.h"

#include <cmath>
#include <cstring>

#include "tensorflow/lite/schema/schema_utils.h"

namespace app {
namespace {

using serial_link::FrameKey;
using serial_link::PushResult;
using serial_link::PushStatus;

constexpr PushResult Nothing(PushStatus status) { return {status, NAN, 0}; }

// The operator that quantizes the graph's first input; nullptr when there is none.
const tflite::Operator* FirstQuantize(const tflite::Model& model) {
  const tflite::SubGraph& graph = *model.subgraphs()->Get(0);
  for (uint32_t i = 0; i < graph.operators()->size(); ++i) {
    const tflite::Operator& op = *graph.operators()->Get(i);
    const auto code = tflite::GetBuiltinCode(model.operator_codes()->Get(op.opcode_index()));
    if (code == tflite::BuiltinOperator_QUANTIZE && op.inputs()->Get(0) == graph.inputs()->Get(0)) return &op;
  }
  return nullptr;
}

Quantization QuantizationOf(const tflite::Tensor& tensor) {
  const tflite::QuantizationParameters* parameters = tensor.quantization();
  if (parameters == nullptr || parameters->scale() == nullptr || parameters->scale()->size() != 1) return {};
  const auto* zero_points = parameters->zero_point();
  const bool has_zero = zero_points != nullptr && zero_points->size() == 1;
  return {parameters->scale()->Get(0), has_zero ? static_cast<int32_t>(zero_points->Get(0)) : 0};
}

}  // namespace

Quantization InputQuantization(const tflite::Model& model, const TfLiteTensor& input) {
  if (input.type == kTfLiteInt8) return {input.params.scale, input.params.zero_point};
  if (input.type != kTfLiteFloat32) return {};
  const tflite::Operator* quantize = FirstQuantize(model);
  if (quantize == nullptr) return {};
  const auto index = static_cast<uint32_t>(quantize->outputs()->Get(0));
  return QuantizationOf(*model.subgraphs()->Get(0)->tensors()->Get(index));
}

void SlidingWindow::Open(const tflite::Model& model) {
  const TfLiteTensor* input = application_.input();
  if (input == nullptr) return;
  quantization_ = InputQuantization(model, *input);
  const size_t size = input->type == kTfLiteFloat32 ? input->bytes / sizeof(float) : input->bytes;
  if (quantization_.scale > 0 && size <= kMaxValues) values_ = static_cast<uint32_t>(size);
  Tabulate();
}

void SlidingWindow::Tabulate() {
  for (int32_t value = INT8_MIN; value <= INT8_MAX; ++value) {
    const auto steps = static_cast<float>(value - quantization_.zero_point);
    dequantized_[static_cast<uint8_t>(value)] = quantization_.scale * steps;
  }
}

PushResult SlidingWindow::Push(const FrameKey& key, const int8_t* frame, size_t count) {
  if (count == 0 || values_ % count != 0 || count > values_) return Nothing(PushStatus::kBadLength);
  const bool repeated =
      begun_ && key.session == last_.session && key.clip == last_.clip && key.frame == last_.frame;
  if (repeated && count == frame_values_) return last_result_;
  if (!Follows(key, count)) return Nothing(PushStatus::kRestart);
  if (key.frame == 0) next_ = 0;
  std::memcpy(window_.data() + next_, frame, count);
  next_ = next_ + count == values_ ? 0 : next_ + count;
  const bool full = key.frame >= values_ / count - 1;
  const PushResult result = full ? Score() : Nothing(PushStatus::kStored);
  begun_ = result.status != PushStatus::kFailed;
  frame_values_ = count;
  last_ = key;
  last_result_ = result;
  return result;
}

bool SlidingWindow::Follows(const FrameKey& key, size_t count) const {
  if (key.frame == 0) return true;
  return begun_ && count == frame_values_ && key.session == last_.session && key.clip == last_.clip &&
         key.frame == last_.frame + 1;
}

PushResult SlidingWindow::Score() {
  FillInput(*application_.input());
  const uint32_t start = clock_.Cycles();
  if (application_.Invoke() != kTfLiteOk) return Nothing(PushStatus::kFailed);
  const uint32_t cycles = clock_.Cycles() - start;
  const TfLiteTensor* output = application_.output();
  if (output == nullptr) return Nothing(PushStatus::kFailed);
  return {PushStatus::kScored, Compare(*application_.input(), *output), cycles};
}

// The input holds the window, dequantized where it is float, and still does after the run.
float SlidingWindow::Compare(const TfLiteTensor& input, const TfLiteTensor& output) const {
  if (input.type == kTfLiteFloat32) return MeanSquaredDifference(input.data.f, values_, output);
  return MeanSquaredDifference(input.data.int8, quantization_, values_, output);
}

void SlidingWindow::FillInput(TfLiteTensor& input) const {
  const size_t older = values_ - next_;
  Fill(input, 0, window_.data() + next_, older);
  Fill(input, older, window_.data(), next_);
}

void SlidingWindow::Fill(TfLiteTensor& input, size_t at, const int8_t* values, size_t count) const {
  if (input.type == kTfLiteInt8) {
    std::memcpy(input.data.int8 + at, values, count);
    return;
  }
  // From a table, and by four: half the cycles of a conversion each.
  const float* const table = dequantized_.data();
  const auto* from = reinterpret_cast<const uint8_t*>(values);
  float* to = input.data.f + at;
  size_t i = 0;
  for (; count - i >= 4; i += 4) {
    const float first = table[from[i]], second = table[from[i + 1]];
    const float third = table[from[i + 2]], fourth = table[from[i + 3]];
    to[i] = first;
    to[i + 1] = second;
    to[i + 2] = third;
    to[i + 3] = fourth;
  }
  for (; i < count; ++i) to[i] = table[from[i]];
}

}  // namespace app
