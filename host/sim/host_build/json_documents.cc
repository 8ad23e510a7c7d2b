// The JSON documents of the host executable. All text in them is plain ASCII without quotes.
#include "host/sim/host_build/json_documents.h"

#include "host/sim/host_build/json_text.h"
#include "tensorflow/lite/schema/schema_generated.h"
#include "tensorflow/lite/schema/schema_utils.h"

namespace host_build {
namespace {

const char* TypeName(TfLiteType type) {
  switch (type) {
    case kTfLiteFloat32:
      return "float32";
    case kTfLiteInt32:
      return "int32";
    case kTfLiteInt8:
      return "int8";
    default:
      return "other";
  }
}

std::string TensorObject(const TfLiteTensor& tensor) {
  std::vector<std::string> shape;
  for (int i = 0; i < tensor.dims->size; ++i) shape.push_back(std::to_string(tensor.dims->data[i]));
  return "{\"type\": " + JsonQuoted(TypeName(tensor.type)) + ", \"shape\": " + JsonArray(shape) +
         ", \"bytes\": " + std::to_string(tensor.bytes) + "}";
}

std::string LayerStart(size_t index, const std::string& opcode) {
  return "{\"index\": " + std::to_string(index) + ", \"opcode\": " + JsonQuoted(opcode);
}

// Bytes and layers of weights in RAM.
std::string WeightsMembers(const app::InterpretedApplication& application) {
  return ", \"weights_ram_bytes\": " + std::to_string(application.weights_ram_used_bytes()) +
         ", \"weights_copied\": " + std::to_string(application.weights_copied()) +
         ", \"smallest_weights_bytes\": " + std::to_string(application.smallest_weights_bytes());
}

}  // namespace

std::string LowerCase(const char* opcode) {
  std::string text = opcode;
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string ProfileDocument(const Options& options, Session& session,
                            const std::vector<LayerHistory>& layers) {
  std::vector<std::string> items;
  for (size_t i = 0; i < layers.size(); ++i) {
    std::vector<std::string> cycles;
    for (const uint64_t run : layers[i].accelerator_cycles) cycles.push_back(std::to_string(run));
    items.push_back(LayerStart(i, layers[i].opcode) + ", \"launches\": " +
                    std::to_string(layers[i].launches) + ", \"faults\": " + std::to_string(layers[i].faults) +
                    ", \"accelerator_cycles\": " + JsonArray(cycles) + "}");
  }
  return "{\"kernel\": " + JsonQuoted(options.kernel_name) +
         ", \"cycle_model\": " + JsonQuoted(options.cycle_model) +
         ", \"runs\": " + std::to_string(options.count) +
         ", \"arena_used_bytes\": " + std::to_string(session.application().arena_used_bytes()) +
         WeightsMembers(session.application()) + ", \"notes\": " + JsonQuoted(session.notes()) +
         ", \"layers\": " + JsonArray(items) + ", \"faults\": " + std::to_string(session.driver().faults()) +
         "}\n";
}

std::string DescribeDocument(Session& session, const uint8_t* tflite_model) {
  app::InterpretedApplication& application = session.application();
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  std::vector<std::string> layers;
  for (size_t i = 0; i < application.inputs_size(); ++i)
    inputs.push_back(TensorObject(*application.input(i)));
  for (size_t i = 0; i < application.outputs_size(); ++i)
    outputs.push_back(TensorObject(*application.output(i)));
  const tflite::Model& model = *tflite::GetModel(tflite_model);
  const auto& operators = *model.subgraphs()->Get(0)->operators();
  for (uint32_t i = 0; i < operators.size(); ++i) {
    const auto code = tflite::GetBuiltinCode(model.operator_codes()->Get(operators.Get(i)->opcode_index()));
    layers.push_back(LayerStart(i, LowerCase(tflite::EnumNameBuiltinOperator(code))) + "}");
  }
  return "{\"arena_used_bytes\": " + std::to_string(application.arena_used_bytes()) +
         WeightsMembers(application) + ", \"inputs\": " + JsonArray(inputs) +
         ", \"outputs\": " + JsonArray(outputs) + ", \"layers\": " + JsonArray(layers) + "}\n";
}

}  // namespace host_build
