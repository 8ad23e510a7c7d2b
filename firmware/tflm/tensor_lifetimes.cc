// When each tensor of a model is needed.
#include "tensor_lifetimes.h"

#include <initializer_list>

namespace earshot {
namespace {

using Indices = flatbuffers::Vector<int32_t>;

// Extends the life of whoever owns the memory of tensor `index` to operator `op`.
void Use(TensorLifetime* lifetimes, int32_t index, int32_t op) {
  TensorLifetime& owner = lifetimes[lifetimes[index].owner];
  if (owner.first_use == kNeverUsed) owner.first_use = op;
  if (op > owner.last_use) owner.last_use = op;
}

// Makes the output of RESHAPE `op` the same memory as its input where that is allowed.
void ShareReshape(const tflite::Operator& op, const TfLiteEvalTensor* tensors, TensorLifetime* lifetimes) {
  if (op.inputs()->size() == 0 || op.outputs()->size() != 1 || op.inputs()->Get(0) < 0) return;
  const int32_t source = op.inputs()->Get(0);
  const int32_t target = op.outputs()->Get(0);
  TensorLifetime& owner = lifetimes[lifetimes[source].owner];
  if (tensors[source].data.data != nullptr) return;  // constant
  if (owner.is_input && lifetimes[target].is_output) return;
  lifetimes[target].owner = lifetimes[source].owner;
  owner.is_output = owner.is_output || lifetimes[target].is_output;
}

void MarkInterface(const tflite::SubGraph& graph, TensorLifetime* lifetimes) {
  for (uint32_t i = 0; i < graph.inputs()->size(); ++i) lifetimes[graph.inputs()->Get(i)].is_input = true;
  for (uint32_t i = 0; i < graph.outputs()->size(); ++i) lifetimes[graph.outputs()->Get(i)].is_output = true;
}

}  // namespace

void FindLifetimes(const tflite::Model& model, const TfLiteEvalTensor* tensors, size_t tensor_count,
                   bool preserve_all, bool keep_inputs, TensorLifetime* lifetimes) {
  const tflite::SubGraph& graph = *model.subgraphs()->Get(0);
  const auto op_count = static_cast<int32_t>(graph.operators()->size());
  for (size_t i = 0; i < tensor_count; ++i) {
    lifetimes[i] = {static_cast<int32_t>(i), kNeverUsed, kNeverUsed, false, false};
  }
  MarkInterface(graph, lifetimes);
  for (size_t i = 0; i < tensor_count; ++i) {
    if (lifetimes[i].is_input || preserve_all) {
      Use(lifetimes, static_cast<int32_t>(i), -1);
      if (keep_inputs || preserve_all) Use(lifetimes, static_cast<int32_t>(i), op_count);
    }
  }
  for (int32_t i = 0; i < op_count; ++i) {
    const tflite::Operator& op = *graph.operators()->Get(static_cast<uint32_t>(i));
    const auto code = model.operator_codes()->Get(op.opcode_index())->builtin_code();
    if (code == tflite::BuiltinOperator_RESHAPE && !preserve_all) ShareReshape(op, tensors, lifetimes);
    for (const Indices* operands : {op.inputs(), op.outputs()}) {
      for (uint32_t j = 0; operands != nullptr && j < operands->size(); ++j) {
        if (operands->Get(j) >= 0) Use(lifetimes, operands->Get(j), i);
      }
    }
  }
  for (uint32_t i = 0; i < graph.outputs()->size(); ++i) Use(lifetimes, graph.outputs()->Get(i), op_count);
}

}  // namespace earshot
