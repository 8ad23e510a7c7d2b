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
