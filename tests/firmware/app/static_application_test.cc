// The application with a model's tables: start, copies of weights, notes and records.
#include "app/static_application.h"

#include <gtest/gtest.h>

#include <cstring>

#include "captured_log.h"
#include "host/sim/host_build/mvp_port.h"
#include "mvp/driver.h"
#include "ticking_clock.h"

namespace {

constexpr int32_t kShape[] = {1, 4};
constexpr int32_t kFirst[] = {1, 0}, kSecond[] = {1, 1};
constexpr uint8_t kWeights[] = {1, 2, 3, 4, 5, 6, 7, 8};
constexpr app::WeightCopy kCopies[] = {{kWeights + 4, 4, 0}, {kWeights, 4, 16}};
constexpr const char* kNotes[] = {"layer 1 runs on the CPU"};

TfLiteIntArray* Ints(const int32_t* values) {
  return reinterpret_cast<TfLiteIntArray*>(const_cast<int32_t*>(values));
}

class StaticApplicationTest : public testing::Test {
 protected:
  static TfLiteStatus Copy(TfLiteContext* context, TfLiteNode* node) {
    std::memcpy(context->GetEvalTensor(context, node->outputs->data[0])->data.data,
                context->GetEvalTensor(context, node->inputs->data[0])->data.data, 4);
    return kTfLiteOk;
  }

  app::StaticParts Parts(mvp::Driver* driver = nullptr) {
    return {model_, records_, clock_, driver, weights_ram_, sizeof(weights_ram_)};
  }

  int8_t memory_[2][4] = {{1, 1, 1, 1}, {1, 1, 1, 1}};
  const TfLiteEvalTensor tensors_[2] = {
      {{reinterpret_cast<int32_t*>(memory_[0])}, Ints(kShape), kTfLiteInt8},
      {{reinterpret_cast<int32_t*>(memory_[1])}, Ints(kShape), kTfLiteInt8}};
  const earshot::StaticOperation operations_[1] = {
      {Copy, {Ints(kFirst), Ints(kSecond), nullptr, nullptr, nullptr, nullptr, 0}, "COPY"}};
  const TfLiteTensor inputs_[1] = {{{}, {}, tensors_[0].data, Ints(kShape), 4, kTfLiteInt8, {}, false}};
  const TfLiteTensor outputs_[1] = {{{}, {}, tensors_[1].data, Ints(kShape), 4, kTfLiteInt8, {}, false}};
  const earshot::StaticGraph graph_{tensors_, 2, operations_, 1, nullptr, 0, inputs_, 1, outputs_, 1};
  const app::StaticModel model_{graph_, 8, nullptr, kCopies, 2, kNotes, 1};
  app::LayerRecord records_[1];
  uint8_t weights_ram_[32] = {};
  TickingClock clock_;
  host_build::MvpPort port_{"device-flash"};
  mvp::Driver driver_{port_};
};

TEST_F(StaticApplicationTest, RunsAndMeasuresItsModel) {
  app::StaticApplication application(Parts());
  ASSERT_EQ(application.Init(), kTfLiteOk);
  EXPECT_EQ(application.input()->data.int8[3], 0) << "the input is zeros";
  application.input()->data.int8[3] = 42;
  ASSERT_EQ(application.Invoke(), kTfLiteOk);
  EXPECT_EQ(application.output()->data.int8[3], 42);
  ASSERT_EQ(application.layer_count(), 1u);
  EXPECT_STREQ(application.layers()[0].opcode, "COPY");
  EXPECT_EQ(application.layers()[0].cpu_cycles, TickingClock::kStep);
  EXPECT_EQ(application.arena_used_bytes(), 8u);
  EXPECT_EQ(application.Init(), kTfLiteError) << "it is to be called once";
}

TEST_F(StaticApplicationTest, CopiesWeightsForTheAccelerator) {
  ASSERT_EQ(driver_.Init(), mvp::Status::kOk);
  app::StaticApplication application(Parts(&driver_));
  ASSERT_EQ(application.Init(), kTfLiteOk);
  EXPECT_EQ(std::memcmp(weights_ram_, kWeights + 4, 4), 0);
  EXPECT_EQ(std::memcmp(weights_ram_ + 16, kWeights, 4), 0);
  EXPECT_EQ(application.weights_copied(), 2u);
  EXPECT_EQ(application.weights_ram_used_bytes(), sizeof(weights_ram_));
  EXPECT_EQ(model_building::TakeLog(), "layer 1 runs on the CPU\r\n");
}

TEST_F(StaticApplicationTest, CopiesAndSaysNothingWithoutOne) {
  app::StaticApplication application(Parts());
  ASSERT_EQ(application.Init(), kTfLiteOk);
  EXPECT_EQ(weights_ram_[0], 0);
  EXPECT_EQ(application.weights_copied(), 0u);
  EXPECT_EQ(application.weights_ram_used_bytes(), 0u);
  EXPECT_EQ(model_building::TakeLog(), "");
}

}  // namespace
