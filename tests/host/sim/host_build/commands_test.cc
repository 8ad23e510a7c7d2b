// The commands of the host executable, on a small model in files.
#include "host/sim/host_build/commands.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "host/sim/host_build/failure.h"
#include "host/sim/host_build/json_documents.h"
#include "model_spec.h"

namespace host_build {
namespace {

class CommandsTest : public testing::Test {
 protected:
  CommandsTest() {
    char name[] = "/tmp/earshot_commands_XXXXXX";
    folder_ = mkdtemp(name);
    options_.model = Path("model.tflite");
    options_.inputs = Path("inputs");
    options_.outputs = Path("outputs");
    options_.profile = Path("profile");
    options_.count = 2;
    Write(options_.model, BuildModel(model_building::SmallModel()));
    Write(options_.inputs, model_building::Bytes<float>({0, -4, 4, 0, 1, 2, 3, 4}));
  }
  ~CommandsTest() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }

  static void Write(const std::string& path, const std::vector<uint8_t>& bytes) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<long>(bytes.size()));
  }

  static std::string Read(const std::string& path) {
    std::stringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }

  std::string Refusal() {
    try {
      RunModel(options_);
    } catch (const Failure& failure) {
      EXPECT_FALSE(std::filesystem::exists(options_.outputs));
      return failure.what();
    }
    return "";
  }

  std::string folder_;
  Options options_;
};

TEST_F(CommandsTest, RunWritesOutputsAndProfile) {
  RunModel(options_);
  const std::string outputs = Read(options_.outputs);
  const std::vector<uint8_t> expected = model_building::Bytes<float>({3, 0, 255, 16, 0, 0});
  EXPECT_EQ(outputs, std::string(expected.begin(), expected.end()));
  const std::string profile = Read(options_.profile);
  EXPECT_NE(profile.find("\"runs\": 2"), std::string::npos);
  EXPECT_NE(profile.find("{\"index\": 2, \"opcode\": \"fully_connected\", \"launches\": 0, \"faults\": 0, "
                         "\"accelerator_cycles\": [0, 0]}"),
            std::string::npos);
}

TEST_F(CommandsTest, ProfileNamesTheFaultsOfEachLayer) {
  const AlignedBytes model = ReadFile(options_.model);
  const std::unique_ptr<Session> session = OpenSession(options_, model);
  const std::string profile =
      ProfileDocument(options_, *session, {{"quantize", 0, 0, {0, 0}}, {"fully_connected", 2, 3, {7, 8}}});
  EXPECT_NE(profile.find("\"launches\": 2, \"faults\": 3, \"accelerator_cycles\": [7, 8]"),
            std::string::npos);
}

TEST_F(CommandsTest, DescribeNamesShapesAndLayers) {
  const std::string document = DescribeModel(options_);
  EXPECT_NE(document.find("\"inputs\": [{\"type\": \"float32\", \"shape\": [1, 4], \"bytes\": 16}]"),
            std::string::npos);
  EXPECT_NE(document.find("{\"index\": 3, \"opcode\": \"dequantize\"}"), std::string::npos);
}

TEST_F(CommandsTest, PreparedLayersServeRunAndDescribe) {
  options_.kernel = app::Kernel::kFast;
  RunModel(options_);
  const std::string outputs = Read(options_.outputs);
  Options prepare = options_;
  prepare.outputs = Path("images");
  PrepareModel(prepare);
  EXPECT_EQ(Read(prepare.outputs).substr(0, 4), "MVPI");
  options_.images = prepare.outputs;
  options_.weights = Weights::kRam;
  RunModel(options_);
  EXPECT_EQ(Read(options_.outputs), outputs);
  EXPECT_NE(Read(options_.profile).find("\"weights_ram_bytes\": 16, \"weights_copied\": 1"),
            std::string::npos);
  EXPECT_NE(DescribeModel(options_).find("\"weights_ram_bytes\": 16"), std::string::npos);
  options_.weights = Weights::kAuto;
  EXPECT_NE(DescribeModel(options_).find("\"weights_ram_bytes\": 16"), std::string::npos);
}

TEST_F(CommandsTest, RefusesLayersPreparedForAnotherModel) {
  options_.kernel = app::Kernel::kFast;
  options_.images = Path("images");
  Write(options_.images, {1, 2, 3});
  EXPECT_EQ(Refusal(),
            options_.images + ": the prepared layers are damaged or cut off: prepared again in RAM");
}

TEST_F(CommandsTest, ABudgetThatIsGivenIsTakenAsItIs) {
  options_.kernel = app::Kernel::kFast;
  options_.weights = Weights::kRam;
  options_.weights_budget = 15;
  EXPECT_NE(DescribeModel(options_).find("\"weights_copied\": 0, \"smallest_weights_bytes\": 16"),
            std::string::npos);
  options_.kernel = app::Kernel::kReference;
  options_.weights_budget = std::nullopt;
  EXPECT_NE(DescribeModel(options_).find("\"weights_copied\": 0, \"smallest_weights_bytes\": 0"),
            std::string::npos)
      << "no layer runs on the accelerator";
}

// A layer as large as all RAM.
TEST_F(CommandsTest, WeightsThatRamCannotHoldAreAnErrorOnlyWhereRamIsAskedFor) {
  model_building::ModelSpec spec;
  model_building::TensorSpec weights = model_building::Quantized({256, 1024}, 0.5f, 0);
  weights.data = std::vector<uint8_t>(size_t{256} * 1024, 1);
  const int32_t input = spec.Add(model_building::Quantized({1, 1024}, 1.0f, 0));
  const int32_t weight = spec.Add(weights);
  const int32_t output = spec.Add(model_building::Quantized({1, 256}, 1.0f, 0));
  spec.operators.push_back({tflite::BuiltinOperator_FULLY_CONNECTED,
                            {input, weight, -1},
                            {output},
                            tflite::BuiltinOptions_FullyConnectedOptions});
  spec.inputs = {input};
  spec.outputs = {output};
  Write(options_.model, BuildModel(spec));
  Write(options_.inputs, std::vector<uint8_t>(2048));
  options_.kernel = app::Kernel::kFast;
  options_.weights = Weights::kRam;
  const std::string refusal = Refusal();
  EXPECT_EQ(refusal.find("--weights ram: the weights of the smallest layer take 262144 B, and "), 0u)
      << refusal;
  EXPECT_NE(
      refusal.find("B of arena, 8192 B of stack and 14336 B of variables: give --weights auto or flash"),
      std::string::npos);
  options_.weights = Weights::kAuto;
  EXPECT_NE(DescribeModel(options_).find("\"weights_copied\": 0"), std::string::npos);
}

TEST_F(CommandsTest, RefusesInputsOfAnotherSize) {
  options_.count = 3;
  EXPECT_EQ(Refusal(), options_.inputs + " has 32 bytes, 3 inputs of 16 bytes are needed");
}

TEST_F(CommandsTest, SaysHowMuchArenaIsNeeded) {
  options_.arena_bytes = 64;
  EXPECT_EQ(Refusal().find("the arena needs "), 0u);
}

TEST_F(CommandsTest, RefusesFilesThatAreNoModel) {
  Write(options_.model, {1, 2, 3});
  EXPECT_EQ(Refusal(), "not a .tflite model: the identifier TFL3 is missing");
  Write(options_.model, {});
  EXPECT_EQ(Refusal(), options_.model + " is empty");
  options_.model = Path("nowhere");
  EXPECT_EQ(Refusal(), "cannot read " + options_.model + ": No such file or directory");
}

}  // namespace
}  // namespace host_build
