// CONV_2D: output[b][y][x][o] = activation(requantize(bias[o] + sum over i, j, d of weights[o][i][j][d] *
// input[b][y * stride - padding + i * dilation][x ...][d])), d within the group of channels that o sees; what
// lies outside of the input counts as its zero point.
#include "kernels/reference/convolution.h"
#include "kernels/reference/invoke.h"
#include "kernels/reference/kernel_data.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace kernels {
namespace reference {
namespace {

// Over one output channel's filter [rows, columns, group_inputs]. image: from the group's first channel on.
uint32_t SumProducts(const ConvolutionData& data, const int8_t* image, const int8_t* filter,
                     const FilterSpan& rows, const FilterSpan& columns) {
  uint32_t sum = 0;
  for (int32_t i = rows.begin; i < rows.end; ++i) {
    const auto y = static_cast<size_t>(rows.origin + i * data.rows.dilation);
    for (int32_t j = columns.begin; j < columns.end; ++j) {
      const auto x = static_cast<size_t>(columns.origin + j * data.columns.dilation);
      const int8_t* pixel = image + (y * data.columns.input + x) * data.input_channels;
      const int8_t* weights = filter + (static_cast<size_t>(i) * data.columns.filter + j) * data.group_inputs;
      for (int32_t d = 0; d < data.group_inputs; ++d) {
        sum += static_cast<uint32_t>(weights[d] * (pixel[d] + data.input_offset));
      }
    }
  }
  return sum;
}

// weights.filter: [output channels, rows, columns, group_inputs].
void ConvolvePixel(const ConvolutionData& data, const ConvolutionWeights& weights, const int8_t* image,
                   const FilterSpan& rows, const FilterSpan& columns, int8_t* output) {
  const size_t filter_size = static_cast<size_t>(data.rows.filter) * data.columns.filter * data.group_inputs;
  for (int32_t o = 0; o < data.output_channels; ++o) {
    const int8_t* group = image + static_cast<size_t>(o / data.group_outputs) * data.group_inputs;
    const uint32_t sum = SumProducts(data, group, weights.filter + o * filter_size, rows, columns);
    output[o] = Requantize(data, o, weights.bias, sum);
  }
}

}  // namespace

TfLiteStatus PrepareConv2D(TfLiteContext* context, TfLiteNode* node) {
  const auto& params = *static_cast<const TfLiteConvParams*>(node->builtin_data);
  return PrepareConvolution(context, node, FilterOrder::kOutputsFirst,
                            {params.padding, params.stride_height, params.stride_width,
                             params.dilation_height_factor, params.dilation_width_factor, params.activation});
}

TfLiteStatus InvokeConv2D(TfLiteContext* context, TfLiteNode* node) {
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

TFLMRegistration Register_CONV_2D() {
  return micro::RegisterOp(kernels::reference::InitLater, kernels::reference::PrepareConv2D,
                           kernels::reference::InvokeConv2D);
}

}  // namespace tflite
