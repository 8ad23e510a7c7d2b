// The .tflite schema (version 3) as far as the runtime reads it: one view per table, members named as there.
// Upstream generates this file; here it is written by hand over flatbuffers/flatbuffers.h.
#pragma once

#include <cstdint>

#include "flatbuffers/flatbuffers.h"
#include "tensorflow/lite/schema/builtin_operator.h"
#include "tensorflow/lite/schema/builtin_options.h"
#include "tensorflow/lite/schema/tensor_type.h"
#include "tensorflow/lite/version.h"

namespace tflite {

struct QuantizationParameters : flatbuffers::Table {
  const flatbuffers::Vector<float>* scale() const { return Pointer<flatbuffers::Vector<float>>(8); }
  const flatbuffers::Vector<int64_t>* zero_point() const { return Pointer<flatbuffers::Vector<int64_t>>(10); }
  uint8_t details_type() const { return Scalar<uint8_t>(12, 0); }
  int32_t quantized_dimension() const { return Scalar<int32_t>(16, 0); }
};

struct Tensor : flatbuffers::Table {
  const flatbuffers::Vector<int32_t>* shape() const { return Pointer<flatbuffers::Vector<int32_t>>(4); }
  TensorType type() const { return Scalar<TensorType>(6, TensorType_FLOAT32); }
  uint32_t buffer() const { return Scalar<uint32_t>(8, 0); }
  const flatbuffers::String* name() const { return Pointer<flatbuffers::String>(10); }
  const QuantizationParameters* quantization() const { return Pointer<QuantizationParameters>(12); }
  bool is_variable() const { return Scalar<uint8_t>(14, 0) != 0; }
  const flatbuffers::Table* sparsity() const { return Pointer<flatbuffers::Table>(16); }
  uint32_t external_buffer() const { return Scalar<uint32_t>(24, 0); }
};

struct Operator : flatbuffers::Table {
  uint32_t opcode_index() const { return Scalar<uint32_t>(4, 0); }
  const flatbuffers::Vector<int32_t>* inputs() const { return Pointer<flatbuffers::Vector<int32_t>>(6); }
  const flatbuffers::Vector<int32_t>* outputs() const { return Pointer<flatbuffers::Vector<int32_t>>(8); }
  BuiltinOptions builtin_options_type() const { return Scalar<BuiltinOptions>(10, BuiltinOptions_NONE); }
  const flatbuffers::Table* builtin_options() const { return Pointer<flatbuffers::Table>(12); }

  // The options as table T when `type` says that they are one; nullptr otherwise.
  template <typename T>
  const T* builtin_options_as(BuiltinOptions type) const {
    return builtin_options_type() == type ? Pointer<T>(12) : nullptr;
  }
};

struct SubGraph : flatbuffers::Table {
  using Tensors = flatbuffers::Vector<flatbuffers::Offset<Tensor>>;
  using Operators = flatbuffers::Vector<flatbuffers::Offset<Operator>>;
  const Tensors* tensors() const { return Pointer<Tensors>(4); }
  const flatbuffers::Vector<int32_t>* inputs() const { return Pointer<flatbuffers::Vector<int32_t>>(6); }
  const flatbuffers::Vector<int32_t>* outputs() const { return Pointer<flatbuffers::Vector<int32_t>>(8); }
  const Operators* operators() const { return Pointer<Operators>(10); }
};

struct Buffer : flatbuffers::Table {
  const flatbuffers::Vector<uint8_t>* data() const { return Pointer<flatbuffers::Vector<uint8_t>>(4); }
  // Above 1: the data lies outside the FlatBuffer.
  uint64_t offset() const { return Scalar<uint64_t>(6, 0); }
  uint64_t size() const { return Scalar<uint64_t>(8, 0); }
};

struct OperatorCode : flatbuffers::Table {
  int8_t deprecated_builtin_code() const { return Scalar<int8_t>(4, 0); }
  const flatbuffers::String* custom_code() const { return Pointer<flatbuffers::String>(6); }
  int32_t version() const { return Scalar<int32_t>(8, 1); }
  // The larger of the old 8-bit and the newer 32-bit field counts.
  BuiltinOperator builtin_code() const {
    const int32_t code = Scalar<int32_t>(10, 0);
    const int32_t deprecated = deprecated_builtin_code();
    return static_cast<BuiltinOperator>(code > deprecated ? code : deprecated);
  }
};

struct Metadata : flatbuffers::Table {
  const flatbuffers::String* name() const { return Pointer<flatbuffers::String>(4); }
  uint32_t buffer() const { return Scalar<uint32_t>(6, 0); }
};

struct Model : flatbuffers::Table {
  using OperatorCodes = flatbuffers::Vector<flatbuffers::Offset<OperatorCode>>;
  using SubGraphs = flatbuffers::Vector<flatbuffers::Offset<SubGraph>>;
  using Buffers = flatbuffers::Vector<flatbuffers::Offset<Buffer>>;
  using MetadataEntries = flatbuffers::Vector<flatbuffers::Offset<Metadata>>;
  uint32_t version() const { return Scalar<uint32_t>(4, 0); }
  const OperatorCodes* operator_codes() const { return Pointer<OperatorCodes>(6); }
  const SubGraphs* subgraphs() const { return Pointer<SubGraphs>(8); }
  const Buffers* buffers() const { return Pointer<Buffers>(12); }
  const MetadataEntries* metadata() const { return Pointer<MetadataEntries>(16); }
};

// The model in `buffer`, which has passed earshot::VerifyModel or is trusted.
inline const Model* GetModel(const void* buffer) {
  return flatbuffers::FollowOffset<Model>(static_cast<const uint8_t*>(buffer));
}

}  // namespace tflite
