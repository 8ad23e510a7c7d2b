// Chooses which layers' weights go to RAM.
#include "app/weight_placement.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace app {
namespace {

using kernels::mvp::WeightCopies;

constexpr int32_t kWeightsOperand = 1;
constexpr size_t kAlignment = 16;

// Constant weights and how often an inference reads each of their bytes.
struct Weights {
  const uint8_t* data;
  size_t bytes;
  uint32_t reads;
};

// Null unless the operator is a fully connected layer with constant int8 weights [outputs, depth].
const tflite::Tensor* WeightsOf(const tflite::Model& model, const tflite::Operator& op) {
  const tflite::SubGraph& graph = *model.subgraphs()->Get(0);
  const auto code = model.operator_codes()->Get(op.opcode_index())->builtin_code();
  if (code != tflite::BuiltinOperator_FULLY_CONNECTED) return nullptr;
  const flatbuffers::Vector<int32_t>* inputs = op.inputs();
  if (inputs == nullptr || inputs->size() <= kWeightsOperand || inputs->Get(kWeightsOperand) < 0)
    return nullptr;
  const auto index = static_cast<uint32_t>(inputs->Get(kWeightsOperand));
  const tflite::Tensor* tensor = graph.tensors()->Get(index);
  const bool fits = tensor->type() == tflite::TensorType_INT8 && tensor->shape() != nullptr &&
                    tensor->shape()->size() == 2 && tensor->shape()->Get(0) > 0;
  return fits ? tensor : nullptr;
}

uint32_t Elements(const tflite::Tensor& tensor) {
  uint32_t elements = 1;
  if (tensor.shape() == nullptr) return elements;
  for (uint32_t i = 0; i < tensor.shape()->size(); ++i) {
    elements *= static_cast<uint32_t>(tensor.shape()->Get(i));
  }
  return elements;
}

Weights Describe(const tflite::Model& model, const tflite::Operator& op) {
  const tflite::Tensor* tensor = WeightsOf(model, op);
  if (tensor == nullptr || op.outputs() == nullptr || op.outputs()->size() == 0) return {};
  const auto* data = model.buffers()->Get(tensor->buffer())->data();
  if (data == nullptr || data->size() == 0) return {};
  const auto output_index = static_cast<uint32_t>(op.outputs()->Get(0));
  const tflite::Tensor& output = *model.subgraphs()->Get(0)->tensors()->Get(output_index);
  const auto rows = static_cast<uint32_t>(tensor->shape()->Get(0));
  return {data->Data(), data->size(), Elements(output) / rows};
}

// The weights of all layers, each once, in the order in which they deserve a copy.
class Ranking {
 public:
  explicit Ranking(const tflite::Model& model) {
    const tflite::SubGraph::Operators& operators = *model.subgraphs()->Get(0)->operators();
    for (uint32_t i = 0; i < operators.size(); ++i) Add(Describe(model, *operators.Get(i)));
    std::sort(weights_.begin(), weights_.begin() + count_, [](const Weights& a, const Weights& b) {
      if (a.reads != b.reads) return a.reads > b.reads;
      return a.bytes != b.bytes ? a.bytes > b.bytes : a.data < b.data;
    });
  }

  const Weights* begin() const { return weights_.data(); }
  const Weights* end() const { return weights_.data() + count_; }

 private:
  void Add(const Weights& layer) {
    if (layer.data == nullptr || count_ == weights_.size()) return;
    for (size_t i = 0; i < count_; ++i) {
      if (weights_[i].data != layer.data) continue;
      weights_[i].reads += layer.reads;
      return;
    }
    weights_[count_++] = layer;
  }

  std::array<Weights, WeightCopies::kCapacity> weights_{};
  size_t count_ = 0;
};

}  // namespace

size_t PlaceWeights(const tflite::Model& model, uint8_t* memory, size_t bytes, WeightCopies& copies) {
  size_t used = 0;
  for (const Weights& layer : Ranking(model)) {
    const size_t needed = (layer.bytes + kAlignment - 1) / kAlignment * kAlignment;
    if (needed > bytes - used || !copies.Add(layer.data, memory + used)) continue;
    std::memcpy(memory + used, layer.data, layer.bytes);
    used += needed;
  }
  return used;
}

}  // namespace app
