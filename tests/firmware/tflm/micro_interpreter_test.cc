// The interpreter as an application uses it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "captured_log.h"
#include "loaded_model.h"

namespace {

using model_building::BuildModel;
using model_building::LoadedModel;
using model_building::ModelSpec;
using model_building::SmallModel;
using model_building::TakeLog;

// Worked out by hand from the model's description in model_spec.h: the factor is 0.25 * 0.5 / 1.
TEST(MicroInterpreter, ComputesTheSmallModel) {
  LoadedModel model(SmallModel());
  ASSERT_TRUE(model.ok()) << model.reason() << TakeLog();
  model.SetInput<float>({0.0f, -4.0f, 4.0f, 0.0f});
  EXPECT_EQ(model.Run<float>(), (std::vector<float>{3.0f, 0.0f, 255.0f}));
  model.SetInput<float>({1.0f, 2.0f, 3.0f, 4.0f});
  EXPECT_EQ(model.Run<float>(), (std::vector<float>{16.0f, 0.0f, 0.0f}));
}

TEST(MicroInterpreter, TheInputSurvives) {
  LoadedModel model(SmallModel());
  ASSERT_TRUE(model.ok());
  model.SetInput<float>({0.0f, -4.0f, 4.0f, 0.0f});
  const auto first = model.Run<float>();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(model.Run<float>(), first);
  EXPECT_EQ(model.interpreter().typed_input_tensor<float>(0)[1], -4.0f);
}

// Two layers that are as wide as the input: where it is not kept, the second one's output takes its place.
TEST(MicroInterpreter, AnInputThatIsNotKeptMakesRoom) {
  constexpr int32_t kWidth = 64;
  ModelSpec spec;
  spec.inputs = {spec.Add(model_building::Quantized({kWidth}, 1.0f, 0))};
  for (int32_t i = 0; i < 3; ++i) {
    spec.Add(model_building::Quantized({kWidth}, 1.0f, i + 1));
    spec.operators.push_back({tflite::BuiltinOperator_QUANTIZE, {i}, {i + 1}});
  }
  spec.outputs = {3};
  const model_building::PlacedModel file(BuildModel(spec));
  size_t used[2] = {};
  for (const bool keep : {false, true}) {
    alignas(16) uint8_t arena[8192];
    model_building::Resolver resolver;
    model_building::AddAllOperators(resolver);
    tflite::MicroInterpreter interpreter(tflite::GetModel(file.data()), resolver, arena, sizeof(arena),
                                         nullptr, nullptr, false, keep);
    ASSERT_EQ(interpreter.AllocateTensors(), kTfLiteOk) << TakeLog();
    EXPECT_EQ(interpreter.keep_inputs(), keep);
    used[keep ? 1 : 0] = interpreter.arena_used_bytes();
    int8_t* input = interpreter.typed_input_tensor<int8_t>(0);
    for (int8_t i = 0; i < kWidth; ++i) input[i] = i;
    for (int run = 0; run < 3; ++run) {
      ASSERT_EQ(interpreter.Invoke(), kTfLiteOk);
      if (!keep && run > 0) continue;
      for (int8_t i = 0; i < kWidth; ++i) EXPECT_EQ(interpreter.typed_output_tensor<int8_t>(0)[i], i + 3);
    }
    EXPECT_EQ(input[5] == 5, keep);
  }
  EXPECT_LT(used[0], used[1]);
}

TEST(MicroInterpreter, DescribesInputsAndOutputs) {
  LoadedModel model(SmallModel());
  ASSERT_TRUE(model.ok());
  tflite::MicroInterpreter& interpreter = model.interpreter();
  EXPECT_EQ(interpreter.inputs_size(), 1u);
  EXPECT_EQ(interpreter.outputs_size(), 1u);
  EXPECT_EQ(interpreter.input(0)->type, kTfLiteFloat32);
  EXPECT_EQ(interpreter.input(0)->bytes, 16u);
  EXPECT_EQ(interpreter.output(0)->dims->size, 2);
  EXPECT_EQ(interpreter.output(0)->dims->data[1], 3);
  EXPECT_EQ(interpreter.input(1), nullptr);
  EXPECT_EQ(interpreter.output(1), nullptr);
  EXPECT_EQ(interpreter.GetTensor(-1), nullptr);
  EXPECT_EQ(interpreter.GetTensor(8), nullptr);
  EXPECT_EQ(interpreter.GetTensor(0, 1), nullptr);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(interpreter.input(0)->data.data) % 16, 0u);
  EXPECT_EQ(interpreter.Reset(), kTfLiteOk);
}

TEST(MicroInterpreter, PreservedTensorsCanBeRead) {
  LoadedModel model(BuildModel(SmallModel()), 65536, true);
  ASSERT_TRUE(model.ok());
  model.SetInput<float>({0.0f, -4.0f, 4.0f, 0.0f});
  EXPECT_EQ(model.Run<float>(), (std::vector<float>{3.0f, 0.0f, 255.0f}));
  const int8_t* quantized = model.interpreter().GetTensor(1)->data.int8;
  EXPECT_EQ(std::vector<int8_t>(quantized, quantized + 4), (std::vector<int8_t>{-3, -19, 13, -3}));
  const int8_t* reshaped = model.interpreter().GetTensor(3)->data.int8;
  EXPECT_NE(quantized, reshaped);
  EXPECT_EQ(std::vector<int8_t>(reshaped, reshaped + 4), (std::vector<int8_t>{-3, -19, 13, -3}));
}

TEST(MicroInterpreter, ReshapeNeedsNoMemoryOfItsOwn) {
  LoadedModel model(SmallModel());
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(model.interpreter().GetTensor(1)->data.data, model.interpreter().GetTensor(3)->data.data);
}

TEST(MicroInterpreter, TheReportedArenaIsTheSmallest) {
  for (const bool preserve_all : {false, true}) {
    LoadedModel large(BuildModel(SmallModel()), 65536, preserve_all);
    ASSERT_TRUE(large.ok());
    const size_t used = large.interpreter().arena_used_bytes();
    EXPECT_TRUE(LoadedModel(BuildModel(SmallModel()), used, preserve_all).ok());
    for (size_t bytes = 0; bytes < used; bytes += 7) {
      TakeLog();
      LoadedModel small(BuildModel(SmallModel()), bytes, preserve_all);
      EXPECT_FALSE(small.ok());
      EXPECT_EQ(TakeLog().find("the arena is too small: more than "), 0u);
      EXPECT_EQ(small.interpreter().input(0), nullptr);
      EXPECT_EQ(small.interpreter().Invoke(), kTfLiteError);
    }
  }
  TakeLog();
}

TEST(MicroInterpreter, NamesAnOperatorWithoutKernel) {
  ModelSpec spec = SmallModel();
  spec.operators[3].code = tflite::BuiltinOperator_SIN;
  LoadedModel model(spec);
  EXPECT_FALSE(model.ok());
  EXPECT_EQ(TakeLog(), "operator SIN (#3) is not supported, or was not added to the resolver\r\n");
}

TEST(MicroInterpreter, SaysWhyOperandsDoNotSuit) {
  ModelSpec spec = SmallModel();
  spec.tensors[6].type = tflite::TensorType_INT16;
  LoadedModel model(spec);
  EXPECT_FALSE(model.ok());
  EXPECT_EQ(TakeLog(),
            "the output is INT16, only INT8 is supported\r\n"
            "operator FULLY_CONNECTED (#2) cannot run with these operands\r\n");
}

TEST(MicroInterpreter, AllocatesOnlyOnce) {
  LoadedModel model(SmallModel());
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(model.interpreter().AllocateTensors(), kTfLiteError);
  EXPECT_EQ(TakeLog(), "AllocateTensors was called twice\r\n");
}

class RecordingProfiler final : public tflite::MicroProfilerInterface {
 public:
  uint32_t BeginEvent(const char* tag) override {
    events.push_back(std::string("begin ") + tag);
    return static_cast<uint32_t>(events.size());
  }
  void EndEvent(uint32_t event_handle) override { events.push_back("end " + std::to_string(event_handle)); }

  std::vector<std::string> events;
};

TEST(MicroInterpreter, TellsTheProfilerOfEachOperator) {
  RecordingProfiler profiler;
  LoadedModel model(BuildModel(SmallModel()), 65536, false, &profiler);
  ASSERT_TRUE(model.ok());
  EXPECT_TRUE(profiler.events.empty());
  model.Run<float>();
  EXPECT_EQ(profiler.events,
            (std::vector<std::string>{"begin QUANTIZE", "end 1", "begin RESHAPE", "end 3",
                                      "begin FULLY_CONNECTED", "end 5", "begin DEQUANTIZE", "end 7"}));
}

}  // namespace
