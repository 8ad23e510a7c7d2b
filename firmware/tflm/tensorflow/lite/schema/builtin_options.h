// The options tables of the .tflite schema (version 3) that the runtime reads: one view per table, members
// named as in the schema. The rest of the schema is in schema_generated.h.
#pragma once

#include <cstdint>

#include "flatbuffers/flatbuffers.h"
#include "tensorflow/lite/schema/tensor_type.h"

namespace tflite {

enum ActivationFunctionType : int8_t {
  ActivationFunctionType_NONE = 0,
  ActivationFunctionType_RELU = 1,
  ActivationFunctionType_RELU_N1_TO_1 = 2,
  ActivationFunctionType_RELU6 = 3,
  ActivationFunctionType_TANH = 4,
  ActivationFunctionType_SIGN_BIT = 5,
};

enum Padding : int8_t {
  Padding_SAME = 0,
  Padding_VALID = 1,
};

// Which options table an operator carries.
enum BuiltinOptions : uint8_t {
  BuiltinOptions_NONE = 0,
  BuiltinOptions_Conv2DOptions = 1,
  BuiltinOptions_DepthwiseConv2DOptions = 2,
  BuiltinOptions_Pool2DOptions = 5,
  BuiltinOptions_FullyConnectedOptions = 8,
  BuiltinOptions_SoftmaxOptions = 9,
  BuiltinOptions_ConcatenationOptions = 10,
  BuiltinOptions_AddOptions = 11,
  BuiltinOptions_ReshapeOptions = 17,
  BuiltinOptions_MulOptions = 21,
  BuiltinOptions_PadOptions = 22,
  BuiltinOptions_ReducerOptions = 27,
  BuiltinOptions_SubOptions = 28,
  BuiltinOptions_StridedSliceOptions = 32,
  BuiltinOptions_ShapeOptions = 55,
  BuiltinOptions_PackOptions = 59,
};

// Of each table: kType, its number in the union, and kFieldBytes, the bytes that each field takes in the
// table, in the schema's order. firmware/tflm/options/checked_options.h holds a table against them before it
// is read.

struct Conv2DOptions : flatbuffers::Table {
  static constexpr BuiltinOptions kType = BuiltinOptions_Conv2DOptions;
  static constexpr uint8_t kFieldBytes[] = {1, 4, 4, 1, 4, 4, 1};
  Padding padding() const { return Scalar<Padding>(4, Padding_SAME); }
  int32_t stride_w() const { return Scalar<int32_t>(6, 0); }
  int32_t stride_h() const { return Scalar<int32_t>(8, 0); }
  ActivationFunctionType fused_activation_function() const {
    return Scalar<ActivationFunctionType>(10, ActivationFunctionType_NONE);
  }
  int32_t dilation_w_factor() const { return Scalar<int32_t>(12, 1); }
  int32_t dilation_h_factor() const { return Scalar<int32_t>(14, 1); }
  TensorType quantized_bias_type() const { return Scalar<TensorType>(16, TensorType_FLOAT32); }
};

struct DepthwiseConv2DOptions : flatbuffers::Table {
  static constexpr BuiltinOptions kType = BuiltinOptions_DepthwiseConv2DOptions;
  static constexpr uint8_t kFieldBytes[] = {1, 4, 4, 4, 1, 4, 4};
  Padding padding() const { return Scalar<Padding>(4, Padding_SAME); }
  int32_t stride_w() const { return Scalar<int32_t>(6, 0); }
  int32_t stride_h() const { return Scalar<int32_t>(8, 0); }
  int32_t depth_multiplier() const { return Scalar<int32_t>(10, 0); }
  ActivationFunctionType fused_activation_function() const {
    return Scalar<ActivationFunctionType>(12, ActivationFunctionType_NONE);
  }
  int32_t dilation_w_factor() const { return Scalar<int32_t>(14, 1); }
  int32_t dilation_h_factor() const { return Scalar<int32_t>(16, 1); }
};

struct Pool2DOptions : flatbuffers::Table {
  static constexpr BuiltinOptions kType = BuiltinOptions_Pool2DOptions;
  static constexpr uint8_t kFieldBytes[] = {1, 4, 4, 4, 4, 1};
  Padding padding() const { return Scalar<Padding>(4, Padding_SAME); }
  int32_t stride_w() const { return Scalar<int32_t>(6, 0); }
  int32_t stride_h() const { return Scalar<int32_t>(8, 0); }
  int32_t filter_width() const { return Scalar<int32_t>(10, 0); }
  int32_t filter_height() const { return Scalar<int32_t>(12, 0); }
  ActivationFunctionType fused_activation_function() const {
    return Scalar<ActivationFunctionType>(14, ActivationFunctionType_NONE);
  }
};

struct FullyConnectedOptions : flatbuffers::Table {
  static constexpr BuiltinOptions kType = BuiltinOptions_FullyConnectedOptions;
  static constexpr uint8_t kFieldBytes[] = {1, 1, 1, 1, 1};
  ActivationFunctionType fused_activation_function() const {
    return Scalar<ActivationFunctionType>(4, ActivationFunctionType_NONE);
  }
  int8_t weights_format() const { return Scalar<int8_t>(6, 0); }
  bool keep_num_dims() const { return Scalar<uint8_t>(8, 0) != 0; }
  bool asymmetric_quantize_inputs() const { return Scalar<uint8_t>(10, 0) != 0; }
  TensorType quantized_bias_type() const { return Scalar<TensorType>(12, TensorType_FLOAT32); }
};

struct SoftmaxOptions : flatbuffers::Table {
  static constexpr BuiltinOptions kType = BuiltinOptions_SoftmaxOptions;
  static constexpr uint8_t kFieldBytes[] = {4};
  float beta() const { return Scalar<float>(4, 0.0f); }
};

struct ConcatenationOptions : flatbuffers::Table {
  static constexpr BuiltinOptions kType = BuiltinOptions_ConcatenationOptions;
  static constexpr uint8_t kFieldBytes[] = {4, 1};
  int32_t axis() const { return Scalar<int32_t>(4, 0); }
  ActivationFunctionType fused_activation_function() const {
    return Scalar<ActivationFunctionType>(6, ActivationFunctionType_NONE);
  }
};

struct AddOptions : flatbuffers::Table {
  static constexpr BuiltinOptions kType = BuiltinOptions_AddOptions;
  static constexpr uint8_t kFieldBytes[] = {1, 1};
  ActivationFunctionType fused_activation_function() const {
    return Scalar<ActivationFunctionType>(4, ActivationFunctionType_NONE);
  }
  bool pot_scale_int16() const { return Scalar<uint8_t>(6, 1) != 0; }
};

struct SubOptions : flatbuffers::Table {
  static constexpr BuiltinOptions kType = BuiltinOptions_SubOptions;
  static constexpr uint8_t kFieldBytes[] = {1, 1};
  ActivationFunctionType fused_activation_function() const {
    return Scalar<ActivationFunctionType>(4, ActivationFunctionType_NONE);
  }
  bool pot_scale_int16() const { return Scalar<uint8_t>(6, 1) != 0; }
};

struct MulOptions : flatbuffers::Table {
  static constexpr BuiltinOptions kType = BuiltinOptions_MulOptions;
  static constexpr uint8_t kFieldBytes[] = {1};
  ActivationFunctionType fused_activation_function() const {
    return Scalar<ActivationFunctionType>(4, ActivationFunctionType_NONE);
  }
};

struct ReducerOptions : flatbuffers::Table {
  static constexpr BuiltinOptions kType = BuiltinOptions_ReducerOptions;
  static constexpr uint8_t kFieldBytes[] = {1};
  bool keep_dims() const { return Scalar<uint8_t>(4, 0) != 0; }
};

struct ReshapeOptions : flatbuffers::Table {
  static constexpr BuiltinOptions kType = BuiltinOptions_ReshapeOptions;
  static constexpr uint8_t kFieldBytes[] = {4};
  // earshot::VerifyModel checks where it points.
  const flatbuffers::Vector<int32_t>* new_shape() const { return Pointer<flatbuffers::Vector<int32_t>>(4); }
};

struct ShapeOptions : flatbuffers::Table {
  static constexpr BuiltinOptions kType = BuiltinOptions_ShapeOptions;
  static constexpr uint8_t kFieldBytes[] = {1};
  TensorType out_type() const { return Scalar<TensorType>(4, TensorType_FLOAT32); }
};

struct StridedSliceOptions : flatbuffers::Table {
  static constexpr BuiltinOptions kType = BuiltinOptions_StridedSliceOptions;
  static constexpr uint8_t kFieldBytes[] = {4, 4, 4, 4, 4, 1};
  int32_t begin_mask() const { return Scalar<int32_t>(4, 0); }
  int32_t end_mask() const { return Scalar<int32_t>(6, 0); }
  int32_t ellipsis_mask() const { return Scalar<int32_t>(8, 0); }
  int32_t new_axis_mask() const { return Scalar<int32_t>(10, 0); }
  int32_t shrink_axis_mask() const { return Scalar<int32_t>(12, 0); }
  bool offset() const { return Scalar<uint8_t>(14, 0) != 0; }
};

struct PackOptions : flatbuffers::Table {
  static constexpr BuiltinOptions kType = BuiltinOptions_PackOptions;
  static constexpr uint8_t kFieldBytes[] = {4, 4};
  int32_t values_count() const { return Scalar<int32_t>(4, 0); }
  int32_t axis() const { return Scalar<int32_t>(6, 0); }
};

}  // namespace tflite
