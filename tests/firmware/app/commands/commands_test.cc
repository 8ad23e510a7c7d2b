// The commands on a small model, with a machine that only remembers what was asked of it.
#include "app/commands/commands.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "app/interpreted_application.h"
#include "captured_log.h"
#include "fake_serial.h"
#include "loaded_model.h"
#include "ticking_clock.h"

namespace {

int g_feeds = 0;
constexpr int kRestarted = 42;

class NoAccelerator final : public port::Accelerator {
 public:
  bool Present() const override { return false; }
  uint32_t Read(uint32_t) override { return 0; }
  void Write(uint32_t, uint32_t) override {}
  void WriteBlock(uint32_t, const uint32_t*, size_t) override {}
  void PowerUp() override {}
  port::WaitResult WaitUntilIdle(uint32_t) override { return {}; }
  uint32_t BusAddress(const void*) const override { return 0; }
};

}  // namespace

namespace port {

StackUse MeasureStack() { return {1234, 8192}; }
StackUse MeasureInterruptStack() { return {56, 1024}; }
void FeedWatchdog() { ++g_feeds; }
void Restart() { std::_Exit(kRestarted); }

}  // namespace port

namespace {

using model_building::PlacedModel;

class Commands : public testing::Test {
 protected:
  Commands() {
    model_building::AddAllOperators(resolver_);
    image_.model_ready = application_.Init() == kTfLiteOk;
  }

  std::string Type(const std::string& line) {
    serial_.Type(line + "\r");
    console_.Poll();
    const std::string answer = serial_.Take();
    return answer.substr(std::min(answer.size(), line.size() + 2));
  }

  static constexpr app::LayerFacts kLayers[] = {{"quantize", "4", "4", "", 0, 4}};
  static constexpr app::ModelFacts kModel = {"toy", "00ff", nullptr, 1234, 4096, 1, kLayers};

  FakeSerial serial_;
  TickingClock clock_;
  NoAccelerator accelerator_;
  port::Platform platform_{serial_, clock_, accelerator_, "brd2601b", "DPLL", "", nullptr, 0};
  mvp::Driver driver_{accelerator_};
  model_building::Resolver resolver_;
  alignas(16) uint8_t arena_[8192];
  PlacedModel model_{BuildModel(model_building::SmallModel())};
  app::InterpretedApplication application_{
      {model_.data(), model_.size(), resolver_, arena_, sizeof arena_, clock_, nullptr}};
  app::Image image_{"0.1.0", kModel, platform_, application_, driver_, 8192, /*ready=*/false, "fast", "none"};
  app::Console console_{serial_, app::kCommands, app::kCommandCount, &image_};
};

TEST_F(Commands, AreAllInTheHelp) {
  const std::string help = Type("help");
  for (const char* name : {"info", "model", "run", "profile", "bench", "mem", "mvp", "log", "reboot"}) {
    EXPECT_NE(help.find("\n" + std::string(name) + " "), std::string::npos) << name;
  }
}

TEST_F(Commands, RunsRepeatably) {
  const std::string first = Type("run 5");
  EXPECT_EQ(first.find("run "), 0u);
  EXPECT_NE(first.find("CRC-32 0x"), std::string::npos) << first;
  EXPECT_EQ(Type("run 5").substr(30), first.substr(30));
  EXPECT_GT(g_feeds, 0);
}

TEST_F(Commands, RunsTheLastInputAgain) {
  const auto outputs = [this](const std::string& line) { return Type(line).substr(30); };
  const std::string zeros = outputs("run zeros");
  const std::string five = outputs("run 5");
  ASSERT_NE(five, zeros);
  EXPECT_EQ(outputs("run last"), five);
  Type("profile");
  EXPECT_EQ(outputs("run last"), zeros) << "that of the profile";
  application_.input()->data.f[0] = 3.0f;  // as the link does
  const std::string set = outputs("run last");
  EXPECT_NE(set, zeros);
  EXPECT_EQ(outputs("run last"), set);
}

TEST_F(Commands, TheLastInputIsZerosAtFirst) {
  const std::string last = Type("run last").substr(30);
  EXPECT_EQ(Type("run zeros").substr(30), last);
}

TEST_F(Commands, BenchCountsItsRuns) {
  g_feeds = 0;
  const std::string bench = Type("bench 3");
  EXPECT_EQ(g_feeds, 4) << "and the warm-up";
  EXPECT_EQ(bench.find("3 runs after a warm-up\r\n"), 0u) << bench;
  for (const char* label : {"min", "median", "max"}) EXPECT_NE(bench.find(label), std::string::npos);
  EXPECT_EQ(Type("bench 1").find("1 run after a warm-up\r\n"), 0u);
}

TEST_F(Commands, RefusesWhatItCannotDo) {
  for (const char* line : {"bench 0", "bench 101", "bench x", "bench 1 2", "bench 99999999999999999999"}) {
    EXPECT_EQ(Type(line), "bench takes a number of runs from 1 to 100\r\n> ") << line;
  }
  for (const char* line : {"run x", "run -1", "run 4294967296", "run last 1", "run Last"}) {
    EXPECT_EQ(Type(line), "run takes a seed (0 to 4294967295), or one of the words zeros and last\r\n> ")
        << line;
  }
}

TEST_F(Commands, RunNothingWithoutAModel) {
  image_.model_ready = false;
  for (const char* line : {"run", "profile", "bench"}) {
    EXPECT_EQ(Type(line), "the model is not ready: see the messages after the banner\r\n> ") << line;
  }
}

TEST_F(Commands, TellTheMemoryInUse) {
  const std::string mem = Type("mem");
  EXPECT_NE(mem.find("1234 of 8192 B"), std::string::npos) << mem;
  EXPECT_NE(mem.find("56 of 1024 B"), std::string::npos) << mem;
  EXPECT_NE(mem.find("arena"), std::string::npos);
}

TEST_F(Commands, SayThatThereIsNoAcceleratorToTest) {
  EXPECT_NE(Type("mvp").find("self-test       not possible"), std::string::npos);
}

TEST_F(Commands, LogTellsTheStartAndTheLastCrash) {
  platform_.reset_causes = port::kResetWatchdog;
  EXPECT_EQ(Type("log"), "started by      watchdog\r\nlast crash      none since power-on\r\n> ");
  port::Crash crash{};
  crash.kind = port::CrashKind::kWatchdog;
  crash.message = "";
  platform_.last_crash = &crash;
  EXPECT_NE(Type("log").find("in an earlier run\r\n=== crash dump 1 ===\r\nkind watchdog\r\n"),
            std::string::npos);
  platform_.crash_is_new = true;
  EXPECT_NE(Type("log").find("ended the run before this one\r\n"), std::string::npos);
}

TEST_F(Commands, RebootsForYesOnly) {
  EXPECT_NE(Type("reboot").find("yes or no? "), std::string::npos);
  EXPECT_EQ(Type("n"), "not done: only yes does it\r\n> ");
  Type("reboot");
  EXPECT_EXIT(Type("yes"), testing::ExitedWithCode(kRestarted), "");
}

}  // namespace
