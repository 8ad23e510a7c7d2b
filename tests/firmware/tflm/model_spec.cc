// Small .tflite models for tests.
#include "model_spec.h"

namespace model_building {
namespace {

Node TensorNode(const TensorSpec& tensor, uint32_t buffer) {
  Node node = Node::Table();
  node.Set(4, Node::Scalars(tensor.shape)).Set<int8_t>(6, tensor.type).Set<uint32_t>(8, buffer);
  node.Set(10, Node::String("tensor"));
  if (!tensor.scales.empty() || tensor.details_type != 0) {
    node.Set(12, Node::Table()
                     .Set(8, Node::Scalars(tensor.scales))
                     .Set(10, Node::Scalars(tensor.zero_points))
                     .Set<uint8_t>(12, tensor.details_type)
                     .Set<int32_t>(16, tensor.quantized_dimension));
  }
  if (tensor.is_variable) node.Set<uint8_t>(14, 1);
  if (tensor.is_sparse) node.Set(16, Node::Table());
  if (tensor.external_buffer != 0) node.Set<uint32_t>(24, tensor.external_buffer);
  return node;
}

Node BufferNode(const TensorSpec& tensor) {
  Node node = Node::Table();
  if (!tensor.data.empty()) node.Set(4, Node::Scalars(tensor.data));
  if (tensor.buffer_offset != 0) node.Set<uint64_t>(6, tensor.buffer_offset).Set<uint64_t>(8, 16);
  return node;
}

Node OperatorNode(const OperatorSpec& op, uint32_t opcode_index) {
  Node node = Node::Table();
  node.Set<uint32_t>(4, opcode_index).Set(6, Node::Scalars(op.inputs)).Set(8, Node::Scalars(op.outputs));
  if (op.options_type != 0) node.Set<uint8_t>(10, op.options_type).Set(12, op.options);
  return node;
}

Node SubGraphNode(const ModelSpec& spec) {
  std::vector<Node> tensors;
  std::vector<Node> operators;
  for (size_t i = 0; i < spec.tensors.size(); ++i) {
    const TensorSpec& tensor = spec.tensors[i];
    tensors.push_back(TensorNode(
        tensor, static_cast<uint32_t>(tensor.buffer >= 0 ? tensor.buffer : static_cast<int64_t>(i) + 1)));
  }
  for (size_t i = 0; i < spec.operators.size(); ++i) {
    const OperatorSpec& op = spec.operators[i];
    operators.push_back(OperatorNode(op, static_cast<uint32_t>(i) + op.extra_opcode_index));
  }
  return Node::Table()
      .Set(4, Node::Tables(tensors))
      .Set(6, Node::Scalars(spec.inputs))
      .Set(8, Node::Scalars(spec.outputs))
      .Set(10, Node::Tables(operators));
}

}  // namespace

std::vector<uint8_t> BuildModel(const ModelSpec& spec) {
  std::vector<Node> codes;
  std::vector<Node> buffers = {Node::Table()};
  for (const OperatorSpec& op : spec.operators) {
    const int8_t old_code = static_cast<int8_t>(op.code > 127 ? 127 : op.code);
    codes.push_back(Node::Table().Set<int8_t>(4, old_code).Set<int32_t>(8, 1).Set<int32_t>(10, op.code));
  }
  for (const TensorSpec& tensor : spec.tensors) buffers.push_back(BufferNode(tensor));
  std::vector<Node> metadata;
  for (const MetadataSpec& entry : spec.metadata) {
    const auto buffer = static_cast<uint32_t>(buffers.size()) + entry.extra_buffer;
    metadata.push_back(Node::Table().Set(4, Node::String(entry.name)).Set<uint32_t>(6, buffer));
    buffers.push_back(Node::Table().Set(4, Node::Scalars(entry.data)));
  }
  Node model = Node::Table();
  model.Set<uint32_t>(4, spec.version)
      .Set(6, Node::Tables(codes))
      .Set(8, Node::Tables(std::vector<Node>(static_cast<size_t>(spec.subgraphs), SubGraphNode(spec))))
      .Set(10, Node::String("made for a test"))
      .Set(12, Node::Tables(buffers));
  if (!metadata.empty()) model.Set(16, Node::Tables(metadata));
  if (spec.has_external_buffers) model.Set(22, Node::Tables({Node::Table()}));
  return model.Finish(spec.identifier);
}

PlacedModel::PlacedModel(const std::vector<uint8_t>& bytes) : size_(bytes.size()) {
  void* memory = nullptr;
  if (posix_memalign(&memory, 16, bytes.size() + (bytes.empty() ? 1 : 0)) != 0) std::abort();
  bytes_.reset(static_cast<uint8_t*>(memory));
  if (!bytes.empty()) std::memcpy(bytes_.get(), bytes.data(), bytes.size());
}

TensorSpec Quantized(std::vector<int32_t> shape, float scale, int64_t zero_point) {
  TensorSpec tensor;
  tensor.shape = std::move(shape);
  tensor.scales = {scale};
  tensor.zero_points = {zero_point};
  return tensor;
}

TensorSpec Int32Constant(const std::vector<int32_t>& values) {
  TensorSpec tensor;
  tensor.type = tflite::TensorType_INT32;
  tensor.shape = {static_cast<int32_t>(values.size())};
  tensor.data = Bytes(values);
  return tensor;
}

ModelSpec SmallModel() {
  ModelSpec spec;
  TensorSpec real;
  real.type = tflite::TensorType_FLOAT32;
  real.shape = {1, 4};
  const int32_t input = spec.Add(real);
  const int32_t quantized = spec.Add(Quantized({1, 4}, 0.25f, -3));
  const int32_t shape = spec.Add(Int32Constant({4}));
  const int32_t flat = spec.Add(Quantized({4}, 0.25f, -3));
  TensorSpec weights = Quantized({3, 4}, 0.5f, 0);
  weights.data = Bytes<int8_t>({1, 2, 3, 4, -5, -6, -7, -8, 100, -100, 127, -127});
  const int32_t weight = spec.Add(weights);
  TensorSpec biases = Int32Constant({8, -16, 400});
  biases.scales = {0.125f};
  biases.zero_points = {0};
  const int32_t bias = spec.Add(biases);
  const int32_t product = spec.Add(Quantized({1, 3}, 1.0f, -128));
  real.shape = {1, 3};
  const int32_t output = spec.Add(real);
  spec.operators = {
      {tflite::BuiltinOperator_QUANTIZE, {input}, {quantized}},
      {tflite::BuiltinOperator_RESHAPE,
       {quantized, shape},
       {flat},
       tflite::BuiltinOptions_ReshapeOptions,
       Node::Table().Set(4, Node::Scalars<int32_t>({4}))},
      {tflite::BuiltinOperator_FULLY_CONNECTED,
       {flat, weight, bias},
       {product},
       tflite::BuiltinOptions_FullyConnectedOptions,
       Node::Table().Set<int8_t>(4, tflite::ActivationFunctionType_RELU)},
      {tflite::BuiltinOperator_DEQUANTIZE, {product}, {output}},
  };
  spec.inputs = {input};
  spec.outputs = {output};
  return spec;
}

}  // namespace model_building
