// The tables of a static graph, read off a session.
#include "host/sim/host_build/static_tables.h"

#include <algorithm>
#include <cstddef>

#include "host/sim/host_build/failure.h"
#include "host/sim/host_build/json_text.h"
#include "host/sim/host_build/model_file.h"
#include "host/sim/host_build/node_collector.h"
#include "host/sim/host_build/session.h"
#include "kernels/mvp/accelerated_operators.h"
#include "kernels/mvp/fully_connected_layer.h"
#include "runtime_context.h"
#include "tensor_size.h"
#include "tensorflow/lite/schema/schema_generated.h"
#include "tensorflow/lite/schema/schema_utils.h"

namespace host_build {
namespace {

// The position of an address in `bytes` from `start`; -1 where it is elsewhere.
std::ptrdiff_t PositionIn(const uint8_t* start, size_t bytes, const void* address) {
  const auto from = reinterpret_cast<uintptr_t>(start);
  const auto at = reinterpret_cast<uintptr_t>(address);
  return at >= from && at - from < bytes ? static_cast<std::ptrdiff_t>(at - from) : -1;
}

std::string Hexadecimal(const std::vector<uint8_t>& bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : bytes) text += {kDigits[byte >> 4], kDigits[byte & 15]};
  return text;
}

class Tables {
 public:
  Tables(Session& session, const AlignedBytes& model)
      : session_(session),
        context_(*session.nodes().context()),
        model_(model),
        graph_(*tflite::GetModel(model.data())->subgraphs()->Get(0)) {
    FindArena();
    FindValues();
  }

  std::string Document() {
    return "{\"arena_bytes\": " + std::to_string(arena_bytes_) + ", \"tensors\": " + Tensors() +
           ", \"scratch\": " + Scratch() + ", \"operations\": " + Operations() + ", \"copies\": " + Copies() +
           ", \"notes\": " + Notes() + "}\n";
  }

 private:
  std::ptrdiff_t InFile(const void* address) const {
    return PositionIn(model_.data(), model_.size(), address);
  }
  std::string InFileText(const void* address) const { return std::to_string(InFile(address)); }

  // Tensors and scratch buffers begin at the first byte of the first of them.
  void FindArena() {
    const uint8_t* end = nullptr;
    const auto take = [&](const void* data, size_t bytes) {
      const auto* first = static_cast<const uint8_t*>(data);
      if (arena_ == nullptr || first < arena_) arena_ = first;
      end = std::max(end, first + bytes);
    };
    for (size_t i = 0; i < context_.tensor_count(); ++i) {
      const TfLiteEvalTensor& tensor = context_.tensors()[i];
      if (tensor.data.data != nullptr && InFile(tensor.data.data) < 0) {
        take(tensor.data.data, earshot::TensorBytes(tensor));
      }
    }
    for (auto* scratch = context_.scratch_buffers(); scratch != nullptr; scratch = scratch->next) {
      take(scratch->data, scratch->bytes);
    }
    arena_bytes_ = earshot::AlignUp(static_cast<size_t>(end - arena_), earshot::kArenaAlignment);
  }

  // Runs the model once: what follows from constants and shapes alone is the same in every run.
  void FindValues() {
    values_.resize(context_.tensor_count());
    session_.nodes().on_invoked = [this](int node) {
      const tflite::Operator& op = *graph_.operators()->Get(static_cast<uint32_t>(node));
      const auto code =
          tflite::GetBuiltinCode(tflite::GetModel(model_.data())->operator_codes()->Get(op.opcode_index()));
      const bool fixed = code == tflite::BuiltinOperator_SHAPE || ReadsValuesOnly(op);
      for (uint32_t i = 0; fixed && i < op.outputs()->size(); ++i) Keep(op.outputs()->Get(i));
    };
    const TfLiteStatus status = session_.application().Invoke();
    session_.nodes().on_invoked = nullptr;
    if (status != kTfLiteOk) throw Failure("the model failed");
    for (uint32_t i = 0; i < graph_.outputs()->size(); ++i) {
      values_[static_cast<size_t>(graph_.outputs()->Get(i))].clear();  // an application may write to these
    }
  }

  bool ReadsValuesOnly(const tflite::Operator& op) const {
    for (uint32_t i = 0; i < op.inputs()->size(); ++i) {
      const int32_t tensor = op.inputs()->Get(i);
      if (tensor < 0) continue;
      const void* data = context_.tensors()[tensor].data.data;
      if (InFile(data) < 0 && values_[static_cast<size_t>(tensor)].empty()) return false;
    }
    return true;
  }

  void Keep(int32_t tensor) {
    const TfLiteEvalTensor& kept = context_.tensors()[tensor];
    values_[static_cast<size_t>(tensor)].assign(kept.data.uint8,
                                                kept.data.uint8 + earshot::TensorBytes(kept));
  }

  std::string Tensors() const {
    std::vector<std::string> items;
    for (size_t i = 0; i < context_.tensor_count(); ++i) {
      const TfLiteEvalTensor& tensor = context_.tensors()[i];
      const std::ptrdiff_t file = InFile(tensor.data.data);
      const std::ptrdiff_t arena = file < 0 ? PositionIn(arena_, arena_bytes_, tensor.data.data) : -1;
      items.push_back("{\"arena\": " + std::to_string(arena) + ", \"file\": " + std::to_string(file) +
                      ", \"dims\": " + InFileText(tensor.dims) +
                      ", \"scale\": " + InFileText(ScaleOf(static_cast<uint32_t>(i))) + ", \"value\": " +
                      (values_[i].empty() ? "null" : JsonQuoted(Hexadecimal(values_[i]))) + "}");
    }
    return JsonArray(items);
  }

  const void* ScaleOf(uint32_t tensor) const {
    const tflite::QuantizationParameters* quantization = graph_.tensors()->Get(tensor)->quantization();
    return quantization == nullptr ? nullptr : quantization->scale();
  }

  std::string Scratch() const {
    std::vector<std::string> items;
    for (auto* scratch = context_.scratch_buffers(); scratch != nullptr; scratch = scratch->next) {
      items.push_back(std::to_string(PositionIn(arena_, arena_bytes_, scratch->data)));
    }
    std::reverse(items.begin(), items.end());  // they are linked newest first
    return JsonArray(items);
  }

  std::string Operations() const {
    std::vector<std::string> items;
    const std::vector<NodeCollector::Node>& nodes = session_.nodes().nodes();
    for (uint32_t i = 0; i < graph_.operators()->size(); ++i) {
      const tflite::Operator& op = *graph_.operators()->Get(i);
      items.push_back("{\"inputs\": " + InFileText(op.inputs()) +
                      ", \"outputs\": " + InFileText(op.outputs()) + ", " + KernelData(nodes.at(i)) +
                      ", \"accelerated\": " + Accelerated(op, nodes.at(i)) + "}");
    }
    return JsonArray(items);
  }

  // The bytes of a node, those that the interpreter keeps there for itself as zeros.
  std::string KernelData(const NodeCollector::Node& node) const {
    std::vector<uint8_t> bytes(node.begin, node.end);
    for (auto* scratch = context_.scratch_buffers(); scratch != nullptr; scratch = scratch->next) {
      const std::ptrdiff_t at = PositionIn(node.begin, bytes.size(), scratch);
      if (at >= 0) std::fill_n(bytes.begin() + at, sizeof *scratch, uint8_t{0});
    }
    std::ptrdiff_t user_data = -1;
    if (node.user_data != nullptr) {
      user_data = PositionIn(node.begin, bytes.size(), node.user_data);
      if (user_data < 0) throw Failure("a kernel keeps its data outside of the arena");
    }
    return "\"data\": " + JsonQuoted(Hexadecimal(bytes)) + ", \"user_data\": " + std::to_string(user_data);
  }

  std::string Accelerated(const tflite::Operator& op, const NodeCollector::Node& node) const {
    const bool known = kernels::mvp::IsAccelerated(*tflite::GetModel(model_.data()), op);
    if (!known || !session_.has_accelerated_kernels()) return "null";
    const auto& layer = *static_cast<const kernels::mvp::Layer*>(static_cast<const void*>(node.user_data));
    if (layer.plan == kernels::mvp::Plan::kReference) return "null";
    const auto member = [](const char* name, int32_t value) {
      return "\"" + std::string(name) + "\": " + std::to_string(value);
    };
    const auto part = [&](const char* name, kernels::mvp::PartOffset offset) {
      if (offset != 0 && (offset & kernels::mvp::kInBlock) == 0) {
        throw Failure("a layer has a part that the block of prepared layers lacks");
      }
      return member(name, offset & ~kernels::mvp::kInBlock);
    };
    return "{" + part("main", layer.main.offset) + ", " + part("side", layer.side.offset) + ", " +
           part("bias", layer.bias) + ", " + part("multipliers", layer.multipliers) + ", " +
           member("scratch", layer.scratch) + ", " + member("weights_copy", layer.weights_copy) + "}";
  }

  std::string Copies() const {
    std::vector<std::string> items;
    const kernels::mvp::WeightCopies& copies = session_.application().copies();
    for (size_t i = 0; i < copies.size(); ++i) {
      const std::ptrdiff_t position = session_.PositionInWeightsRam(copies[i].copy);
      items.push_back("{\"file\": " + InFileText(copies[i].original) +
                      ", \"bytes\": " + std::to_string(BytesAt(copies[i].original)) +
                      ", \"position\": " + std::to_string(position) + "}");
    }
    return JsonArray(items);
  }

  size_t BytesAt(const void* constant) const {
    for (size_t i = 0; i < context_.tensor_count(); ++i) {
      const TfLiteEvalTensor& tensor = context_.tensors()[i];
      if (tensor.data.data == constant) return earshot::TensorBytes(tensor);
    }
    throw Failure("a copy of weights belongs to no tensor");
  }

  std::string Notes() const {
    std::vector<std::string> items;
    for (const std::string& line : Lines(session_.notes())) items.push_back(JsonQuoted(line));
    return JsonArray(items);
  }

  Session& session_;
  earshot::RuntimeContext& context_;
  const AlignedBytes& model_;
  const tflite::SubGraph& graph_;
  const uint8_t* arena_ = nullptr;
  size_t arena_bytes_ = 0;
  std::vector<std::vector<uint8_t>> values_;  // by tensor; empty: it has none that stays
};

}  // namespace

std::string StaticTables(Session& session, const AlignedBytes& model) {
  if (session.nodes().context() == nullptr) throw Failure("the model has no operators");
  return Tables(session, model).Document();
}

}  // namespace host_build
