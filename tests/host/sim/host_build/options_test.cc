// The command line of the host executable.
#include "host/sim/host_build/options.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "host/sim/host_build/failure.h"

namespace host_build {
namespace {

Options Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "earshot_host");
  return ParseOptions(static_cast<int>(arguments.size()), arguments.data());
}

TEST(Options, AreRead) {
  const Options options =
      Parse({"run", "m.tflite", "--kernel", "fast", "--cycle-model", "vendor-sim", "--count", "7", "--inputs",
             "i", "--outputs", "o", "--profile", "p", "--arena", "64", "--memory", "ram"});
  EXPECT_EQ(options.command, Command::kRun);
  EXPECT_EQ(options.model, "m.tflite");
  EXPECT_EQ(options.kernel, app::Kernel::kFast);
  EXPECT_EQ(options.cycle_model, "vendor-sim");
  EXPECT_EQ(options.count, 7u);
  EXPECT_EQ(options.inputs, "i");
  EXPECT_EQ(options.outputs, "o");
  EXPECT_EQ(options.profile, "p");
  EXPECT_EQ(options.arena_bytes, 64u);
  EXPECT_TRUE(options.model_in_ram);
}

TEST(Options, OfAccelerationAreRead) {
  const Options options =
      Parse({"describe", "m.tflite", "--images", "f", "--weights", "auto", "--weights-budget", "1024"});
  EXPECT_EQ(options.images, "f");
  EXPECT_EQ(options.weights, Weights::kAuto);
  EXPECT_EQ(options.weights_budget, 1024u);
  EXPECT_EQ(Parse({"describe", "m"}).weights, Weights::kFlash);
  EXPECT_EQ(Parse({"describe", "m"}).weights_budget, std::nullopt);
  EXPECT_EQ(Parse({"prepare", "m", "--outputs", "o"}).command, Command::kPrepare);
}

TEST(Options, OperatorsOnTheCoreAddUp) {
  const Options options =
      Parse({"prepare", "m.tflite", "--outputs", "o", "--on-core", "2", "--on-core", "5"});
  EXPECT_EQ(options.on_core, (std::vector<uint32_t>{2, 5}));
}

class UsageErrorTest : public testing::TestWithParam<std::vector<const char*>> {};

TEST_P(UsageErrorTest, IsRefused) { EXPECT_THROW(Parse(GetParam()), UsageError); }

INSTANTIATE_TEST_SUITE_P(
    Lines, UsageErrorTest,
    testing::Values(std::vector<const char*>{}, std::vector<const char*>{"walk", "m"},
                    std::vector<const char*>{"describe"}, std::vector<const char*>{"describe", "a", "b"},
                    std::vector<const char*>{"run", "m"},
                    std::vector<const char*>{"describe", "m", "--arena"},
                    std::vector<const char*>{"describe", "m", "--arena", "1k"},
                    std::vector<const char*>{"describe", "m", "--arena", "-1"},
                    std::vector<const char*>{"describe", "m", "--arena", "99999999999999999999"},
                    std::vector<const char*>{"describe", "m", "--kernel", "slow"},
                    std::vector<const char*>{"describe", "m", "--weights", "disk"},
                    std::vector<const char*>{"describe", "m", "--weights-budget", "-1"},
                    std::vector<const char*>{"prepare", "m"},
                    std::vector<const char*>{"describe", "m", "--cycle-model", "wrong"},
                    std::vector<const char*>{"describe", "m", "--memory", "disk"},
                    std::vector<const char*>{"describe", "m", "--count", "0"},
                    std::vector<const char*>{"prepare", "m", "--outputs", "o", "--on-core", "first"},
                    std::vector<const char*>{"describe", "m", "--nonsense", "1"}));

}  // namespace
}  // namespace host_build
