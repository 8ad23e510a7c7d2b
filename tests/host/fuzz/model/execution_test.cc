// What the fuzzer makes of single files.
#include "host/fuzz/model/execution.h"

#include <gtest/gtest.h>

#include "model_spec.h"

namespace {

using model_building::BuildModel;
using model_building::ModelSpec;
using model_building::SmallModel;
using model_fuzzing::Execute;
using model_fuzzing::Kernels;
using model_fuzzing::Outcome;
using model_fuzzing::Settings;
using model_fuzzing::Stage;

TEST(Execution, AModelRuns) {
  for (const bool preserve_all : {false, true}) {
    for (const bool keep_inputs : {false, true}) {
      const Outcome outcome = Execute(BuildModel(SmallModel()), {8192, preserve_all, keep_inputs, 7});
      EXPECT_EQ(outcome.stage, Stage::kInvocation) << outcome.message;
      EXPECT_EQ(outcome.violation, "");
    }
  }
}

TEST(Execution, EachSetOfKernelsRunsItAgain) {
  for (const Kernels kernels : model_fuzzing::kAllKernels) {
    Settings settings;
    settings.kernels = kernels;
    const Outcome outcome = Execute(BuildModel(SmallModel()), settings);
    EXPECT_EQ(outcome.violation, "");
    EXPECT_TRUE(outcome.ran_again) << model_fuzzing::NameOf(kernels);
    EXPECT_EQ(outcome.programs > 0, UsesAccelerator(kernels)) << model_fuzzing::NameOf(kernels);
  }
}

TEST(Execution, TheReaderRefusesWithItsMessage) {
  for (const std::vector<uint8_t>& bytes : {std::vector<uint8_t>(), std::vector<uint8_t>(64, 0)}) {
    const Outcome outcome = Execute(bytes, {});
    EXPECT_EQ(outcome.stage, Stage::kReader);
    EXPECT_EQ(outcome.message, "not a .tflite model: the identifier TFL3 is missing");
    EXPECT_EQ(outcome.violation, "");
  }
}

TEST(Execution, AllocationRefusesWithItsMessage) {
  ModelSpec spec = SmallModel();
  spec.tensors[6].shape = {1, 4};
  const Outcome outcome = Execute(BuildModel(spec), {});
  EXPECT_EQ(outcome.stage, Stage::kAllocation);
  EXPECT_NE(outcome.message.find("FULLY_CONNECTED"), std::string::npos) << outcome.message;
  EXPECT_EQ(outcome.violation, "");
}

TEST(Execution, AnArenaOfAnySizeIsEnoughOrRefused) {
  for (size_t bytes = 0; bytes < 2048; bytes += 7) {
    Settings settings;
    settings.arena_bytes = bytes;
    const Outcome outcome = Execute(BuildModel(SmallModel()), settings);
    EXPECT_EQ(outcome.violation, "") << bytes;
    EXPECT_TRUE(outcome.stage == Stage::kInvocation ||
                outcome.message.find("the arena is too small") != std::string::npos)
        << bytes << ": " << outcome.message;
  }
}

}  // namespace
