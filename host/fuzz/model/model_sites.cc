// Where in a file the model's meaning lies.
#include "host/fuzz/model/model_sites.h"

#include <cstring>

#include "model_verifier.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace model_fuzzing {
namespace {

// Slots of the schema: firmware/tflm/tensorflow/lite/schema/schema_generated.h.
constexpr uint16_t kTensorType = 6;
constexpr uint16_t kOpcodeIndex = 4;
constexpr uint16_t kOptionsType = 10;

class SiteFinder {
 public:
  explicit SiteFinder(const Bytes& bytes) : start_(bytes.data()), model_(*tflite::GetModel(bytes.data())) {}

  void Find(ModelSites* sites) const {
    const tflite::SubGraph& graph = *model_.subgraphs()->Get(0);
    for (uint32_t i = 0; i < graph.tensors()->size(); ++i) AddTensor(*graph.tensors()->Get(i), sites);
    for (uint32_t i = 0; i < graph.operators()->size(); ++i) AddOperator(*graph.operators()->Get(i), sites);
    AddElements(graph.inputs(), &sites->indices);
    AddElements(graph.outputs(), &sites->indices);
  }

 private:
  uint32_t PositionOf(const void* address) const {
    return static_cast<uint32_t>(static_cast<const uint8_t*>(address) - start_);
  }

  // Vectors are a count and their elements.
  template <typename T>
  void AddElements(const flatbuffers::Vector<T>* vector, std::vector<uint32_t>* positions) const {
    for (uint32_t i = 0; vector != nullptr && i < vector->size(); ++i) {
      positions->push_back(PositionOf(vector) + static_cast<uint32_t>(sizeof(uint32_t) + i * sizeof(T)));
    }
  }

  // A field with its default is not in the file.
  void AddField(const uint8_t* field, std::vector<uint32_t>* positions) const {
    if (field != nullptr) positions->push_back(PositionOf(field));
  }

  // All that a table holds itself: its length is in its vtable.
  void AddTable(const void* table, std::vector<uint32_t>* positions) const {
    const uint32_t position = PositionOf(table);
    int32_t to_vtable = 0;
    uint16_t bytes = 0;
    std::memcpy(&to_vtable, start_ + position, sizeof(to_vtable));
    std::memcpy(&bytes, start_ + position - to_vtable + sizeof(uint16_t), sizeof(bytes));
    for (uint32_t i = 4; i + 4 <= bytes; i += 4) positions->push_back(position + i);
  }

  void AddTensor(const tflite::Tensor& tensor, ModelSites* sites) const {
    AddElements(tensor.shape(), &sites->dimensions);
    AddField(tensor.Address(kTensorType), &sites->types);
    if (tensor.quantization() != nullptr) {
      AddElements(tensor.quantization()->scale(), &sites->scales);
      AddElements(tensor.quantization()->zero_point(), &sites->zero_points);
    }
    const flatbuffers::Vector<uint8_t>* data = model_.buffers()->Get(tensor.buffer())->data();
    if (data == nullptr || tensor.type() != tflite::TensorType_INT32) return;
    for (uint32_t i = 0; i + 4 <= data->size(); i += 4) sites->constants.push_back(PositionOf(data) + 4 + i);
  }

  void AddOperator(const tflite::Operator& op, ModelSites* sites) const {
    AddElements(op.inputs(), &sites->indices);
    AddElements(op.outputs(), &sites->indices);
    AddField(op.Address(kOpcodeIndex), &sites->indices);
    AddField(op.Address(kOptionsType), &sites->types);
    if (op.builtin_options() != nullptr) AddTable(op.builtin_options(), &sites->options);
  }

  const uint8_t* start_;
  const tflite::Model& model_;
};

}  // namespace

std::vector<uint32_t> FindOffsets(const Bytes& bytes) {
  std::vector<uint32_t> positions;
  for (size_t position = 0; position + 4 <= bytes.size(); position += 4) {
    uint32_t word = 0;
    std::memcpy(&word, bytes.data() + position, sizeof(word));
    if (word >= 4 && word % 4 == 0 && word < bytes.size() - position) {
      positions.push_back(static_cast<uint32_t>(position));
    }
  }
  return positions;
}

ModelSites FindSites(const Bytes& bytes) {
  ModelSites sites;
  sites.offsets = FindOffsets(bytes);
  if (earshot::VerifyModel(bytes.data(), bytes.size()).ok) SiteFinder(bytes).Find(&sites);
  return sites;
}

}  // namespace model_fuzzing
