// Layout of the block of prepared layers.
#include "host/sim/host_build/prepared_block.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "host/sim/host_build/failure.h"
#include "kernels/mvp/accelerated_operators.h"
#include "kernels/mvp/prepared_model.h"

namespace host_build {
namespace {

using kernels::mvp::PreparedHeader;
using kernels::mvp::PreparedLayer;
using kernels::mvp::PreparedPart;

// Operator indices of the layers that have a kernel for the accelerator.
std::vector<uint32_t> LayerNodes(const tflite::Model& model) {
  const auto& operators = *model.subgraphs()->Get(0)->operators();
  std::vector<uint32_t> nodes;
  for (uint32_t i = 0; i < operators.size(); ++i) {
    if (kernels::mvp::IsAccelerated(model, *operators.Get(i))) nodes.push_back(i);
  }
  return nodes;
}

size_t Count(const flatbuffers::Vector<int32_t>* indices, int32_t wanted) {
  size_t count = 0;
  for (uint32_t i = 0; indices != nullptr && i < indices->size(); ++i) count += indices->Get(i) == wanted;
  return count;
}

// Whether operator `node` + 1 alone reads what `node` computes, as its input.
bool FeedsOnlyTheNext(const tflite::Model& model, uint32_t node) {
  const tflite::SubGraph& graph = *model.subgraphs()->Get(0);
  const auto& operators = *graph.operators();
  const int32_t output = operators.Get(node)->outputs()->Get(0);
  if (node + 1 >= operators.size() || operators.Get(node + 1)->inputs()->Get(0) != output) return false;
  size_t readers = Count(graph.outputs(), output);
  for (uint32_t i = 0; i < operators.size(); ++i) readers += Count(operators.Get(i)->inputs(), output);
  return readers == 1;
}

// The position of operator `node` in `nodes`.
size_t LayerOf(const std::vector<uint32_t>& nodes, uint32_t node) {
  const auto found = std::find(nodes.begin(), nodes.end(), node);
  if (found == nodes.end()) {
    throw Failure("operator #" + std::to_string(node) + " has no kernel for the accelerator");
  }
  return static_cast<size_t>(found - nodes.begin());
}

template <typename T>
void Put(std::vector<uint32_t>& block, uint32_t offset, const T& record) {
  static_assert(sizeof(T) % 4 == 0);
  std::memcpy(block.data() + offset / 4, &record, sizeof record);
}

}  // namespace

void PartsCollector::Add(uint32_t layer, kernels::mvp::PartRole role, const void* contents, uint32_t count) {
  if (layers_.size() <= layer) layers_.resize(layer + 1);
  const size_t bytes = IsImage(role) ? 4 * size_t{count} : 2 * size_t{count};
  Part part{role, count, std::vector<uint32_t>((bytes + 3) / 4)};
  std::memcpy(part.words.data(), contents, bytes);
  layers_[layer].push_back(part);
}

std::vector<uint32_t> PreparedBlock(const PartsCollector& parts, kernels::mvp::Variant variant,
                                    const uint8_t* model, size_t model_bytes,
                                    const std::vector<uint32_t>& on_core) {
  const tflite::Model& graph = *tflite::GetModel(model);
  const std::vector<uint32_t> nodes = LayerNodes(graph);
  std::vector<std::vector<PartsCollector::Part>> layers = parts.layers();
  layers.resize(nodes.size());
  std::vector<uint32_t> flags(nodes.size());
  for (const uint32_t node : on_core) {
    const size_t layer = LayerOf(nodes, node);
    layers[layer].clear();
    flags[layer] = kernels::mvp::kOnCore;
  }

  auto bytes = static_cast<uint32_t>(sizeof(PreparedHeader) + nodes.size() * sizeof(PreparedLayer));
  std::vector<uint32_t> block(bytes / 4);
  for (size_t i = 0; i < nodes.size(); ++i) {
    const auto count = static_cast<uint32_t>(layers[i].size());
    const bool chained = count > 0 && i + 1 < nodes.size() && !layers[i + 1].empty() &&
                         nodes[i + 1] == nodes[i] + 1 && FeedsOnlyTheNext(graph, nodes[i]);
    if (chained) flags[i] |= kernels::mvp::kChained;
    const PreparedLayer record{nodes[i], flags[i], count, bytes};
    Put(block, static_cast<uint32_t>(sizeof(PreparedHeader) + i * sizeof(PreparedLayer)), record);
    uint32_t part_at = bytes;
    bytes += count * static_cast<uint32_t>(sizeof(PreparedPart));
    block.resize(bytes / 4);
    for (const PartsCollector::Part& part : layers[i]) {
      Put(block, part_at, PreparedPart{static_cast<uint32_t>(part.role), part.count, bytes});
      part_at += static_cast<uint32_t>(sizeof(PreparedPart));
      block.insert(block.end(), part.words.begin(), part.words.end());
      bytes += 4 * static_cast<uint32_t>(part.words.size());
    }
  }
  Put(block, 0,
      PreparedHeader{kernels::mvp::kPreparedMagic, kernels::mvp::kPreparedVersion, bytes,
                     static_cast<uint32_t>(variant), static_cast<uint32_t>(nodes.size()),
                     sizeof(PreparedHeader), static_cast<uint32_t>(model_bytes),
                     kernels::mvp::ModelHash(model, model_bytes)});
  return block;
}

}  // namespace host_build
