// A model of one operator, for tests of its kernel.
#pragma once

#include <string>
#include <vector>

#include "captured_log.h"
#include "loaded_model.h"

namespace single_operator {

using model_building::Bytes;
using model_building::Int32Constant;
using model_building::LoadedModel;
using model_building::ModelSpec;
using model_building::Node;
using model_building::Quantized;
using model_building::TensorSpec;

// A tensor of type float32 or int32.
TensorSpec Float(std::vector<int32_t> shape);
TensorSpec Int32(std::vector<int32_t> shape);

// `inputs` in order, those without data being inputs of the model; then the output.
ModelSpec Operator(tflite::BuiltinOperator code, const std::vector<TensorSpec>& inputs,
                   const TensorSpec& output, uint8_t options_type = 0, const Node& options = Node::Table());

// Why the model is refused: the first line of the log; "" when it is not.
std::string Refusal(const ModelSpec& spec);

}  // namespace single_operator
