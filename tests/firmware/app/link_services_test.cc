// The link's services on a small model, with a machine that says fixed things of itself.
#include "app/link_services.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "app/interpreted_application.h"
#include "captured_log.h"
#include "fake_serial.h"
#include "loaded_model.h"
#include "port/identity.h"
#include "ticking_clock.h"

namespace {

int g_feeds = 0;

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

class NoRate final : public port::SerialRate {
 public:
  bool Supports(uint32_t) const override { return false; }
  void Switch(uint32_t) override {}
  uint32_t baud() const override { return 0; }
  uint32_t framing_errors() const override { return 0; }
  uint32_t lost_bytes() const override { return 0; }
};

}  // namespace

namespace port {

StackUse MeasureStack() { return {1234, 7168}; }
StackUse MeasureInterruptStack() { return {100, 1024}; }
void FeedWatchdog() { ++g_feeds; }
void Restart() { std::abort(); }
ImageSize MeasureImage() { return {33000, 380000}; }
uint64_t UniqueId() { return 0x02E5700000000001; }
uint32_t TakeBootId() { return 7; }
size_t ReceiveRingBytes() { return 4096; }
SerialRate& MessageSerialRate() {
  static NoRate rate;
  return rate;
}

}  // namespace port

namespace {

using model_building::PlacedModel;
using serial_link::Direction;

constexpr char kHash[] = "00ff102030405060708090a0b0c0d0e0f0112233445566778899aabbccddeeff";

class LinkServices : public testing::Test {
 protected:
  // Before the services are made, which take what has been prepared.
  bool Prepare() {
    model_building::AddAllOperators(resolver_);
    return application_.Init() == kTfLiteOk;
  }

  FakeSerial serial_;
  TickingClock clock_;
  NoAccelerator accelerator_;
  const uint8_t build_id_[20] = {1, 2, 3};
  port::Platform platform_{serial_, clock_, accelerator_, "brd2601b", "DPLL", "", build_id_, 20};
  mvp::Driver driver_{accelerator_};
  model_building::Resolver resolver_;
  alignas(16) uint8_t arena_[8192];
  PlacedModel model_{BuildModel(model_building::SmallModel())};
  app::ModelFacts facts_ = {"toy", kHash, model_.data(), 1234, 4096, 0, nullptr};
  app::InterpretedApplication application_{
      {model_.data(), model_.size(), resolver_, arena_, sizeof arena_, clock_, nullptr}};
  const bool ready_ = Prepare();
  app::Image image_{"0.1.0", facts_, platform_, application_, driver_, 8192, ready_, "fast", "none"};
  app::LinkServices services_{image_};
};

TEST_F(LinkServices, TellWhatTheDeviceIs) {
  const serial_link::DeviceFacts& facts = services_.facts();
  EXPECT_EQ(facts.ring_bytes, 4096u);
  EXPECT_EQ(facts.boot_id, 7u);
  EXPECT_EQ(facts.clock_hz, 1'000'000u);
  EXPECT_EQ(facts.unique_id, 0x02E5700000000001u);
  EXPECT_EQ(facts.build_id[2], 3);
  EXPECT_EQ(facts.model_sha256[0], 0x00);
  EXPECT_EQ(facts.model_sha256[1], 0xFF);
  EXPECT_EQ(facts.model_sha256[31], 0xFF);
  EXPECT_EQ(facts.model_sha256[26], 0xAA);
  EXPECT_STREQ(services_.Names().model, "toy");
  EXPECT_EQ(services_.Memory().stack_used, 1334u);
  EXPECT_EQ(services_.Memory().stack_size, 8192u);
  EXPECT_EQ(services_.Memory().flash_used, 380000u);
  EXPECT_EQ(services_.Memory().arena_used, application_.arena_used_bytes());
}

TEST_F(LinkServices, DescribeTheTensors) {
  ASSERT_EQ(services_.TensorCount(Direction::kInput), 1u);
  ASSERT_EQ(services_.TensorCount(Direction::kOutput), 1u);
  const serial_link::Tensor input = services_.GetTensor(Direction::kInput, 0);
  EXPECT_EQ(input.type, kTfLiteFloat32);
  ASSERT_EQ(input.rank, 2);
  EXPECT_EQ(input.shape[1], 4);
  EXPECT_EQ(input.size, 16u);
  EXPECT_EQ(services_.GetTensor(Direction::kOutput, 0).size, 12u);
  EXPECT_EQ(services_.GetTensor(Direction::kOutput, 1).bytes, nullptr);
  EXPECT_EQ(services_.Window().values, 4u);
  EXPECT_EQ(services_.Window().scale, 0.25f);
  EXPECT_EQ(services_.Window().zero_point, -3);
}

TEST_F(LinkServices, RunAndProfileTheModel) {
  EXPECT_EQ(services_.LayerCount(), 0u);
  uint32_t cycles = 0;
  g_feeds = 0;
  ASSERT_TRUE(services_.Invoke(cycles));
  EXPECT_GT(cycles, 4 * TickingClock::kStep);
  EXPECT_GT(g_feeds, 0);
  ASSERT_EQ(services_.LayerCount(), 4u);
  const uint32_t opcodes[] = {tflite::BuiltinOperator_QUANTIZE, tflite::BuiltinOperator_RESHAPE,
                              tflite::BuiltinOperator_FULLY_CONNECTED, tflite::BuiltinOperator_DEQUANTIZE};
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(services_.Layer(i).opcode, opcodes[i]);
    EXPECT_EQ(services_.Layer(i).cpu_cycles, TickingClock::kStep);
  }
}

TEST_F(LinkServices, HaveNoScoreWhereInputAndOutputDiffer) {
  const serial_link::Scores scores = services_.Score();
  EXPECT_TRUE(std::isnan(scores.score_float));
  EXPECT_TRUE(std::isnan(scores.score_int8));
}

TEST_F(LinkServices, TestWhatThereIs) {
  char text[100];
  EXPECT_EQ(services_.SelfTest(text, sizeof text).tests, 0u);  // no accelerator
}

TEST_F(LinkServices, ReadTheLogPieceByPiece) {
  char whole[1000];
  const size_t size = services_.ReadLog(0, whole, sizeof whole);
  ASSERT_GT(size, 20u);
  std::string pieces;
  char piece[7];
  while (const size_t count = services_.ReadLog(pieces.size(), piece, sizeof piece)) {
    pieces.append(piece, count);
  }
  EXPECT_EQ(pieces, std::string(whole, size));
}

}  // namespace
