// The commands of the host executable.
#include "host/sim/host_build/commands.h"

#include <vector>

#include "host/sim/host_build/failure.h"
#include "host/sim/host_build/json_documents.h"
#include "host/sim/host_build/model_file.h"
#include "host/sim/host_build/prepared_block.h"
#include "host/sim/host_build/session.h"
#include "host/sim/host_build/static_tables.h"

namespace host_build {
namespace {

// `inputs` must hold exactly what the runs consume.
void CheckInputs(const Options& options, const AlignedBytes& inputs, size_t input_bytes) {
  if (inputs.size() / options.count == input_bytes && inputs.size() % options.count == 0) return;
  throw Failure(options.inputs + " has " + std::to_string(inputs.size()) + " bytes, " +
                std::to_string(options.count) + " inputs of " + std::to_string(input_bytes) +
                " bytes are needed");
}

void Record(const app::Application& application, std::vector<LayerHistory>& layers) {
  layers.resize(application.layer_count());
  for (size_t i = 0; i < layers.size(); ++i) {
    const app::LayerRecord& record = application.layers()[i];
    layers[i].opcode = LowerCase(record.opcode);
    layers[i].launches = record.launches;
    layers[i].faults += record.faults;
    layers[i].accelerator_cycles.push_back(record.accelerator_cycles);
  }
}

}  // namespace

void RunModel(const Options& options) {
  const AlignedBytes model = ReadFile(options.model);
  const std::unique_ptr<Session> session = OpenSession(options, model);
  const AlignedBytes inputs = ReadFile(options.inputs);
  CheckInputs(options, inputs, session->input_bytes());
  std::vector<uint8_t> outputs(session->output_bytes() * options.count);
  std::vector<LayerHistory> layers;
  for (size_t i = 0; i < options.count; ++i) {
    session->Run(inputs.data() + i * session->input_bytes(), outputs.data() + i * session->output_bytes());
    if (!options.profile.empty()) Record(session->application(), layers);
  }
  WriteFile(options.outputs, outputs.data(), outputs.size());
  if (options.profile.empty()) return;
  const std::string profile = ProfileDocument(options, *session, layers);
  WriteFile(options.profile, profile.data(), profile.size());
}

void PrepareModel(const Options& options) {
  const AlignedBytes model = ReadFile(options.model);
  const std::unique_ptr<Session> session = OpenSession(options, model);
  const auto variant = options.kernel == app::Kernel::kBaseline ? kernels::mvp::Variant::kBaseline
                                                                : kernels::mvp::Variant::kFast;
  const std::vector<uint32_t> block =
      PreparedBlock(session->parts(), variant, model.data(), model.size(), options.on_core);
  WriteFile(options.outputs, block.data(), 4 * block.size());
}

void WriteTables(const Options& options) {
  const AlignedBytes model = ReadFile(options.model);
  const std::string tables = StaticTables(*OpenSession(options, model), model);
  WriteFile(options.outputs, tables.data(), tables.size());
}

std::string DescribeModel(const Options& options) {
  const AlignedBytes model = ReadFile(options.model);
  return DescribeDocument(*OpenSession(options, model), model.data());
}

}  // namespace host_build
