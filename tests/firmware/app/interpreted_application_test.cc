// The application: a model checked, prepared, run and measured.
#include "app/interpreted_application.h"

#include <gtest/gtest.h>

#include <vector>

#include "captured_log.h"
#include "loaded_model.h"
#include "ticking_clock.h"

namespace {

using model_building::PlacedModel;
using model_building::SmallModel;

class ApplicationTest : public testing::Test {
 protected:
  ApplicationTest() { model_building::AddAllOperators(resolver_); }

  app::ApplicationParts Parts(const PlacedModel& model, size_t arena_bytes = 8192) {
    return {model.data(), model.size(), resolver_, arena_, arena_bytes, clock_, nullptr};
  }

  model_building::Resolver resolver_;
  TickingClock clock_;
  alignas(16) uint8_t arena_[8192];
};

TEST_F(ApplicationTest, RunsAndMeasuresAModel) {
  const PlacedModel model(BuildModel(SmallModel()));
  app::InterpretedApplication application(Parts(model));
  ASSERT_EQ(application.Init(), kTfLiteOk) << model_building::TakeLog();
  EXPECT_EQ(application.layer_count(), 0u);
  const std::vector<float> input = {0.0f, -4.0f, 4.0f, 0.0f};
  std::memcpy(application.input()->data.data, input.data(), 16);
  for (int run = 0; run < 2; ++run) {
    ASSERT_EQ(application.Invoke(), kTfLiteOk);
    EXPECT_EQ(application.output()->data.f[0], 3.0f);
    EXPECT_EQ(application.output()->data.f[2], 255.0f);
    ASSERT_EQ(application.layer_count(), 4u);
    EXPECT_STREQ(application.layers()[2].opcode, "FULLY_CONNECTED");
    for (size_t i = 0; i < 4; ++i) {
      EXPECT_EQ(application.layers()[i].cpu_cycles, TickingClock::kStep);
      EXPECT_EQ(application.layers()[i].launches, 0u);
    }
  }
  EXPECT_GT(application.arena_used_bytes(), 0u);
}

TEST_F(ApplicationTest, RefusesADamagedModel) {
  std::vector<uint8_t> bytes = BuildModel(SmallModel());
  bytes.resize(bytes.size() / 2);
  const PlacedModel model(bytes);
  app::InterpretedApplication application(Parts(model));
  EXPECT_EQ(application.Init(), kTfLiteError);
  EXPECT_EQ(model_building::TakeLog().find("the model is damaged or cut off"), 0u);
  EXPECT_EQ(application.input(), nullptr);
  EXPECT_EQ(application.output(), nullptr);
  EXPECT_EQ(application.Invoke(), kTfLiteError);
  EXPECT_EQ(application.arena_used_bytes(), 0u);
}

TEST_F(ApplicationTest, RefusesAnArenaThatIsTooSmall) {
  const PlacedModel model(BuildModel(SmallModel()));
  app::InterpretedApplication application(Parts(model, 256));
  EXPECT_EQ(application.Init(), kTfLiteError);
  EXPECT_EQ(model_building::TakeLog().find("the arena is too small"), 0u);
  EXPECT_EQ(application.arena_used_bytes(), 0u);
}

TEST_F(ApplicationTest, RecordsAsManyLayersAsTheModelHas) {
  model_building::ModelSpec spec;
  spec.inputs = {spec.Add(model_building::Quantized({4}, 1.0f, 0))};
  for (int32_t i = 0; i < 40; ++i) {
    spec.Add(model_building::Quantized({4}, 1.0f, 0));
    spec.operators.push_back({tflite::BuiltinOperator_RESHAPE, {i}, {i + 1}});
  }
  spec.outputs = {40};
  const PlacedModel model(BuildModel(spec));
  app::InterpretedApplication application(Parts(model));
  ASSERT_EQ(application.Init(), kTfLiteOk) << model_building::TakeLog();
  ASSERT_EQ(application.Invoke(), kTfLiteOk);
  EXPECT_EQ(application.layer_count(), 40u);
  EXPECT_STREQ(application.layers()[39].opcode, "RESHAPE");
  EXPECT_GT(application.arena_used_bytes(), 40 * sizeof(app::LayerRecord));
}

TEST_F(ApplicationTest, RunsInTheArenaThatItAsksFor) {
  const PlacedModel model(BuildModel(SmallModel()));
  size_t needed = 0;
  {
    app::InterpretedApplication application(Parts(model));
    ASSERT_EQ(application.Init(), kTfLiteOk);
    needed = application.arena_used_bytes();
  }
  for (size_t arena = 0; arena < needed; arena += 16) {
    app::InterpretedApplication small(Parts(model, arena));
    EXPECT_EQ(small.Init(), kTfLiteError) << arena;
    EXPECT_EQ(small.Invoke(), kTfLiteError);
  }
  app::InterpretedApplication application(Parts(model, needed));
  EXPECT_EQ(application.Init(), kTfLiteOk);
  EXPECT_EQ(application.Invoke(), kTfLiteOk);
}

}  // namespace
