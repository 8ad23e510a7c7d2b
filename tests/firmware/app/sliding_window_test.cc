// The window on models that round their input to whole numbers: scores are easy to work out.
#include "app/sliding_window.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "app/interpreted_application.h"
#include "captured_log.h"
#include "loaded_model.h"
#include "ticking_clock.h"

namespace {

using model_building::ModelSpec;
using model_building::PlacedModel;
using model_building::TensorSpec;
using serial_link::PushResult;
using serial_link::PushStatus;

constexpr int32_t kValues = 8;

TensorSpec Tensor(float scale, int64_t zero_point) {
  TensorSpec tensor;
  tensor.shape = {1, kValues};
  if (scale == 0) {
    tensor.type = tflite::TensorType_FLOAT32;
  } else {
    tensor.scales = {scale};
    tensor.zero_points = {zero_point};
  }
  return tensor;
}

// Int8 at an eighth, then at whole numbers, then float; with float input, quantized first.
ModelSpec Rounding(bool float_input) {
  ModelSpec spec;
  const int32_t fine = spec.Add(Tensor(0.125f, -3));
  const int32_t coarse = spec.Add(Tensor(1.0f, 0));
  const int32_t output = spec.Add(Tensor(0, 0));
  if (float_input) {
    const int32_t input = spec.Add(Tensor(0, 0));
    spec.operators.push_back({tflite::BuiltinOperator_QUANTIZE, {input}, {fine}});
    spec.inputs = {input};
  } else {
    spec.inputs = {fine};
  }
  spec.operators.push_back({tflite::BuiltinOperator_QUANTIZE, {fine}, {coarse}});
  spec.operators.push_back({tflite::BuiltinOperator_DEQUANTIZE, {coarse}, {output}});
  spec.outputs = {output};
  return spec;
}

class SlidingWindow : public testing::TestWithParam<bool> {
 protected:
  SlidingWindow() {
    model_building::AddAllOperators(resolver_);
    EXPECT_EQ(application_.Init(), kTfLiteOk) << model_building::TakeLog();
    window_.Open(*tflite::GetModel(model_.data()));
  }

  PushResult Push(uint32_t clip, uint32_t frame, const std::vector<int8_t>& values, uint32_t session = 9) {
    return window_.Push({session, clip, frame}, values.data(), values.size());
  }

  model_building::Resolver resolver_;
  TickingClock clock_;
  alignas(16) uint8_t arena_[8192];
  PlacedModel model_{BuildModel(Rounding(GetParam()))};
  app::InterpretedApplication application_{
      {model_.data(), model_.size(), resolver_, arena_, sizeof arena_, clock_, nullptr}};
  app::SlidingWindow window_{application_, clock_};
};

TEST_P(SlidingWindow, HasTheScaleOfItsFrames) {
  EXPECT_EQ(window_.facts().values, 8u);
  EXPECT_EQ(window_.facts().scale, 0.125f);
  EXPECT_EQ(window_.facts().zero_point, -3);
}

TEST_P(SlidingWindow, ScoresOnceItIsFullAndThenEachFrame) {
  for (uint32_t frame = 0; frame < 3; ++frame) {
    const PushResult result = Push(1, frame, {-3, -3});  // zeros
    EXPECT_EQ(result.status, PushStatus::kStored);
    EXPECT_TRUE(std::isnan(result.score_int8));
    EXPECT_EQ(result.cycles, 0u);
  }
  const PushResult first = Push(1, 3, {-2, 5});  // an eighth, which rounds to 0, and one
  EXPECT_EQ(first.status, PushStatus::kScored);
  EXPECT_EQ(first.score_int8, 0.015625f / 8);
  EXPECT_GT(first.cycles, 0u);
  EXPECT_EQ(Push(1, 4, {-2, -2}).score_int8, 3 * 0.015625f / 8);
  EXPECT_EQ(Push(1, 5, {-3, -3}).score_int8, 3 * 0.015625f / 8);
  EXPECT_EQ(Push(1, 6, {-3, -3}).score_int8, 3 * 0.015625f / 8);
  EXPECT_EQ(Push(1, 7, {-3, -3}).score_int8, 2 * 0.015625f / 8);  // the first frame has left it
}

TEST_P(SlidingWindow, KeepsTheOrderOfItsFrames) {
  for (uint32_t frame = 0; frame < 5; ++frame) {
    const auto code = static_cast<int8_t>(5 + 16 * frame);
    (void)Push(1, frame, {code, static_cast<int8_t>(code + 8)});
  }
  for (int i = 0; i < 8; ++i) EXPECT_EQ(application_.output()->data.f[i], static_cast<float>(3 + i));
}

TEST_P(SlidingWindow, NobodyElsesInputDisturbsIt) {
  for (uint32_t frame = 0; frame < 3; ++frame) (void)Push(1, frame, {-3, -3});
  TfLiteTensor& input = *application_.input();
  std::memset(input.data.raw, 0x11, input.bytes);
  ASSERT_EQ(application_.Invoke(), kTfLiteOk);
  EXPECT_EQ(Push(1, 3, {-2, 5}).score_int8, 0.015625f / 8);
}

TEST_P(SlidingWindow, ARepeatedFrameIsAnsweredFromTheLastResult) {
  for (uint32_t frame = 0; frame < 4; ++frame) (void)Push(1, frame, {-2, -3});
  const uint32_t before = clock_.Cycles();
  EXPECT_EQ(Push(1, 3, {-2, -3}).score_int8, 4 * 0.015625f / 8);
  EXPECT_EQ(clock_.Cycles(), before + TickingClock::kStep);
  EXPECT_EQ(Push(1, 4, {-3, -3}).score_int8, 3 * 0.015625f / 8);
}

TEST_P(SlidingWindow, RefusesWhatIsOutOfTurn) {
  EXPECT_EQ(Push(1, 1, {0, 0}).status, PushStatus::kRestart);
  (void)Push(1, 0, {0, 0});
  EXPECT_EQ(Push(1, 2, {0, 0}).status, PushStatus::kRestart);
  EXPECT_EQ(Push(2, 1, {0, 0}).status, PushStatus::kRestart);
  EXPECT_EQ(Push(1, 1, {0, 0}, 8).status, PushStatus::kRestart);
  EXPECT_EQ(Push(1, 1, {0, 0, 0, 0}).status, PushStatus::kRestart);
  EXPECT_EQ(Push(1, 1, {0, 0}).status, PushStatus::kStored);
  EXPECT_EQ(Push(1, 0, {0, 0}).status, PushStatus::kStored);
  EXPECT_EQ(Push(1, 2, {0, 0}).status, PushStatus::kRestart);
}

TEST_P(SlidingWindow, RefusesFramesThatDoNotMakeAWindow) {
  for (const size_t count : {0u, 3u, 5u, 7u, 9u, 16u}) {
    const std::vector<int8_t> frame(16);
    EXPECT_EQ(window_.Push({1, 1, 0}, frame.data(), count).status, PushStatus::kBadLength) << count;
  }
  EXPECT_EQ(Push(1, 0, std::vector<int8_t>(8)).status, PushStatus::kScored);
}

INSTANTIATE_TEST_SUITE_P(InputTypes, SlidingWindow, testing::Bool());

}  // namespace
