// Options of the supported operators, as kernels find them in TfLiteNode::builtin_data.
#pragma once

#include <cstdint>

#include "tensorflow/lite/c/common.h"

enum TfLiteFusedActivation {
  kTfLiteActNone = 0,
  kTfLiteActRelu,
  kTfLiteActReluN1To1,
  kTfLiteActRelu6,
  kTfLiteActTanh,
  kTfLiteActSignBit,
  kTfLiteActSigmoid,
};

enum TfLitePadding {
  kTfLitePaddingUnknown = 0,
  kTfLitePaddingSame,
  kTfLitePaddingValid,
};

// Rows and columns of padding before the input; the offsets are 1 where one more lies behind it.
struct TfLitePaddingValues {
  int width;
  int height;
  int width_offset;
  int height_offset;
};

// Strides and dilation factors are above 0, here and below.
struct TfLiteConvParams {
  TfLitePadding padding;
  int stride_width;
  int stride_height;
  TfLiteFusedActivation activation;
  int dilation_width_factor;
  int dilation_height_factor;
  TfLiteType quantized_bias_type;
};

// The file's depth_multiplier is not reliable: the shapes count.
struct TfLiteDepthwiseConvParams {
  TfLitePadding padding;
  int stride_width;
  int stride_height;
  int depth_multiplier;
  TfLiteFusedActivation activation;
  int dilation_width_factor;
  int dilation_height_factor;
};

// The filter's sizes are above 0. The parser leaves `computed` at 0.
struct TfLitePoolParams {
  TfLitePadding padding;
  int stride_width;
  int stride_height;
  int filter_width;
  int filter_height;
  TfLiteFusedActivation activation;
  struct {
    TfLitePaddingValues padding;
  } computed;
};

enum TfLiteFullyConnectedWeightsFormat {
  kTfLiteFullyConnectedWeightsFormatDefault = 0,
  kTfLiteFullyConnectedWeightsFormatShuffled4x16Int8 = 1,
};

struct TfLiteFullyConnectedParams {
  TfLiteFusedActivation activation;
  TfLiteFullyConnectedWeightsFormat weights_format;
  bool keep_num_dims;
  bool asymmetric_quantize_inputs;
  TfLiteType quantized_bias_type;
};

struct TfLiteSoftmaxParams {
  double beta;
};

// A negative axis counts from the end; the kernel checks its range.
struct TfLiteConcatenationParams {
  int axis;
  TfLiteFusedActivation activation;
};

// pot_scale_int16 concerns int16 tensors only.
struct TfLiteAddParams {
  TfLiteFusedActivation activation;
  bool pot_scale_int16;
};

struct TfLiteSubParams {
  TfLiteFusedActivation activation;
  bool pot_scale_int16;
};

struct TfLiteMulParams {
  TfLiteFusedActivation activation;
};

// Of MEAN.
struct TfLiteReducerParams {
  bool keep_dims;
};

// PAD has no options; its builtin_data is nullptr.
struct TfLitePadParams {};

// Only the attribute form of the target shape, which old models carry; the operand counts when present.
struct TfLiteReshapeParams {
  int num_dimensions;
};

struct TfLiteShapeParams {
  TfLiteType out_type;
};

// Bit i of a mask concerns dimension i.
struct TfLiteStridedSliceParams {
  int begin_mask;
  int end_mask;
  int ellipsis_mask;
  int new_axis_mask;
  int shrink_axis_mask;
  bool offset;
};

struct TfLitePackParams {
  int values_count;
  int axis;
};
