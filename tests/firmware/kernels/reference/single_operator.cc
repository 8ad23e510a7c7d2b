// A model of one operator, for tests of its kernel.
#include "single_operator.h"

namespace single_operator {

TensorSpec Float(std::vector<int32_t> shape) {
  TensorSpec tensor;
  tensor.type = tflite::TensorType_FLOAT32;
  tensor.shape = std::move(shape);
  return tensor;
}

TensorSpec Int32(std::vector<int32_t> shape) {
  TensorSpec tensor = Float(std::move(shape));
  tensor.type = tflite::TensorType_INT32;
  return tensor;
}

ModelSpec Operator(tflite::BuiltinOperator code, const std::vector<TensorSpec>& inputs,
                   const TensorSpec& output, uint8_t options_type, const Node& options) {
  ModelSpec spec;
  std::vector<int32_t> operands;
  for (const TensorSpec& input : inputs) {
    operands.push_back(spec.Add(input));
    if (input.data.empty()) spec.inputs.push_back(operands.back());
  }
  spec.outputs = {spec.Add(output)};
  spec.operators = {{code, operands, spec.outputs, options_type, options}};
  return spec;
}

std::string Refusal(const ModelSpec& spec) {
  model_building::TakeLog();
  const LoadedModel model(spec);
  if (model.reason()[0] != '\0') return model.reason();
  const std::string log = model_building::TakeLog();
  return log.substr(0, log.find_first_of("\r\n"));
}

}  // namespace single_operator
