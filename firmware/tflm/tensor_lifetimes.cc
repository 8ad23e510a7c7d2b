// When each tensor of a model is needed.
#include "tensor_lifetimes.h"

#include <initializer_list>

#include "tensor_size.h"

namespace earshot {
namespace {

using Indices = flatbuffers::Vector<int32_t>;

const tflite::Operator& OperatorAt(const tflite::Model& model, int32_t index) {
  return *model.subgraphs()->Get(0)->operators()->Get(static_cast<uint32_t>(index));
}

tflite::BuiltinOperator CodeOf(const tflite::Model& model, const tflite::Operator& op) {
  return model.operator_codes()->Get(op.opcode_index())->builtin_code();
}

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

// Lets the output of operator `index` overwrite `input`, which nobody reads later, where it has as many
// elements.
//
// With n elements of `in` bytes at address I and of `out` bytes at O, output elements 0..i are written while
// input elements from i + 1 on are still to be read. They stay whole if O + (i + 1) out <= I + (i + 1) in for
// all i from 0 to n - 2, that is I - O >= k (out - in) for k from 1 to n - 1: 0 is enough where elements do
// not grow, (n - 1) (out - in) where they do.
void PermitOverlap(const TfLiteEvalTensor* tensors, int32_t index, int32_t input, int32_t output,
                   TensorLifetime* lifetimes) {
  const int32_t target = lifetimes[output].owner;
  TensorLifetime& dying = lifetimes[lifetimes[input].owner];
  if (tensors[input].data.data != nullptr || lifetimes[target].first_use != index) return;
  if (dying.last_use != index || dying.first_use == index) return;
  const size_t in = ElementBytes(tensors[input].type);
  const size_t out = ElementBytes(tensors[output].type);
  if (in == 0 || out == 0) return;
  const size_t elements = TensorBytes(tensors[input]) / in;
  if (elements == 0 || elements != TensorBytes(tensors[output]) / out) return;
  dying.overwriter = target;
  dying.lead = out > in ? static_cast<uint32_t>((elements - 1) * (out - in)) : 0;
}

// Needs all lifetimes.
void PermitOverlaps(const tflite::Model& model, const tflite::MicroOpResolver& resolver,
                    const TfLiteEvalTensor* tensors, TensorLifetime* lifetimes) {
  const auto op_count = static_cast<int32_t>(model.subgraphs()->Get(0)->operators()->size());
  for (int32_t i = 0; i < op_count; ++i) {
    const tflite::Operator& op = OperatorAt(model, i);
    const TFLMRegistration* registration = resolver.FindOp(CodeOf(model, op));
    if (registration == nullptr || !registration->in_place) continue;
    if (op.inputs() == nullptr || op.outputs()->size() != 1) continue;
    for (uint32_t j = 0; j < op.inputs()->size(); ++j) {
      const int32_t input = op.inputs()->Get(j);
      if (input >= 0) PermitOverlap(tensors, i, input, op.outputs()->Get(0), lifetimes);
    }
  }
}

}  // namespace

void FindLifetimes(const tflite::Model& model, const tflite::MicroOpResolver& resolver,
                   const TfLiteEvalTensor* tensors, size_t tensor_count, MemoryOptions options,
                   TensorLifetime* lifetimes) {
  const tflite::SubGraph& graph = *model.subgraphs()->Get(0);
  const bool preserve_all = options.preserve_all_tensors;
  const auto op_count = static_cast<int32_t>(graph.operators()->size());
  for (size_t i = 0; i < tensor_count; ++i) {
    lifetimes[i] = {static_cast<int32_t>(i), kNeverUsed, kNeverUsed, kNoTensor, 0, false, false};
  }
  MarkInterface(graph, lifetimes);
  for (size_t i = 0; i < tensor_count; ++i) {
    if (lifetimes[i].is_input || preserve_all) {
      Use(lifetimes, static_cast<int32_t>(i), -1);
      if (options.keep_inputs || preserve_all) Use(lifetimes, static_cast<int32_t>(i), op_count);
    }
  }
  for (int32_t i = 0; i < op_count; ++i) {
    const tflite::Operator& op = OperatorAt(model, i);
    if (CodeOf(model, op) == tflite::BuiltinOperator_RESHAPE && !preserve_all) {
      ShareReshape(op, tensors, lifetimes);
    }
    for (const Indices* operands : {op.inputs(), op.outputs()}) {
      for (uint32_t j = 0; operands != nullptr && j < operands->size(); ++j) {
        if (operands->Get(j) >= 0) Use(lifetimes, operands->Get(j), i);
      }
    }
  }
  for (uint32_t i = 0; i < graph.outputs()->size(); ++i) Use(lifetimes, graph.outputs()->Get(i), op_count);
  if (!preserve_all) PermitOverlaps(model, resolver, tensors, lifetimes);
}

}  // namespace earshot
