// Chooses which layers' weights go to RAM.
#include "app/weight_placement.h"

#include <cstring>

#include "kernels/mvp/accelerated_operators.h"
#include "kernels/mvp/prepared_model.h"

namespace app {
namespace {

using kernels::mvp::PreparedHeader;
using kernels::mvp::PreparedLayer;
using kernels::mvp::WeightCopies;

constexpr size_t kAlignment = 16;

// Constant weights and how often an inference reads each of their bytes.
struct Weights {
  const uint8_t* data;  // nullptr: there are none
  size_t bytes;
  uint32_t reads;

  size_t Needed() const { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }
};

bool DeservesMore(const Weights& a, const Weights& b) {
  if (a.reads != b.reads) return a.reads > b.reads;
  return a.bytes != b.bytes ? a.bytes > b.bytes : a.data < b.data;
}

bool RunsOnAccelerator(const PreparedHeader* prepared, uint32_t node) {
  if (prepared == nullptr) return true;
  for (uint32_t i = 0; i < prepared->layer_count; ++i) {
    const PreparedLayer& layer = *LayerOf(prepared, i);
    if (layer.node == node) return layer.part_count > 0;
  }
  return false;
}

uint32_t Elements(const tflite::Tensor& tensor) {
  uint32_t elements = 1;
  if (tensor.shape() == nullptr) return elements;
  for (uint32_t i = 0; i < tensor.shape()->size(); ++i) {
    elements *= static_cast<uint32_t>(tensor.shape()->Get(i));
  }
  return elements;
}

class Layers {
 public:
  Layers(const tflite::Model& model, const PreparedHeader* prepared) : model_(model), prepared_(prepared) {}

  uint32_t count() const { return Operators().size(); }

  // The weights of layer `node`, with the reads of all layers that share them.
  Weights SharedWeightsOf(uint32_t node) const {
    Weights weights = WeightsOf(node);
    for (uint32_t i = 0; weights.data != nullptr && i < count(); ++i) {
      const Weights other = i == node ? Weights{} : ConstantsOf(i);
      if (other.data == weights.data && RunsOnAccelerator(prepared_, i)) weights.reads += other.reads;
    }
    return weights;
  }

  // Without data unless the operator runs on the accelerator with constant int8 weights [outputs, depth].
  Weights WeightsOf(uint32_t node) const {
    const Weights weights = ConstantsOf(node);
    return weights.data != nullptr && RunsOnAccelerator(prepared_, node) ? weights : Weights{};
  }

 private:
  // The same wherever the operator runs.
  Weights ConstantsOf(uint32_t node) const {
    const tflite::Operator& op = *Operators().Get(node);
    if (!kernels::mvp::IsAccelerated(model_, op)) return {};
    const tflite::Tensor* tensor = TensorAt(op.inputs(), kernels::mvp::kWeightsOperand);
    const tflite::Tensor* output = TensorAt(op.outputs(), 0);
    const bool fits = tensor != nullptr && output != nullptr && tensor->type() == tflite::TensorType_INT8 &&
                      tensor->shape() != nullptr && tensor->shape()->size() == 2 &&
                      tensor->shape()->Get(0) > 0;
    if (!fits) return {};
    const auto* data = model_.buffers()->Get(tensor->buffer())->data();
    if (data == nullptr || data->size() == 0) return {};
    return {data->Data(), data->size(), Elements(*output) / static_cast<uint32_t>(tensor->shape()->Get(0))};
  }

  const tflite::SubGraph& Graph() const { return *model_.subgraphs()->Get(0); }
  const flatbuffers::Vector<flatbuffers::Offset<tflite::Operator>>& Operators() const {
    return *Graph().operators();
  }

  const tflite::Tensor* TensorAt(const flatbuffers::Vector<int32_t>* operands, uint32_t index) const {
    if (operands == nullptr || operands->size() <= index || operands->Get(index) < 0) return nullptr;
    return Graph().tensors()->Get(static_cast<uint32_t>(operands->Get(index)));
  }

  const tflite::Model& model_;
  const PreparedHeader* prepared_;
};

// Of those without a copy yet that fit `bytes`, the weights that deserve one most.
Weights FindBest(const Layers& layers, size_t bytes, const WeightCopies& copies) {
  Weights best{};
  for (uint32_t node = 0; node < layers.count(); ++node) {
    const Weights own = layers.WeightsOf(node);
    if (own.data == nullptr || own.Needed() > bytes || copies.Find(own.data) != own.data) continue;
    const Weights weights = layers.SharedWeightsOf(node);
    if (best.data == nullptr || DeservesMore(weights, best)) best = weights;
  }
  return best;
}

size_t SmallestBytes(const Layers& layers) {
  size_t smallest = 0;
  for (uint32_t node = 0; node < layers.count(); ++node) {
    const Weights weights = layers.WeightsOf(node);
    if (weights.data == nullptr) continue;
    if (smallest == 0 || weights.Needed() < smallest) smallest = weights.Needed();
  }
  return smallest;
}

}  // namespace

PlacedWeights PlaceWeights(const tflite::Model& model, const PreparedHeader* prepared, uint8_t* memory,
                           size_t bytes, WeightCopies& copies) {
  const Layers layers(model, prepared);
  PlacedWeights placed{0, SmallestBytes(layers)};
  while (copies.size() < WeightCopies::kCapacity) {
    const Weights best = FindBest(layers, bytes - placed.bytes, copies);
    if (best.data == nullptr || !copies.Add(best.data, memory + placed.bytes)) break;
    std::memcpy(memory + placed.bytes, best.data, best.bytes);
    placed.bytes += best.Needed();
  }
  return placed;
}

}  // namespace app
