// Reads and checks the order of a model's weights.
#include "weight_layout.h"

#include <cstring>

#include "tensor_size.h"

namespace earshot {
namespace {

constexpr char kEntry[] = "earshot.layout";
constexpr uint32_t kVersion = 1;
constexpr uint32_t kWord = sizeof(uint32_t);
constexpr uint32_t kWeightsOperand = 1;

bool IsEntry(const tflite::Metadata& metadata) {
  const flatbuffers::String* name = metadata.name();
  return name != nullptr && name->size() == sizeof(kEntry) - 1 &&
         std::memcmp(name->c_str(), kEntry, sizeof(kEntry) - 1) == 0;
}

// nullptr when the model has none.
const tflite::Metadata* FindEntry(const tflite::Model& model) {
  const tflite::Model::MetadataEntries* entries = model.metadata();
  for (uint32_t i = 0; entries != nullptr && i < entries->size(); ++i) {
    if (IsEntry(*entries->Get(i))) return entries->Get(i);
  }
  return nullptr;
}

bool Complain(Complaint& complaint, const char* why) {
  return complaint.Add("the weights' layout ").Add(why).Refuse();
}

bool IsWeightTensor(const tflite::Model& model, const tflite::Tensor& tensor) {
  const flatbuffers::Vector<int32_t>* shape = tensor.shape();
  return tensor.type() == tflite::TensorType_INT8 && ConstantData(model, tensor) != nullptr &&
         shape != nullptr && shape->size() == 2 && shape->Get(0) % 2 == 0;
}

bool IsRowPairs(const kernels::WeightOrders& orders, int32_t tensor) {
  return orders.Of(tensor) == kernels::WeightOrder::kRowPairs;
}

// Whether nothing but FULLY_CONNECTED reads the tensors in `orders`, and that as weights. Goes through the
// operands once, as a hostile file may have very many.
bool AreReadAsWeightsOnly(const tflite::Model& model, const kernels::WeightOrders& orders) {
  const tflite::SubGraph::Operators& operators = *model.subgraphs()->Get(0)->operators();
  for (uint32_t i = 0; i < operators.size(); ++i) {
    const tflite::Operator& op = *operators.Get(i);
    const auto code = model.operator_codes()->Get(op.opcode_index())->builtin_code();
    for (uint32_t k = 0; op.inputs() != nullptr && k < op.inputs()->size(); ++k) {
      const bool as_weights = code == tflite::BuiltinOperator_FULLY_CONNECTED && k == kWeightsOperand;
      if (!as_weights && IsRowPairs(orders, op.inputs()->Get(k))) return false;
    }
  }
  const flatbuffers::Vector<int32_t>& outputs = *model.subgraphs()->Get(0)->outputs();
  for (uint32_t i = 0; i < outputs.size(); ++i) {
    if (IsRowPairs(orders, outputs.Get(i))) return false;
  }
  return true;
}

bool CheckTensors(const tflite::Model& model, const kernels::WeightOrders& orders, Complaint& complaint) {
  constexpr char kNoWeights[] = "names a tensor that is no weights of FULLY_CONNECTED";
  const tflite::SubGraph::Tensors& tensors = *model.subgraphs()->Get(0)->tensors();
  for (uint32_t i = 0; i < orders.count(); ++i) {
    const uint32_t tensor = orders.row_pair(i);
    if (i > 0 && tensor <= orders.row_pair(i - 1)) return Complain(complaint, "is not in order");
    if (tensor >= tensors.size()) return Complain(complaint, "names a tensor that does not exist");
    if (!IsWeightTensor(model, *tensors.Get(tensor))) return Complain(complaint, kNoWeights);
  }
  return AreReadAsWeightsOnly(model, orders) || Complain(complaint, kNoWeights);
}

}  // namespace

bool CheckWeightLayout(const tflite::Model& model, Complaint& complaint) {
  const tflite::Metadata* entry = FindEntry(model);
  if (entry == nullptr) return true;
  if (entry->buffer() >= model.buffers()->size()) return Complain(complaint, "has no buffer");
  const flatbuffers::Vector<uint8_t>* data = model.buffers()->Get(entry->buffer())->data();
  if (data == nullptr || data->size() < kWord || data->size() % kWord != 0) {
    return Complain(complaint, "has the wrong size");
  }
  if (flatbuffers::ReadScalar<uint32_t>(data->Data()) != kVersion) {
    return Complain(complaint, "is of another version: run python -m host.generate again");
  }
  return CheckTensors(model, ReadWeightLayout(model), complaint);
}

kernels::WeightOrders ReadWeightLayout(const tflite::Model& model) {
  const tflite::Metadata* entry = FindEntry(model);
  if (entry == nullptr) return {};
  const flatbuffers::Vector<uint8_t>& data = *model.buffers()->Get(entry->buffer())->data();
  return {data.Data() + kWord, data.size() / kWord - 1};
}

}  // namespace earshot
