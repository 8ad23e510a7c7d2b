// Small .tflite models for tests, described by what is in them; every part can be made wrong.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "flatbuffer_writer.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace model_building {

// Bytes of a vector's values.
template <typename T>
std::vector<uint8_t> Bytes(const std::vector<T>& values) {
  std::vector<uint8_t> bytes(values.size() * sizeof(T));
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

struct TensorSpec {
  int8_t type = tflite::TensorType_INT8;
  std::vector<int32_t> shape;
  std::vector<uint8_t> data;  // of a constant; empty for a computed tensor
  std::vector<float> scales;
  std::vector<int64_t> zero_points;
  int32_t quantized_dimension = 0;
  bool is_variable = false;
  bool is_sparse = false;
  uint32_t external_buffer = 0;  // number of a buffer outside the file
  uint64_t buffer_offset = 0;    // of data behind the FlatBuffer
  int64_t buffer = -1;           // number of the buffer, where it is not the tensor's own
  uint8_t details_type = 0;
};

struct OperatorSpec {
  int32_t code;
  std::vector<int32_t> inputs;
  std::vector<int32_t> outputs;
  uint8_t options_type = 0;
  Node options = Node::Table();
  uint32_t extra_opcode_index = 0;  // added to the right one
};

// An entry of the metadata: its buffer comes behind those of the tensors.
struct MetadataSpec {
  std::string name;
  std::vector<uint8_t> data;
  uint32_t extra_buffer = 0;  // added to the right one
};

struct ModelSpec {
  std::vector<TensorSpec> tensors;
  std::vector<OperatorSpec> operators;
  std::vector<int32_t> inputs;
  std::vector<int32_t> outputs;
  std::vector<MetadataSpec> metadata = {};
  uint32_t version = 3;
  int subgraphs = 1;
  std::string identifier = "TFL3";
  bool has_external_buffers = false;

  // Returns the new tensor's number.
  int32_t Add(TensorSpec tensor) {
    tensors.push_back(std::move(tensor));
    return static_cast<int32_t>(tensors.size()) - 1;
  }
};

// The file that `spec` describes.
std::vector<uint8_t> BuildModel(const ModelSpec& spec);

// A copy of `bytes` at a 16-byte boundary in memory of exactly that size, so that a sanitizer sees every
// access past its end.
class PlacedModel {
 public:
  explicit PlacedModel(const std::vector<uint8_t>& bytes);
  const uint8_t* data() const { return bytes_.get(); }
  size_t size() const { return size_; }

 private:
  struct Free {
    void operator()(uint8_t* bytes) const { std::free(bytes); }
  };
  size_t size_;
  std::unique_ptr<uint8_t, Free> bytes_;
};

// int8 tensor with one scale.
TensorSpec Quantized(std::vector<int32_t> shape, float scale, int64_t zero_point);

// A constant.
TensorSpec Int32Constant(const std::vector<int32_t>& values);

// Input float [1,4] → QUANTIZE → RESHAPE [4] → FULLY_CONNECTED 3x4 with RELU → DEQUANTIZE → output float
// [1,3]. Weights are per tensor, scale 0.5; input scale 0.25 zero point -3; output scale 1 zero point -128.
ModelSpec SmallModel();

}  // namespace model_building
