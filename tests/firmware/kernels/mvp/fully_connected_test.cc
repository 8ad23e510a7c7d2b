// The kernel as TFLM calls it: which plan a layer gets, and that faults and misfits end in the reference
// kernel.
#include "kernels/mvp/fully_connected.h"

#include <cstdlib>
#include <random>

#include "kernel_harness.h"
#include "kernels/mvp/fully_connected_programs.h"
#include "tensorflow/lite/micro/kernels/fully_connected.h"
#include "tests/firmware/tflm/captured_log.h"

namespace kernels::mvp {
namespace {

void Fill(KernelHarness& harness, const LayerSpec& spec) {
  std::mt19937 random(static_cast<uint32_t>(spec.depth * 31 + spec.outputs));
  std::uniform_int_distribution<int> byte(-127, 127), small(-2000, 2000);
  for (int i = 0; i < spec.batches * spec.depth; ++i) harness.input()[i] = static_cast<int8_t>(byte(random));
  for (int8_t& w : harness.weights) w = static_cast<int8_t>(byte(random));
  for (int32_t& b : harness.bias) b = small(random);
}

struct Outcome {
  std::vector<int8_t> output;
  uint32_t launches;
  uint32_t faults;
};

Outcome RunLayer(const LayerSpec& spec, const TFLMRegistration& registration) {
  KernelHarness harness(spec, "device-flash");
  EXPECT_EQ(harness.driver.Init(), ::mvp::Status::kOk);
  Fill(harness, spec);
  EXPECT_EQ(harness.Prepare(registration), kTfLiteOk);
  EXPECT_EQ(harness.Invoke(), kTfLiteOk);
  return {harness.output(), harness.driver.launches(), harness.driver.faults()};
}

int LargestDifference(const std::vector<int8_t>& a, const std::vector<int8_t>& b) {
  int largest = 0;
  for (size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

struct PlanCase {
  LayerSpec spec;
  uint32_t baseline_launches;
  uint32_t fast_launches;
};

class Plans : public testing::TestWithParam<PlanCase> {};

TEST_P(Plans, LaunchAsExpectedAndStayNearTheReference) {
  const PlanCase& c = GetParam();
  const Outcome reference = RunLayer(c.spec, tflite::Register_FULLY_CONNECTED());
  const Outcome baseline = RunLayer(c.spec, RegisterFullyConnectedMvp(Variant::kBaseline));
  const Outcome fast = RunLayer(c.spec, RegisterFullyConnectedMvp(Variant::kFast));
  EXPECT_EQ(reference.launches, 0u);
  EXPECT_EQ(baseline.launches, c.baseline_launches);
  EXPECT_EQ(fast.launches, c.fast_launches);
  EXPECT_EQ(baseline.faults + fast.faults, 0u);
  EXPECT_LE(LargestDifference(baseline.output, reference.output), c.baseline_launches == 0 ? 0 : 2);
  EXPECT_LE(LargestDifference(fast.output, reference.output), c.fast_launches == 0 ? 0 : 2);
}

std::vector<float> PerOutput(int outputs) {
  std::vector<float> scales;
  for (int i = 0; i < outputs; ++i) scales.push_back(0.001f + 0.0005f * static_cast<float>(i));
  return scales;
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, Plans,
    testing::Values(PlanCase{{1, 128, 16, {0.002f}}, 1, 2},                  //
                    PlanCase{{3, 128, 16, {0.002f}}, 1, 6},                  // a batch at a time
                    PlanCase{{1, 37, 11, {0.002f}}, 1, 2},                   // odd
                    PlanCase{{1, 1, 1, {0.002f}}, 1, 2},                     //
                    PlanCase{{1, 2050, 4, {0.0005f}}, 4, 3},                 // two launches prescale
                    PlanCase{{2, 1025, 3, {0.0005f}}, 6, 6},                 //
                    PlanCase{{1, 1031, 2, {0.0005f}}, 0, 3},                 // a large prime
                    PlanCase{{1, 16, 1025, {0.002f}}, 0, 3},                 // two launches of rows
                    PlanCase{{1, 64, 12, PerOutput(12)}, 0, 2},              // per channel
                    PlanCase{{1, 63, 12, PerOutput(12)}, 0, 2},              // and odd
                    PlanCase{{1, 64, 100, {0.002f}, kTfLiteActRelu}, 1, 2},  // clamped by the CPU
                    PlanCase{{1, 64, 301, {0.002f}, kTfLiteActRelu}, 2, 2},  // clamped by a program
                    PlanCase{{1, 64, 301, {0.002f}, kTfLiteActRelu, true, -128}, 1, 2},  // saturation clamps
                    PlanCase{{5, 64, 601, {0.002f}, kTfLiteActRelu6}, 3, 10},            // two clamp launches
                    PlanCase{{1, 64, 16, {0.002f}, kTfLiteActNone, false}, 1, 2}));      // no bias

TEST(Fallback, WithoutAnAcceleratorTheReferenceRuns) {
  const LayerSpec spec{1, 64, 8, {0.002f}};
  const Outcome reference = RunLayer(spec, tflite::Register_FULLY_CONNECTED());
  for (int missing = 0; missing < 3; ++missing) {
    KernelHarness harness(spec, "device-flash");
    Fill(harness, spec);
    if (missing == 0) harness.external = nullptr;
    if (missing == 1) harness.context.driver = nullptr;
    // Otherwise the driver was never initialised.
    ASSERT_EQ(harness.Prepare(RegisterFullyConnectedMvp(Variant::kFast)), kTfLiteOk);
    ASSERT_EQ(harness.Invoke(), kTfLiteOk);
    EXPECT_EQ(harness.output(), reference.output);
    EXPECT_EQ(harness.driver.launches(), 0u);
  }
}

// What an application sets for kernels of its own is left alone.
TEST(Fallback, AnotherApplicationsContextIsNotTouched) {
  const LayerSpec spec = {1, 16, 8, {0.01f}};
  const std::vector<int8_t> expected = RunLayer(spec, tflite::Register_FULLY_CONNECTED()).output;
  alignas(16) uint8_t foreign[sizeof(Context)];
  for (const uint8_t fill : {0x00, 0x01, 0xA5, 0xFF}) {
    for (const size_t offset : {0u, 1u, 4u}) {
      for (const bool accelerated : {false, true}) {
        std::memset(foreign, fill, sizeof(foreign));
        KernelHarness harness(spec, "device-flash");
        EXPECT_EQ(harness.driver.Init(), ::mvp::Status::kOk);
        harness.external = foreign + offset;
        Fill(harness, spec);
        ASSERT_EQ(harness.Prepare(accelerated ? RegisterFullyConnectedMvp(Variant::kFast)
                                              : tflite::Register_FULLY_CONNECTED()),
                  kTfLiteOk);
        ASSERT_EQ(harness.Invoke(), kTfLiteOk);
        EXPECT_EQ(harness.output(), expected);
        EXPECT_EQ(harness.driver.launches(), 0u);
        for (const uint8_t byte : foreign) EXPECT_EQ(byte, fill);
      }
    }
  }
  // A context of eight bytes is not read any further, which a sanitizer watches.
  alignas(16) uint8_t small[8] = {};
  KernelHarness harness(spec, "device-flash");
  harness.external = small;
  EXPECT_EQ(harness.Prepare(RegisterFullyConnectedMvp(Variant::kFast)), kTfLiteOk);
}

TEST(Fallback, AFaultyLaunchIsCountedAndRedone) {
  const LayerSpec spec{1, 64, 8, {0.002f}};
  const Outcome reference = RunLayer(spec, tflite::Register_FULLY_CONNECTED());
  for (Variant variant : {Variant::kBaseline, Variant::kFast}) {
    KernelHarness harness(spec, "device-flash");
    ASSERT_EQ(harness.driver.Init(), ::mvp::Status::kOk);
    Fill(harness, spec);
    ASSERT_EQ(harness.Prepare(RegisterFullyConnectedMvp(variant)), kTfLiteOk);
    harness.port.model().memory().Clear();  // every access is a bus error now
    ASSERT_EQ(harness.Invoke(), kTfLiteOk);
    EXPECT_EQ(harness.output(), reference.output);
    EXPECT_EQ(harness.driver.launches(), 1u);
    EXPECT_EQ(harness.driver.faults(), 1u);
    EXPECT_EQ(harness.driver.accelerator_cycles(), 0u);
  }
}

// The programs and the core's kernel take turns with one; the reference kernel behind the baseline needs
// none.
TEST(Fallback, HasOneScratchBufferWithThePrograms) {
  for (const bool accelerated : {false, true}) {
    for (const Variant variant : {Variant::kBaseline, Variant::kFast}) {
      for (const float scale : {0.002f, 164'000.0f}) {  // the second does not fit the accelerator
        const LayerSpec spec{1, 64, 8, {scale}, kTfLiteActNone, false};
        KernelHarness harness(spec, "device-flash");
        ASSERT_EQ(harness.driver.Init(), ::mvp::Status::kOk);
        if (!accelerated) harness.external = nullptr;
        ASSERT_EQ(harness.Prepare(RegisterFullyConnectedMvp(variant)), kTfLiteOk);
        EXPECT_EQ(harness.scratch_buffers, variant == Variant::kFast ? 1 : 0);
      }
    }
  }
}

// The inputs as 16-bit values, and two words that the core's loop over rows loads and does not use.
TEST(Fallback, HasRoomForWhatTheCoreReadsBehindItsInputs) {
  for (const bool accelerated : {false, true}) {
    for (int depth = 1; depth <= 72; ++depth) {
      const LayerSpec spec{1, depth, 8, {0.002f}, kTfLiteActNone, false};
      KernelHarness harness(spec, "device-flash");
      ASSERT_EQ(harness.driver.Init(), ::mvp::Status::kOk);
      if (!accelerated) harness.external = nullptr;
      ASSERT_EQ(harness.Prepare(RegisterFullyConnectedMvp(Variant::kFast)), kTfLiteOk);
      EXPECT_GE(harness.scratch_bytes, static_cast<size_t>(depth / 4 * 8 + 8)) << depth;
    }
  }
}

// The multiplier is 0.05 * scale / 0.5. Sums of eight products stay in binary16 with inputs scaled by 2^-2,
// and multipliers up to 65504 / 4 then.
TEST(Fast, TakesLargeMultipliersByAnotherScaleOfInputs) {
  const TFLMRegistration fast = RegisterFullyConnectedMvp(Variant::kFast);
  for (const float scale : {19.0f, 20.0f, 639.0f, 641.0f, 163'000.0f}) {
    EXPECT_EQ(RunLayer({1, 8, 2, {scale}, kTfLiteActNone, false}, fast).launches, 2u) << scale;
  }
  EXPECT_EQ(RunLayer({1, 8, 2, {164'000.0f}, kTfLiteActNone, false}, fast).launches, 0u);
}

struct Misfit {
  const char* name;
  Variant variant;
  LayerSpec spec;
  const char* message;
};

class Misfits : public testing::TestWithParam<Misfit> {};

TEST_P(Misfits, NameTheLayerTheValueAndTheLimitAndRunOnTheCore) {
  const Misfit& misfit = GetParam();
  const Outcome reference = RunLayer(misfit.spec, tflite::Register_FULLY_CONNECTED());
  model_building::TakeLog();
  const Outcome outcome = RunLayer(misfit.spec, RegisterFullyConnectedMvp(misfit.variant));
  EXPECT_EQ(outcome.launches, 0u);
  EXPECT_EQ(outcome.output, reference.output);
  EXPECT_EQ(model_building::TakeLog(), misfit.message);
}

INSTANTIATE_TEST_SUITE_P(
    Layers, Misfits,
    testing::Values(
        Misfit{
            "deep_and_even",
            Variant::kFast,
            {1, 65'474, 1, {0.0001f}},
            "FULLY_CONNECTED 1x65474, output tensor 3, runs on the CPU: depth 65474, at most 65472 fits\r\n"},
        Misfit{
            "deep_and_odd",
            Variant::kFast,
            {1, 32'737, 1, {0.0001f}},
            "FULLY_CONNECTED 1x32737, output tensor 3, runs on the CPU: depth 32737, at most 32736 fits\r\n"},
        Misfit{
            "multiplier",
            Variant::kFast,
            {1, 8, 2, {164'000.0f}, kTfLiteActNone, false},
            "FULLY_CONNECTED 2x8, output tensor 3, runs on the CPU: output multiplier 16400, at most 16376 "
            "fits\r\n"},
        Misfit{
            "split",
            Variant::kBaseline,
            {1, 1031, 2, {0.0005f}},
            "FULLY_CONNECTED 2x1031, output tensor 3, runs on the CPU: iterations of a loop over its depth "
            "1031, at most 1024 fits\r\n"},
        Misfit{"outputs",
               Variant::kBaseline,
               {1, 16, 1025, {0.002f}},
               "FULLY_CONNECTED 1025x16, output tensor 3, runs on the CPU: outputs of the baseline program "
               "1025, "
               "at most 1024 fits\r\n"},
        Misfit{"scales",
               Variant::kBaseline,
               {1, 64, 12, PerOutput(12)},
               "FULLY_CONNECTED 12x64, output tensor 3, runs on the CPU: scales of weights in the baseline "
               "program 12, at most 1 fits\r\n"}),
    [](const testing::TestParamInfo<Misfit>& info) { return info.param.name; });

// The bias alone is within binary16 at the smallest scale of inputs, 65504 * 2^15, and its sum with the
// products is not.
TEST(Fast, NamesASumThatIsTooLarge) {
  KernelHarness harness({1, 8, 2, {0.002f}}, "device-flash");
  ASSERT_EQ(harness.driver.Init(), ::mvp::Status::kOk);
  harness.bias[1] = 2'146'400'000;
  model_building::TakeLog();
  ASSERT_EQ(harness.Prepare(RegisterFullyConnectedMvp(Variant::kFast)), kTfLiteOk);
  EXPECT_EQ(
      model_building::TakeLog(),
      "FULLY_CONNECTED 2x8, output tensor 3, runs on the CPU: sum of bias and largest products 2146661120, "
      "at most 2146435072 fits\r\n");
}

TEST(Invoke, GivesTheSameBytesAgain) {
  const LayerSpec spec{2, 128, 40, {0.002f}};
  KernelHarness harness(spec, "device-flash");
  ASSERT_EQ(harness.driver.Init(), ::mvp::Status::kOk);
  Fill(harness, spec);
  ASSERT_EQ(harness.Prepare(RegisterFullyConnectedMvp(Variant::kFast)), kTfLiteOk);
  ASSERT_EQ(harness.Invoke(), kTfLiteOk);
  const std::vector<int8_t> first = harness.output();
  const uint64_t cycles = harness.driver.accelerator_cycles();
  ASSERT_EQ(harness.Invoke(), kTfLiteOk);
  EXPECT_EQ(harness.output(), first);
  EXPECT_EQ(harness.driver.accelerator_cycles(), 2 * cycles);
}

}  // namespace
}  // namespace kernels::mvp
