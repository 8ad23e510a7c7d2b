// Check of a model's operators: indices in range, and every operand computed once, before its use.
#include "graph_checker.h"

#include "tensor_size.h"

namespace earshot {
namespace {

using Indices = flatbuffers::Vector<int32_t>;

// A set of tensor indices.
class TensorSet {
 public:
  bool Contains(int32_t index) const { return (words_[index / 32] >> (index % 32) & 1u) != 0; }
  void Insert(int32_t index) { words_[index / 32] |= 1u << (index % 32); }

 private:
  uint32_t words_[kMaxTensors / 32] = {};
};

class GraphChecker {
 public:
  GraphChecker(const tflite::Model& model, Complaint& complaint)
      : model_(model), graph_(*model.subgraphs()->Get(0)), complaint_(complaint) {}

  bool Check() { return Sizes() && Tensors() && Inputs() && Operators() && Outputs(); }

 private:
  bool Sizes();
  bool Tensors();
  bool Inputs();
  bool Outputs();
  bool Operators();
  bool Operator(const tflite::Operator& op, uint32_t index);
  bool InRange(int32_t tensor, const char* what);
  bool IsConstant(int32_t tensor) const;
  bool Complain(const char* what, int32_t number, const char* why) {
    return complaint_.Add("the model is damaged: ").Add(what).Add(number).Add(why).Refuse();
  }

  const tflite::Model& model_;
  const tflite::SubGraph& graph_;
  Complaint& complaint_;
  TensorSet existing_;  // inputs of the model, and outputs of the operators so far
};

bool GraphChecker::IsConstant(int32_t tensor) const {
  return ConstantData(model_, *graph_.tensors()->Get(static_cast<uint32_t>(tensor))) != nullptr;
}

bool GraphChecker::Sizes() {
  const uint32_t tensors = graph_.tensors()->size();
  const uint32_t operators = graph_.operators()->size();
  if (tensors > kMaxTensors) {
    return complaint_.Add("the model has ").Add(tensors).Add(" tensors, at most ").Add(kMaxTensors).Refuse();
  }
  if (operators > kMaxOperators) {
    return complaint_.Add("the model has ")
        .Add(operators)
        .Add(" operators, at most ")
        .Add(kMaxOperators)
        .Refuse();
  }
  return true;
}

bool GraphChecker::Tensors() {
  for (uint32_t i = 0; i < graph_.tensors()->size(); ++i) {
    if (!CheckTensor(model_, *graph_.tensors()->Get(i), i, complaint_)) return false;
  }
  return true;
}

bool GraphChecker::InRange(int32_t tensor, const char* what) {
  if (tensor >= 0 && static_cast<uint32_t>(tensor) < graph_.tensors()->size()) return true;
  return Complain(what, tensor, " does not exist");
}

bool GraphChecker::Inputs() {
  for (uint32_t i = 0; i < graph_.inputs()->size(); ++i) {
    const int32_t tensor = graph_.inputs()->Get(i);
    if (!InRange(tensor, "input tensor ")) return false;
    if (IsConstant(tensor)) return Complain("input tensor ", tensor, " is constant");
    if (existing_.Contains(tensor)) return Complain("input tensor ", tensor, " is listed twice");
    existing_.Insert(tensor);
  }
  return true;
}

bool GraphChecker::Outputs() {
  for (uint32_t i = 0; i < graph_.outputs()->size(); ++i) {
    const int32_t tensor = graph_.outputs()->Get(i);
    if (!InRange(tensor, "output tensor ")) return false;
    if (!IsConstant(tensor) && !existing_.Contains(tensor)) {
      return Complain("output tensor ", tensor, " is computed by no operator");
    }
  }
  return true;
}

bool GraphChecker::Operators() {
  for (uint32_t i = 0; i < graph_.operators()->size(); ++i) {
    if (!Operator(*graph_.operators()->Get(i), i)) return false;
  }
  return true;
}

bool GraphChecker::Operator(const tflite::Operator& op, uint32_t index) {
  const auto number = static_cast<int32_t>(index);
  if (op.opcode_index() >= model_.operator_codes()->size()) {
    return Complain("operator #", number, " has no operator code");
  }
  const tflite::BuiltinOperator code = model_.operator_codes()->Get(op.opcode_index())->builtin_code();
  if (code < tflite::BuiltinOperator_MIN || code > tflite::BuiltinOperator_MAX) {
    return complaint_.Add("operator code ")
        .Add(code)
        .Add(" (#")
        .Add(number)
        .Add(") is not in the schema")
        .Refuse();
  }
  if (op.inputs() == nullptr || op.outputs() == nullptr) {
    return Complain("operator #", number, " has no inputs or no outputs");
  }
  // All operators may share one list that is as long as the file.
  if (op.inputs()->size() > kMaxTensors) return Complain("operator #", number, " has too many inputs");
  for (uint32_t i = 0; i < op.inputs()->size(); ++i) {
    const int32_t tensor = op.inputs()->Get(i);
    if (tensor == kTfLiteOptionalTensor) continue;
    if (!InRange(tensor, "operand tensor ")) return false;
    if (!IsConstant(tensor) && !existing_.Contains(tensor)) {
      return Complain("tensor ", tensor, " is used before it is computed");
    }
  }
  for (uint32_t i = 0; i < op.outputs()->size(); ++i) {
    const int32_t tensor = op.outputs()->Get(i);
    if (!InRange(tensor, "result tensor ")) return false;
    if (IsConstant(tensor)) return Complain("result tensor ", tensor, " is constant");
    if (existing_.Contains(tensor)) return Complain("tensor ", tensor, " is computed twice");
    existing_.Insert(tensor);
  }
  return true;
}

}  // namespace

bool CheckGraph(const tflite::Model& model, Complaint& complaint) {
  return GraphChecker(model, complaint).Check();
}

}  // namespace earshot
