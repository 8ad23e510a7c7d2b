// Options of the operators that slide a window over rows and columns: convolutions and poolings.
#include "options/checked_options.h"
#include "options/parsers.h"
#include "tensor_size.h"
#include "tensorflow/lite/micro/micro_log.h"

namespace earshot {
namespace {

// A window has no default size and step: an operator without options cannot run.
bool Require(const void* options) {
  if (options != nullptr) return true;
  MicroPrintf("the options are missing");
  return false;
}

// What convolutions have in common.
template <typename Options, typename Params>
bool ReadConvolution(const Options& options, Params* params) {
  params->stride_width = options.stride_w();
  params->stride_height = options.stride_h();
  params->dilation_width_factor = options.dilation_w_factor();
  params->dilation_height_factor = options.dilation_h_factor();
  return CheckWindow("strides", options.stride_w(), options.stride_h()) &&
         CheckWindow("dilation factors", options.dilation_w_factor(), options.dilation_h_factor()) &&
         ConvertPadding(options.padding(), &params->padding) &&
         ConvertActivation(options.fused_activation_function(), &params->activation);
}

}  // namespace

TfLiteStatus ParseConv2D(const tflite::Operator& op, Arena& arena, void** builtin_data) {
  auto* params = AllocateParams<TfLiteConvParams>(arena, builtin_data);
  const tflite::Conv2DOptions* options = nullptr;
  if (params == nullptr || !FindOptions(op, &options) || !Require(options)) return kTfLiteError;
  params->quantized_bias_type = ElementType(options->quantized_bias_type());
  return ReadConvolution(*options, params) ? kTfLiteOk : kTfLiteError;
}

TfLiteStatus ParseDepthwiseConv2D(const tflite::Operator& op, Arena& arena, void** builtin_data) {
  auto* params = AllocateParams<TfLiteDepthwiseConvParams>(arena, builtin_data);
  const tflite::DepthwiseConv2DOptions* options = nullptr;
  if (params == nullptr || !FindOptions(op, &options) || !Require(options)) return kTfLiteError;
  params->depth_multiplier = options->depth_multiplier();
  return ReadConvolution(*options, params) ? kTfLiteOk : kTfLiteError;
}

TfLiteStatus ParsePool(const tflite::Operator& op, Arena& arena, void** builtin_data) {
  auto* params = AllocateParams<TfLitePoolParams>(arena, builtin_data);
  const tflite::Pool2DOptions* options = nullptr;
  if (params == nullptr || !FindOptions(op, &options) || !Require(options)) return kTfLiteError;
  params->stride_width = options->stride_w();
  params->stride_height = options->stride_h();
  params->filter_width = options->filter_width();
  params->filter_height = options->filter_height();
  const bool known = CheckWindow("strides", options->stride_w(), options->stride_h()) &&
                     CheckWindow("window sizes", options->filter_width(), options->filter_height()) &&
                     ConvertPadding(options->padding(), &params->padding) &&
                     ConvertActivation(options->fused_activation_function(), &params->activation);
  return known ? kTfLiteOk : kTfLiteError;
}

}  // namespace earshot
