// DEPTHWISE_CONV_2D: output[b][y][x][o] = activation(requantize(bias[o] + sum over i, j of
// weights[0][i][j][o] * input[b][y * stride - padding + i * dilation][x ...][o / multiplier])); what lies
// outside of the input counts as its zero point.
#include "kernels/reference/convolution.h"
#include "kernels/reference/invoke.h"
#include "kernels/reference/kernel_data.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace kernels {
namespace reference {
namespace {

// Over one output channel's filter. image, filter: from its input and output channel on.
uint32_t SumProducts(const ConvolutionData& data, const int8_t* image, const int8_t* filter,
                     const FilterSpan& rows, const FilterSpan& columns) {
  uint32_t sum = 0;
  for (int32_t i = rows.begin; i < rows.end; ++i) {
    const auto y = static_cast<size_t>(rows.origin + i * data.rows.dilation);
    for (int32_t j = columns.begin; j < columns.end; ++j) {
      const auto x = static_cast<size_t>(columns.origin + j * data.columns.dilation);
      const int8_t value = image[(y * data.columns.input + x) * data.input_channels];
      const int8_t weight = filter[(static_cast<size_t>(i) * data.columns.filter + j) * data.output_channels];
      sum += static_cast<uint32_t>(weight * (value + data.input_offset));
    }
  }
  return sum;
}

// weights.filter: [1, rows, columns, output channels].
void ConvolvePixel(const ConvolutionData& data, const ConvolutionWeights& weights, const int8_t* image,
                   const FilterSpan& rows, const FilterSpan& columns, int8_t* output) {
  for (int32_t o = 0; o < data.output_channels; ++o) {
    const int8_t* channel = image + o / data.group_outputs;
    output[o] =
        Requantize(data, o, weights.bias, SumProducts(data, channel, weights.filter + o, rows, columns));
  }
}

}  // namespace

// The shapes tell the depth multiplier: files may carry another one.
TfLiteStatus PrepareDepthwiseConv2D(TfLiteContext* context, TfLiteNode* node) {
  const auto& params = *static_cast<const TfLiteDepthwiseConvParams*>(node->builtin_data);
  return PrepareConvolution(context, node, FilterOrder::kOutputsLast,
                            {params.padding, params.stride_height, params.stride_width,
                             params.dilation_height_factor, params.dilation_width_factor, params.activation});
}

TfLiteStatus InvokeDepthwiseConv2D(TfLiteContext* context, TfLiteNode* node) {
  const auto& data = *static_cast<const ConvolutionData*>(node->user_data);
  const ConvolutionTensors tensors = TensorsOf(context, node);
  ForEachPixel(data, tensors.input, tensors.output,
               [&](const int8_t* image, const FilterSpan& rows, const FilterSpan& columns, int8_t* output) {
                 ConvolvePixel(data, tensors.weights, image, rows, columns, output);
               });
  return kTfLiteOk;
}

}  // namespace reference
}  // namespace kernels

namespace tflite {

TFLMRegistration Register_DEPTHWISE_CONV_2D() {
  return micro::RegisterOp(kernels::reference::InitLater, kernels::reference::PrepareDepthwiseConv2D,
                           kernels::reference::InvokeDepthwiseConv2D);
}

}  // namespace tflite
