// The benchmark's commands: replies as its specification has them, on a small model, and bad input.
#include "app/benchmark/runner.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "app/interpreted_application.h"
#include "captured_log.h"
#include "fake_serial.h"
#include "loaded_model.h"
#include "port/platform.h"
#include "ticking_clock.h"

namespace {

int g_feeds = 0;

}  // namespace

namespace port {

StackUse MeasureStack() { return {}; }
StackUse MeasureInterruptStack() { return {}; }
void FeedWatchdog() { ++g_feeds; }
void Restart() { std::abort(); }

}  // namespace port

namespace {

using model_building::ModelSpec;
using model_building::PlacedModel;

constexpr char kReady[] = "m-ready\r\n";
constexpr uint8_t kBuildId[] = {0x01, 0xAB};

class CountingPin final : public port::TimingPin {
 public:
  void Pulse() override { ++pulses; }
  int pulses = 0;
};

// Four int8 elements of scale 0.5 and zero point 3, given back with scale 0.25 and zero point -2.
ModelSpec Echo() {
  ModelSpec spec;
  spec.inputs = {spec.Add(model_building::Quantized({4}, 0.5f, 3))};
  spec.outputs = {spec.Add(model_building::Quantized({4}, 0.25f, -2))};
  spec.operators = {{tflite::BuiltinOperator_QUANTIZE, {0}, {1}}};
  return spec;
}

std::string Hex(const std::vector<float>& values) {
  std::string digits;
  for (const uint8_t byte : model_building::Bytes(values)) {
    digits += "0123456789abcdef"[byte >> 4];
    digits += "0123456789abcdef"[byte & 15];
  }
  return digits;
}

class RunnerTest : public testing::Test {
 protected:
  RunnerTest() : file_(BuildModel(Echo())) {
    model_building::AddAllOperators(resolver_);
    EXPECT_EQ(application_.Init(), kTfLiteOk) << model_building::TakeLog();
  }

  // The runner's reply, without the closing m-ready that must be there.
  std::string Ask(const std::string& command) {
    serial_.Type(command + "%");
    runner_.Poll();
    const std::string reply = serial_.Take();
    const size_t length = reply.size() - std::min(reply.size(), sizeof(kReady) - 1);
    EXPECT_EQ(reply.substr(length), kReady) << command;
    return reply.substr(0, length);
  }

  std::string Infer(const std::vector<float>& values) {
    (void)Ask("db load 16");
    (void)Ask("db " + Hex(values));
    const std::string reply = Ask("infer 1 0");
    return reply.substr(reply.find("m-infer-done\r\n") + 14);
  }

  PlacedModel file_;
  model_building::Resolver resolver_;
  TickingClock clock_;
  alignas(16) uint8_t arena_[8192];
  app::InterpretedApplication application_{
      {file_.data(), file_.size(), resolver_, arena_, sizeof(arena_), clock_, nullptr}};
  FakeSerial serial_;
  app::benchmark::LapTimestamp laps_{clock_};
  app::benchmark::Runner runner_{serial_, laps_, {"board", kBuildId, sizeof(kBuildId)}};
};

class StartedRunnerTest : public RunnerTest {
 protected:
  StartedRunnerTest() {
    runner_.Start(&application_);
    (void)serial_.Take();
  }
};

TEST_F(RunnerTest, StartsWithFourLines) {
  runner_.Announce();
  const std::string first = serial_.Take();
  EXPECT_EQ(first.find("m-timestamp-mode-performance\r\nm-lap-us-"), 0u);
  serial_.Type("name%name");  // too early: nobody was ready
  runner_.Start(&application_);
  EXPECT_EQ(serial_.Take(), "m-init-done\r\nm-ready\r\n");
  runner_.Poll();
  EXPECT_EQ(serial_.Take(), "");
}

TEST_F(StartedRunnerTest, TellsNameAndProfile) {
  EXPECT_EQ(Ask("name"), "m-name-dut-[earshot-board-01ab]\r\n");
  EXPECT_EQ(Ask("profile"), "m-profile-[ULPMark for tinyML Firmware V0.0.1]\r\nm-model-[ad01]\r\n");
  EXPECT_EQ(Ask("help").find("ULPMark for tinyML Firmware V0.0.1\r\n\r\n"), 0u);
}

TEST_F(StartedRunnerTest, TimesGoOnBeyondTheClocksWrap) {
  uint64_t last = 0;
  TickingClock late(0xFFFFFF00u);
  app::benchmark::LapTimestamp laps(late);
  app::Text text(serial_);
  for (int i = 0; i < 5; ++i) {
    laps.Mark(text);
    const std::string line = serial_.Take();
    ASSERT_EQ(line.find("m-lap-us-"), 0u);
    const uint64_t now = std::stoull(line.substr(9));
    EXPECT_EQ(now, last + TickingClock::kStep);  // the clock's rate is 1 MHz
    last = now;
  }
}

TEST_F(StartedRunnerTest, UnknownCommandsAreErrors) {
  EXPECT_EQ(Ask("frobnicate 1"), "e-[Unknown command: frobnicate]\r\n");
  EXPECT_EQ(Ask("NAME"), "e-[Unknown command: NAME]\r\n");
  EXPECT_EQ(Ask("names"), "e-[Unknown command: names]\r\n");
  EXPECT_EQ(Ask(""), "e-[Unknown command: ]\r\n");
  EXPECT_EQ(Ask("   "), "e-[Unknown command: ]\r\n");
  EXPECT_EQ(Ask("\xc3\xa9\x1b\x7f"), "e-[Unknown command: ????]\r\n");
}

TEST_F(StartedRunnerTest, LoadsData) {
  EXPECT_EQ(Ask("db load 9"), "m-[Expecting 9 bytes]\r\n");
  EXPECT_EQ(Ask("db 00010203"), "");
  EXPECT_EQ(Ask("db 0405aAFf"), "");
  EXPECT_EQ(Ask("db 08ffff"), "m-load-done\r\n");
  EXPECT_EQ(Ask("db ff"), "");
  EXPECT_EQ(Ask("db print"), "m-buffer-00-01-02-03-04-05-aa-ff\r\nm-buffer-08\r\n\r\n");
  EXPECT_EQ(Ask("db load 8"), "m-[Expecting 8 bytes]\r\n");
  EXPECT_EQ(Ask("db 1011121314151617"), "m-load-done\r\n");
  EXPECT_EQ(Ask("db print"), "m-buffer-10-11-12-13-14-15-16-17\r\n");
}

TEST_F(StartedRunnerTest, RefusesBadData) {
  EXPECT_EQ(Ask("db"), "e-[Command 'db' requires a subcommand]\r\n");
  EXPECT_EQ(Ask("db load"), "e-[Command 'db load' requires the # of bytes]\r\n");
  for (const char* count : {"0", "-1", "x", "-99999999999"}) {
    EXPECT_EQ(Ask(std::string("db load ") + count), "e-[Command 'db load' must be >0 bytes]\r\n");
  }
  EXPECT_EQ(Ask("db load 5121"), "Supplied buffer size 5121 exceeds maximum of 5120\n");
  EXPECT_EQ(Ask("db 00"), "");  // before any load
  EXPECT_EQ(Ask("db print"), "");
  EXPECT_EQ(Ask("db load 4"), "m-[Expecting 4 bytes]\r\n");
  EXPECT_EQ(Ask("db 010"), "e-[Insufficent number of hex digits]\r\n");
  EXPECT_EQ(Ask("db 01g2"), "e-[Invalid hex digit 'g2']\r\n");
  EXPECT_EQ(Ask("db 020304"), "m-load-done\r\n");  // 01 has been kept
  EXPECT_EQ(Ask("db load 5120"), "m-[Expecting 5120 bytes]\r\n");
}

// x: 1, -1.3, 1000, -1000. q = x / 0.5 + 3, half away from zero, saturated: 5, 0, 127, -128; y = 1, -1.5 and
// what the output saturates at, (±127.. + 2) * 0.25: 32.25 and -31.5. Worked out by hand.
TEST_F(StartedRunnerTest, ScoresTheFloatInput) {
  const double expected = (0.0 + 0.04 + 967.75 * 967.75 + 968.5 * 968.5) / 4;
  EXPECT_NEAR(expected, 468633.088, 0.001);
  EXPECT_EQ(Infer({1.0f, -1.3f, 1000.0f, -1000.0f}).substr(0, 16), "m-results-[46863");
  EXPECT_EQ(Infer({1.0f, -1.3f, 0.5f, 0.0f}), "m-results-[0.010]\r\n");
  EXPECT_EQ(Infer({0.0f, 0.0f, 0.0f, 0.5f}), "m-results-[0.000]\r\n");
  // 1.25 is 2.5 levels, rounded to 3: off by 0.25. 0.0625 / 4 = 0.015625.
  EXPECT_EQ(Infer({1.25f, 0.0f, 0.0f, 0.0f}), "m-results-[0.016]\r\n");
  EXPECT_EQ(Infer({-1.25f, 0.0f, 0.0f, 0.0f}), "m-results-[0.016]\r\n");
  // Off by 0.25, 0.25, 0.25 and 0.25: 0.0625, a tie, to even.
  EXPECT_EQ(Infer({1.25f, -1.25f, 0.25f, -0.25f}), "m-results-[0.062]\r\n");
}

TEST_F(StartedRunnerTest, ScoresOfAThousandAndMore) {
  // The output is 32.25 at most: 64.5 above it, 4160.25 in the mean of four.
  EXPECT_EQ(Infer({96.75f, 96.75f, 96.75f, 96.75f}), "m-results-[4160.250]\r\n");
}

TEST_F(StartedRunnerTest, WhatIsNoNumberIsNoCrash) {
  constexpr float kInfinite = std::numeric_limits<float>::infinity();
  EXPECT_EQ(Infer({std::nanf(""), 0.0f, 0.0f, 0.0f}), "m-results-[nan]\r\n");
  EXPECT_EQ(Infer({kInfinite, -kInfinite, 0.0f, 0.0f}), "m-results-[inf]\r\n");
  EXPECT_EQ(Infer({3e38f, -3e38f, 1e-40f, 0.0f}), "m-results-[inf]\r\n");
}

TEST_F(StartedRunnerTest, InfersInTheOrderOfTheSpecification) {
  (void)Infer({1.0f, 2.0f, 3.0f, 4.0f});
  const std::string reply = Ask("infer 3 2");
  const size_t first = reply.find("m-lap-us-");
  const size_t second = reply.find("m-lap-us-", first + 1);
  EXPECT_EQ(reply.substr(0, first), "m-warmup-start-2\r\nm-warmup-done\r\nm-infer-start-3\r\n");
  EXPECT_EQ(reply.substr(reply.find("\r\n", second)), "\r\nm-infer-done\r\nm-results-[0.000]\r\n");
  EXPECT_GE(std::stoull(reply.substr(second + 9)),
            std::stoull(reply.substr(first + 9)) + 3 * TickingClock::kStep);
  EXPECT_EQ(Ask("results"), "m-results-[0.000]\r\n");
}

TEST_F(StartedRunnerTest, EveryInferenceRunsAndTheWatchdogIsFed) {
  (void)Infer({1.0f, 2.0f, 3.0f, 4.0f});
  g_feeds = 0;
  (void)Ask("infer 7 5");
  EXPECT_EQ(g_feeds, 12);
  g_feeds = 0;
  EXPECT_EQ(Ask("infer").find("m-warmup-start-10\r\nm-warmup-done\r\nm-infer-start-1\r\n"), 0u);
  EXPECT_EQ(g_feeds, 11);
  EXPECT_EQ(Ask("infer 2").find("m-warmup-start-10\r\nm-warmup-done\r\nm-infer-start-2\r\n"), 0u);
}

TEST_F(StartedRunnerTest, TheInputHoldsOverRepeatedInference) {
  (void)Infer({1.0f, 2.0f, 3.0f, 4.0f});
  (void)Ask("infer 5 5");
  const int8_t* input = application_.input()->data.int8;
  EXPECT_EQ(std::vector<int8_t>(input, input + 4), (std::vector<int8_t>{5, 7, 9, 11}));
}

TEST_F(StartedRunnerTest, RefusesBadCounts) {
  for (const char* count : {"0", "-1", "x", "1x"}) {
    EXPECT_EQ(Ask(std::string("infer ") + count), "e-[Inference iterations must be >0]\r\n");
  }
  EXPECT_EQ(Ask("infer 5 -1"), "e-[Inference warmup must be >=0]\r\n");
  EXPECT_EQ(Ask("infer 5 x"), "e-[Inference warmup must be >=0]\r\n");
  for (const char* count : {"100001", "2147483648", "999999999999"}) {
    EXPECT_EQ(Ask(std::string("infer ") + count), "e-[Inference iterations must be <=100000]\r\n");
    EXPECT_EQ(Ask(std::string("infer 1 ") + count), "e-[Inference warmup must be <=100000]\r\n");
  }
  EXPECT_EQ(Ask("results"), "e-[No results yet]\r\n");
}

TEST_F(StartedRunnerTest, TooLittleDataIsTold) {
  (void)Infer({1.0f, 2.0f, 3.0f, 4.0f});
  (void)Ask("db load 16");
  (void)Ask("db " + Hex({5.0f}));
  EXPECT_EQ(Ask("infer 1 0").find("Input db has 1 elemented, expected 4\nm-warmup-start-0\r\n"), 0u);
}

TEST_F(RunnerTest, WithoutAModelInferenceIsAnError) {
  runner_.Start(nullptr);
  (void)serial_.Take();
  EXPECT_EQ(Ask("infer 1 0"), "e-[The model could not be prepared]\r\n");
  EXPECT_EQ(Ask("results"), "e-[No results yet]\r\n");
  EXPECT_EQ(Ask("name"), "m-name-dut-[earshot-board-01ab]\r\n");
}

TEST_F(RunnerTest, InEnergyModeThePinFallsAndNothingIsPrinted) {
  CountingPin pin;
  app::benchmark::PinTimestamp timestamp(pin);
  app::benchmark::Runner runner(serial_, timestamp, {"board", kBuildId, sizeof(kBuildId)});
  runner.Announce();
  EXPECT_EQ(serial_.Take(), "m-timestamp-mode-energy\r\n");
  EXPECT_EQ(pin.pulses, 1);
  runner.Start(&application_);
  (void)serial_.Take();
  serial_.Type("timestamp%infer 2 0%");
  runner.Poll();
  EXPECT_EQ(serial_.Take(),
            "m-ready\r\n"
            "Input db has 0 elemented, expected 4\n"
            "m-warmup-start-0\r\nm-warmup-done\r\nm-infer-start-2\r\nm-infer-done\r\n"
            "m-results-[0.000]\r\nm-ready\r\n");
  EXPECT_EQ(pin.pulses, 4);
}

// Commands cut, spliced and overwritten at random, sixteen random bytes in between: each percent sign gets
// one m-ready, and the runner still works afterwards.
TEST_F(StartedRunnerTest, AnyBytesAreAnsweredOncePerCommand) {
  const std::array<std::string, 8> seeds = {"db load 16%",    "db 00112233445566778899aabbccddeeff%",
                                            "infer 1 0%",     "db print%",
                                            "db load 99999%", "results%",
                                            "timestamp%",     "infer 2 1%"};
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = seeds[random() % seeds.size()];
    for (uint32_t change = random() % 4; change > 0; --change) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    bytes = bytes.substr(random() % bytes.size());
    if (round % 8 == 0) {
      for (int i = 0; i < 16; ++i) bytes += static_cast<char>(random());
    }
    // No long counts: "infer 9999" would only cost time.
    if (bytes.find("infer") == std::string::npos || bytes.find_first_of("3456789") == std::string::npos) {
      serial_.Type(bytes);
      runner_.Poll();
      const std::string reply = serial_.Take();
      size_t readies = 0;
      for (size_t at = 0; (at = reply.find(kReady, at)) != std::string::npos; ++at) ++readies;
      EXPECT_EQ(readies, static_cast<size_t>(std::count(bytes.begin(), bytes.end(), '%')));
    }
  }
  serial_.Type("%");
  runner_.Poll();
  (void)serial_.Take();
  EXPECT_EQ(Infer({1.0f, -1.3f, 0.5f, 0.0f}), "m-results-[0.010]\r\n");
}

}  // namespace
