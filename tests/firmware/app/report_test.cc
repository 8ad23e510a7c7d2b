// Facts and tables of the console, on a model of two layers with sums that are easy to check by hand.
#include "app/report.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "fake_serial.h"

namespace {

constexpr uint32_t kHz = 78'000'000;

class FakeClock final : public port::Clock {
 public:
  explicit FakeClock(uint32_t hz) : hz_(hz) {}
  uint32_t Frequency() const override { return hz_; }
  uint32_t Cycles() const override { return 0; }

 private:
  uint32_t hz_;
};

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

constexpr app::LayerFacts kLayers[] = {
    {"quantize", "1x640", "1x640", "", 0, 2560},
    {"fully_connected", "1x640,128x640,128", "1x128", "relu", 81'920, 164'224},
};
constexpr app::ModelFacts kModel = {"toy", "00ff", nullptr, 1234, 4096, 2, kLayers};
constexpr app::LayerRecord kRuns[] = {{"QUANTIZE", 0, 7'800, 0, 0, 0},
                                      {"FULLY_CONNECTED", 82'000, 1'560, 78'000, 4, 0}};

class Report : public testing::Test {
 protected:
  std::vector<std::vector<std::string>> Profile(uint32_t hz, size_t count = 2) {
    app::PrintProfile(text_, kModel, kRuns, count, hz);
    std::vector<std::vector<std::string>> rows;
    std::istringstream lines(serial_.Take());
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      rows.emplace_back(std::istream_iterator<std::string>(words), std::istream_iterator<std::string>());
    }
    return rows;
  }

  port::Platform Platform(const char* problem = "") {
    return {serial_, clock_, accelerator_, "brd2601b",       "DPLL", problem, kBuildId,
            2,       0,      crash_,       crash_ != nullptr};
  }

  static constexpr uint8_t kBuildId[] = {0xAB, 0xCD};
  FakeSerial serial_;
  FakeClock clock_{kHz};
  NoAccelerator accelerator_;
  const port::Crash* crash_ = nullptr;
  app::Text text_{serial_};
};

using Words = std::vector<std::string>;

TEST_F(Report, PrintsALinePerLayerAndTheTotals) {
  const auto rows = Profile(kHz);
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[1],
            (Words{"0", "quantize", "2560", "0", "0", "7800", "0", "100.0", "1x640", "->", "1x640"}));
  EXPECT_EQ(rows[2], (Words{"1", "fully_connected", "164224", "81920", "82000", "1560", "78000", "1020.0",
                            "1x640,128x640,128", "->", "1x128"}));
  EXPECT_EQ(rows[3], (Words{"total", "166784", "81920", "82000", "9360", "78000", "1120.0"}));
}

TEST_F(Report, ShowsUnknownCyclesAsUnknown) {
  const auto rows = Profile(0);
  EXPECT_EQ(rows[2], (Words{"1", "fully_connected", "164224", "81920", "82000", "-", "-", "-",
                            "1x640,128x640,128", "->", "1x128"}));
}

TEST_F(Report, ShowsTheLayersThatRan) { EXPECT_EQ(Profile(kHz, 1).size(), 3u); }

TEST_F(Report, NamesTheLayersThatTheCoreRedid) {
  const app::LayerRecord runs[] = {kRuns[0], {"FULLY_CONNECTED", 0, 9'000, 100, 4, 1}};
  app::PrintProfile(text_, kModel, runs, 2, kHz);
  const std::string profile = serial_.Take();
  const std::string end = "\r\nlayer 1 was redone by the core: the accelerator faulted or timed out\r\n";
  ASSERT_GT(profile.size(), end.size());
  EXPECT_EQ(profile.substr(profile.size() - end.size()), end) << profile;
  EXPECT_EQ(profile.find("layer 0"), std::string::npos);
  app::PrintProfile(text_, kModel, runs, 1, kHz);
  EXPECT_EQ(serial_.Take().find("redone"), std::string::npos) << "only layers that ran";
}

TEST_F(Report, StatesWhatTheImageIs) {
  app::PrintInfo(text_, {"0.1.0", "fast", "MVP", 3000, 4096}, kModel, Platform());
  const std::string info = serial_.Take();
  for (const char* line :
       {"project      Earshot 0.1.0\r\n", "build        abcd\r\n", "model        toy\r\n",
        "sha256       00ff\r\n", "model size   1234 B, 2 layers\r\n", "board        brd2601b\r\n",
        "clock        78000000 Hz, DPLL\r\n", "accelerator  MVP\r\n", "kernel       fast\r\n",
        "arena        3000 of 4096 B used\r\n"}) {
    EXPECT_NE(info.find(line), std::string::npos) << line << info;
  }
  EXPECT_EQ(info.find("last fault"), std::string::npos);
}

TEST_F(Report, SaysHowManyWeightsLieInRam) {
  app::PrintInfo(text_, {"0.1.0", "fast", "MVP", 1, 2}, kModel, Platform());
  EXPECT_EQ(serial_.Take().find("weights"), std::string::npos);
  app::PrintInfo(text_, {"0.1.0", "fast", "MVP", 1, 2, 229376, 6}, kModel, Platform());
  EXPECT_NE(serial_.Take().find("weights      229376 B of 6 layers copied to RAM\r\n"), std::string::npos);
}

TEST_F(Report, StatesTheAcceleratorsFaults) {
  app::ImageFacts facts = {"0.1.0", "fast", "MVP", 1, 2};
  app::PrintInfo(text_, facts, kModel, Platform());
  EXPECT_EQ(serial_.Take().find("FAULT"), std::string::npos);
  facts.accelerator_faults = 3;
  facts.accelerator_fault = {mvp::Status::kFault, 17, 0x02000000, 0x2301, 0x10000000};
  app::PrintInfo(text_, facts, kModel, Platform());
  const std::string info = serial_.Take();
  EXPECT_NE(info.find("acc. faults  3, the core redid these layers\r\n"), std::string::npos) << info;
  EXPECT_NE(info.find("last: launch 17 faulted, flags 0x02000000 FAULTSTATUS 0x00002301 FAULTADDR "
                      "0x10000000\r\n"),
            std::string::npos)
      << info;
  facts.accelerator_fault.outcome = mvp::Status::kTimeout;
  app::PrintInfo(text_, facts, kModel, Platform());
  EXPECT_NE(serial_.Take().find("launch 17 timed out, flags"), std::string::npos);
}

TEST_F(Report, CountsOneInTheSingular) {
  app::ModelFacts model = kModel;
  model.layer_count = 1;
  app::ImageFacts facts = {"0.1.0", "fast", "MVP", 1, 2, 64, 1, 1};
  app::PrintInfo(text_, facts, model, Platform());
  const std::string info = serial_.Take();
  for (const char* line :
       {" B, 1 layer\r\n", "64 B of 1 layer copied to RAM\r\n", "1, the core redid the layer\r\n"}) {
    EXPECT_NE(info.find(line), std::string::npos) << info;
  }
}

TEST_F(Report, SaysWhyTheClockIsNotWhatTheBoardAsksFor) {
  app::PrintInfo(text_, {"0.1.0", "fast", "MVP", 1, 2}, kModel, Platform("the crystal did not start"));
  EXPECT_NE(serial_.Take().find("Hz, DPLL: the crystal did not start\r\n"), std::string::npos);
}

TEST_F(Report, ShowsAnUnknownFrequencyAsUnknown) {
  FakeClock none(0);
  port::Platform platform = {serial_, none, accelerator_, "brd2601b", "DPLL", "", kBuildId, 2};
  app::PrintInfo(text_, {"0.1.0", "fast", "MVP", 1, 2}, kModel, platform);
  EXPECT_NE(serial_.Take().find("clock        unknown, DPLL\r\n"), std::string::npos);
}

port::Crash SomeFault() {
  port::Crash crash{};
  crash.kind = port::CrashKind::kFault;
  crash.registers_known = true;
  crash.exception = 5;
  crash.registers[14] = 0x08000101;
  crash.registers[15] = 0x08000123;
  crash.message = "";
  return crash;
}

TEST_F(Report, StatesTheLastCrash) {
  const port::Crash crash = SomeFault();
  crash_ = &crash;
  app::PrintInfo(text_, {"0.1.0", "fast", "MVP", 1, 2}, kModel, Platform());
  const std::string info = serial_.Take();
  EXPECT_NE(info.find("last crash   fault, exception 5 at pc 0x08000123 lr 0x08000101"), std::string::npos)
      << info;
}

TEST_F(Report, ListsTheModelsLayers) {
  app::PrintModel(text_, kModel, 3000, 4096);
  const std::string model = serial_.Take();
  EXPECT_NE(model.find("1x640,128x640,128 -> 1x128, relu\r\n"), std::string::npos) << model;
  EXPECT_NE(model.find("81920"), std::string::npos);
  EXPECT_NE(model.find("arena        3000 of 4096 B used\r\n"), std::string::npos);
}

constexpr char kBannerHead[] =
    "\r\nEarshot 0.1.0 on brd2601b, build abcd\r\nmodel toy, sha256 00ff\r\nclock 78000000 Hz, DPLL\r\n";

TEST_F(Report, BannerNamesProjectBoardBuildModelAndClock) {
  app::PrintBanner(text_, "0.1.0", kModel, Platform());
  EXPECT_EQ(serial_.Take(), std::string(kBannerHead) + "type help for the commands\r\n");
}

TEST_F(Report, BannerSaysWhatIsAmissInOneLine) {
  app::PrintBanner(text_, "0.1.0", kModel, Platform(), "no accelerator: the model runs on the CPU");
  EXPECT_EQ(serial_.Take(),
            std::string(kBannerHead) +
                "no accelerator: the model runs on the CPU\r\ntype help for the commands\r\n");
}

// An image that crashes before it serves its console has no other place to say so.
TEST_F(Report, BannerShowsANewCrashOnly) {
  const port::Crash crash = SomeFault();
  crash_ = &crash;
  app::PrintBanner(text_, "0.1.0", kModel, Platform());
  EXPECT_NE(serial_.Take().find("=== crash dump 1 ===\r\nkind fault\r\n"), std::string::npos);
  port::Platform platform = Platform();
  platform.crash_is_new = false;
  app::PrintBanner(text_, "0.1.0", kModel, platform);
  EXPECT_EQ(serial_.Take().find("crash"), std::string::npos);
}

}  // namespace
