// The verifier: what it accepts, and the reason it gives for each refusal.
#include "model_verifier.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "model_spec.h"

namespace {

using earshot::VerifyModel;
using model_building::BuildModel;
using model_building::ModelSpec;
using model_building::PlacedModel;
using model_building::SmallModel;

std::string Reason(const std::vector<uint8_t>& bytes) {
  const PlacedModel model(bytes);
  const earshot::VerifierResult result = VerifyModel(model.data(), model.size());
  EXPECT_EQ(result.ok, result.reason[0] == '\0');
  return result.reason;
}

TEST(ModelVerifier, AcceptsASoundModel) { EXPECT_EQ(Reason(BuildModel(SmallModel())), ""); }

TEST(ModelVerifier, RefusesWhatIsNoModel) {
  const std::string reason = "not a .tflite model: the identifier TFL3 is missing";
  EXPECT_EQ(Reason({}), reason);
  EXPECT_EQ(Reason({1, 2, 3, 4, 'T', 'F', 'L'}), reason);
  EXPECT_EQ(Reason(std::vector<uint8_t>(100, 0)), reason);
  EXPECT_FALSE(VerifyModel(nullptr, 100).ok);
}

TEST(ModelVerifier, RefusesEveryTruncation) {
  const std::vector<uint8_t> whole = BuildModel(SmallModel());
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(Reason(std::vector<uint8_t>(whole.begin(), whole.begin() + static_cast<long>(size))), "")
        << size;
  }
}

TEST(ModelVerifier, RefusesAPlaceThatIsNotAligned) {
  std::vector<uint8_t> bytes = BuildModel(SmallModel());
  bytes.insert(bytes.begin(), 0);
  const PlacedModel model(bytes);
  EXPECT_STREQ(VerifyModel(model.data() + 1, model.size() - 1).reason,
               "the model's place in memory is not aligned");
}

struct Refusal {
  const char* name;
  std::function<void(ModelSpec&)> spoil;
  const char* reason;
};

class RefusalTest : public testing::TestWithParam<Refusal> {};

TEST_P(RefusalTest, IsExplained) {
  ModelSpec spec = SmallModel();
  GetParam().spoil(spec);
  EXPECT_EQ(Reason(BuildModel(spec)), GetParam().reason);
}

const float kNan = std::numeric_limits<float>::quiet_NaN();

INSTANTIATE_TEST_SUITE_P(
    Model, RefusalTest,
    testing::Values(
        Refusal{"Version", [](ModelSpec& s) { s.version = 4; }, "schema version 4 is not supported, only 3"},
        Refusal{"TooManyInputs", [](ModelSpec& s) { s.operators[2].inputs.assign(4097, 0); },
                "the model is damaged: operator #2 has too many inputs"},
        Refusal{"Subgraphs", [](ModelSpec& s) { s.subgraphs = 2; },
                "the model has 2 subgraphs, only one is supported"},
        Refusal{"NoSubgraph", [](ModelSpec& s) { s.subgraphs = 0; }, "the model has no subgraphs"},
        Refusal{"External", [](ModelSpec& s) { s.has_external_buffers = true; },
                "the model keeps data outside the file: not supported"},
        Refusal{"NoInputs", [](ModelSpec& s) { s.inputs.clear(); }, "the model has no inputs"},
        Refusal{"NoOutputs", [](ModelSpec& s) { s.outputs.clear(); }, "the model has no outputs"},
        Refusal{"NoOperators", [](ModelSpec& s) { s.operators.clear(); }, "the model has no operator codes"},
        Refusal{"InputRange", [](ModelSpec& s) { s.inputs = {8}; },
                "the model is damaged: input tensor 8 does not exist"},
        Refusal{"InputNegative", [](ModelSpec& s) { s.inputs = {-1}; },
                "the model is damaged: input tensor -1 does not exist"},
        Refusal{"InputTwice", [](ModelSpec& s) { s.inputs = {0, 0}; },
                "the model is damaged: input tensor 0 is listed twice"},
        Refusal{"InputConstant", [](ModelSpec& s) { s.inputs = {0, 4}; },
                "the model is damaged: input tensor 4 is constant"},
        Refusal{"OutputRange", [](ModelSpec& s) { s.outputs = {100}; },
                "the model is damaged: output tensor 100 does not exist"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Operators, RefusalTest,
    testing::Values(Refusal{"OpcodeIndex", [](ModelSpec& s) { s.operators[3].extra_opcode_index = 1; },
                            "the model is damaged: operator #3 has no operator code"},
                    Refusal{"OpcodeUnknown", [](ModelSpec& s) { s.operators[1].code = 5000; },
                            "operator code 5000 (#1) is not in the schema"},
                    Refusal{"OperandRange", [](ModelSpec& s) { s.operators[0].inputs = {77}; },
                            "the model is damaged: operand tensor 77 does not exist"},
                    Refusal{"OperandNegative", [](ModelSpec& s) { s.operators[0].inputs = {-2}; },
                            "the model is damaged: operand tensor -2 does not exist"},
                    Refusal{"Order", [](ModelSpec& s) { std::swap(s.operators[0], s.operators[1]); },
                            "the model is damaged: tensor 1 is used before it is computed"},
                    Refusal{"ResultRange", [](ModelSpec& s) { s.operators[0].outputs = {-1}; },
                            "the model is damaged: result tensor -1 does not exist"},
                    Refusal{"ResultConstant", [](ModelSpec& s) { s.operators[0].outputs = {4}; },
                            "the model is damaged: result tensor 4 is constant"},
                    Refusal{"ResultTwice", [](ModelSpec& s) { s.operators[2].outputs = {1}; },
                            "the model is damaged: tensor 1 is computed twice"},
                    Refusal{"ResultIsInput", [](ModelSpec& s) { s.operators[3].outputs = {0}; },
                            "the model is damaged: tensor 0 is computed twice"},
                    Refusal{"OutputMissing", [](ModelSpec& s) { s.operators.pop_back(); },
                            "the model is damaged: output tensor 7 is computed by no operator"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Tensors, RefusalTest,
    testing::Values(Refusal{"Type", [](ModelSpec& s) { s.tensors[1].type = tflite::TensorType_STRING; },
                            "tensor 1 has element type 5, which is not supported"},
                    Refusal{"Variable", [](ModelSpec& s) { s.tensors[1].is_variable = true; },
                            "tensor 1 is a variable: not supported"},
                    Refusal{"Sparse", [](ModelSpec& s) { s.tensors[4].is_sparse = true; },
                            "tensor 4 is sparse: not supported"},
                    Refusal{"ExternalBuffer", [](ModelSpec& s) { s.tensors[4].external_buffer = 1; },
                            "tensor 4 keeps its data outside the file: not supported"},
                    Refusal{"Offset", [](ModelSpec& s) { s.tensors[4].buffer_offset = 4096; },
                            "tensor 4 keeps its data outside the FlatBuffer: not supported"},
                    Refusal{"BufferRange", [](ModelSpec& s) { s.tensors[4].buffer = 9; },
                            "tensor 4 has a buffer that does not exist"},
                    Refusal{"Rank", [](ModelSpec& s) { s.tensors[1].shape = {1, 1, 1, 1, 1, 1, 4}; },
                            "tensor 1 has 7 dimensions, at most 6"},
                    Refusal{"Dynamic", [](ModelSpec& s) { s.tensors[0].shape = {-1, 4}; },
                            "tensor 0 has a dynamic shape: only static shapes are supported"},
                    Refusal{"Empty", [](ModelSpec& s) { s.tensors[0].shape = {0, 4}; },
                            "tensor 0 has no elements"},
                    Refusal{"Huge", [](ModelSpec& s) { s.tensors[0].shape = {65536, 65536, 65536, 65536}; },
                            "tensor 0 is larger than 2 GiB"},
                    Refusal{"Short", [](ModelSpec& s) { s.tensors[4].data.pop_back(); },
                            "tensor 4 needs 12 bytes of data, its buffer has 11"},
                    Refusal{"Long", [](ModelSpec& s) { s.tensors[5].data.push_back(0); },
                            "tensor 5 needs 12 bytes of data, its buffer has 13"},
                    Refusal{"Details", [](ModelSpec& s) { s.tensors[1].details_type = 1; },
                            "tensor 1 has a custom quantization: not supported"},
                    Refusal{"NoZeroPoint", [](ModelSpec& s) { s.tensors[1].zero_points.clear(); },
                            "tensor 1 does not have as many zero points as scales"},
                    Refusal{"ScaleNan", [](ModelSpec& s) { s.tensors[1].scales = {kNan}; },
                            "tensor 1 has a scale that is no scale"},
                    Refusal{"ScaleNegative", [](ModelSpec& s) { s.tensors[1].scales = {-0.5f}; },
                            "tensor 1 has a scale that is no scale"},
                    Refusal{"ZeroPoint", [](ModelSpec& s) { s.tensors[1].zero_points = {128}; },
                            "tensor 1 has a zero point out of range"},
                    Refusal{"Channels",
                            [](ModelSpec& s) {
                              s.tensors[4].scales = {1, 1};
                              s.tensors[4].zero_points = {0, 0};
                            },
                            "tensor 4 does not have one scale per channel"},
                    Refusal{"ChannelDimension",
                            [](ModelSpec& s) {
                              s.tensors[4].scales = {1, 1, 1};
                              s.tensors[4].zero_points = {0, 0, 0};
                              s.tensors[4].quantized_dimension = 2;
                            },
                            "tensor 4 does not have one scale per channel"}),
    [](const auto& info) { return info.param.name; });

TEST(ModelVerifier, BoundsItsOwnWork) {
  ModelSpec spec = SmallModel();
  spec.tensors.resize(4097);
  EXPECT_EQ(Reason(BuildModel(spec)), "the model has 4097 tensors, at most 4096");
}

// A small file may list one large subgraph thousands of times: reading them all would take as many times
// longer.
TEST(ModelVerifier, CountsSubgraphsBeforeItReadsThem) {
  ModelSpec spec = SmallModel();
  spec.subgraphs = 2;
  spec.tensors.clear();
  EXPECT_EQ(Reason(BuildModel(spec)), "the model has 2 subgraphs, only one is supported");
}

TEST(ModelVerifier, AcceptsWhatConvertersLeaveBehind) {
  ModelSpec spec = SmallModel();
  spec.tensors[1].buffer_offset = 1;  // placeholder
  spec.tensors[7].buffer = 0;         // the shared empty buffer
  spec.tensors[4].scales = {1, 1, 1};
  spec.tensors[4].zero_points = {0, 0, 0};
  EXPECT_EQ(Reason(BuildModel(spec)), "");
}

}  // namespace
