// QUANTIZE, float32 to int8: eight elements per pass, multiplied by the scale's reciprocal.
#include "kernels/fast/quantize.h"

#include <cstring>

#include "four_lanes.h"
#include "kernels/fast/invoke.h"
#include "kernels/in_place.h"
#include "kernels/reference/kernel_data.h"
#include "kernels/reference/quantize.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"

namespace kernels::fast {
namespace {

constexpr int32_t kBlock = 8;

struct QuantizeData {
  reference::QuantizeData layer;
  Reciprocal reciprocal;  // of layer.output_scale; zeros where there is none
};

inline void QuantizeFour(const float* input, float high, float low, int32_t zero_point, int8_t* output) {
  const FourFloats x = LoadFour(input);
  const FourInts q = RoundHalfAway(
      {Divide(x.a, high, low), Divide(x.b, high, low), Divide(x.c, high, low), Divide(x.d, high, low)});
  const uint32_t packed = PackFour(AddToInt8(q.a, zero_point), AddToInt8(q.b, zero_point),
                                   AddToInt8(q.c, zero_point), AddToInt8(q.d, zero_point));
  std::memcpy(output, &packed, sizeof(packed));
}

// The loop that tests/firmware/kernels/fast/test_instruction_count.py weighs in the image: kept a function of
// its own, with the reciprocal in registers. Four elements are read before four are written (in_place.h).
[[gnu::noinline, gnu::hot]] void QuantizeBlocks(const float* input, int32_t blocks, float high, float low,
                                                int32_t zero_point, int8_t* output) {
  for (; blocks > 0; --blocks) {
    QuantizeFour(input, high, low, zero_point, output);
    QuantizeFour(input + 4, high, low, zero_point, output + 4);
    input += kBlock;
    output += kBlock;
  }
}

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  auto* data = static_cast<QuantizeData*>(node->user_data);
  if (data == nullptr) return kTfLiteError;
  TF_LITE_ENSURE_STATUS(reference::PrepareQuantize(context, node, &data->layer));
  static_cast<void>(MakeReciprocal(data->layer.output_scale, &data->reciprocal));
  return kTfLiteOk;
}

}  // namespace

[[gnu::hot]] TfLiteStatus InvokeQuantize(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const QuantizeData*>(node->user_data);
  const TfLiteEvalTensor* input = tflite::micro::GetEvalInput(context, node, 0);
  if (input->type != kTfLiteFloat32 || data.reciprocal.high == 0.0f) {
    return reference::QuantizeTensor(context, node, data.layer);
  }
  QuantizeFloats(tflite::micro::GetTensorData<float>(input), data.layer.elements, data.reciprocal,
                 data.layer.output_zero_point,
                 tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalOutput(context, node, 0)));
  return kTfLiteOk;
}

void QuantizeFloats(const float* input, int32_t count, const Reciprocal& reciprocal, int32_t zero_point,
                    int8_t* output) {
  const int32_t rest = count % kBlock;
  const int32_t whole = count - rest;
  QuantizeBlocks(input, whole / kBlock, reciprocal.high, reciprocal.low, zero_point, output);
  if (rest == 0) return;
  float padded[kBlock] = {};
  int8_t quantized[kBlock];
  std::memcpy(padded, input + whole, static_cast<size_t>(rest) * sizeof(float));
  QuantizeBlocks(padded, 1, reciprocal.high, reciprocal.low, zero_point, quantized);
  std::memcpy(output + whole, quantized, static_cast<size_t>(rest));
}

TFLMRegistration RegisterQuantize() {
  return kernels::ReadsBeforeItWrites(
      tflite::micro::RegisterOp(reference::InitKernelData<QuantizeData>, Prepare, InvokeQuantize));
}

}  // namespace kernels::fast
