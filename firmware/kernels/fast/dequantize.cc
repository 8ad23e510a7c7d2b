// DEQUANTIZE, int8 to float32: eight elements per pass, read as words.
#include "kernels/fast/dequantize.h"

#include <cstring>

#include "four_lanes.h"
#include "kernels/fast/invoke.h"
#include "kernels/in_place.h"
#include "kernels/reference/dequantize.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"

namespace kernels::fast {
namespace {

constexpr int32_t kBlock = 8;

inline void DequantizeFour(const int8_t* input, float scale, int32_t offset, float* output) {
  uint32_t packed;
  std::memcpy(&packed, input, sizeof(packed));
  const FourInts q = AddBytes(offset, packed);
  const float a = scale * static_cast<float>(q.a);
  const float b = scale * static_cast<float>(q.b);
  const float c = scale * static_cast<float>(q.c);
  const float d = scale * static_cast<float>(q.d);
  output[0] = a;
  output[1] = b;
  output[2] = c;
  output[3] = d;
}

// The loop that tests/firmware/kernels/fast/test_instruction_count.py weighs in the image: kept a function of
// its own. `offset` is minus the zero point. Four elements are read before four are written (in_place.h).
[[gnu::noinline, gnu::hot]] void DequantizeBlocks(const int8_t* input, int32_t blocks, float scale,
                                                  int32_t offset, float* output) {
  for (; blocks > 0; --blocks) {
    DequantizeFour(input, scale, offset, output);
    DequantizeFour(input + 4, scale, offset, output + 4);
    input += kBlock;
    output += kBlock;
  }
}

}  // namespace

[[gnu::hot]] TfLiteStatus InvokeDequantize(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const reference::DequantizeData*>(node->user_data);
  DequantizeInts(tflite::micro::GetTensorData<int8_t>(tflite::micro::GetEvalInput(context, node, 0)),
                 data.elements, data.scale, data.zero_point,
                 tflite::micro::GetTensorData<float>(tflite::micro::GetEvalOutput(context, node, 0)));
  return kTfLiteOk;
}

void DequantizeInts(const int8_t* input, int32_t count, float scale, int32_t zero_point, float* output) {
  const int32_t rest = count % kBlock;
  const int32_t whole = count - rest;
  DequantizeBlocks(input, whole / kBlock, scale, -zero_point, output);
  for (int32_t i = whole; i < count; ++i) output[i] = scale * static_cast<float>(input[i] - zero_point);
}

TFLMRegistration RegisterDequantize() {
  return kernels::ReadsBeforeItWrites(
      tflite::micro::RegisterOp(reference::InitDequantize, reference::PrepareDequantize, InvokeDequantize));
}

}  // namespace kernels::fast
