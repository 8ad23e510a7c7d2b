// Damaged models: whatever a flipped byte or a cut does, the file is refused, or it runs within its memory.
// Deterministic. Meant for the build with sanitizers, which see every access outside.
#include <gtest/gtest.h>

#include <random>

#include "captured_log.h"
#include "loaded_model.h"

namespace {

using model_building::BuildModel;
using model_building::LoadedModel;
using model_building::ModelSpec;
using model_building::Node;
using model_building::TakeLog;

// All operators: QUANTIZE, SHAPE, STRIDED_SLICE, PACK, RESHAPE, FULLY_CONNECTED per channel, DEQUANTIZE.
ModelSpec EveryOperator() {
  ModelSpec spec = model_building::SmallModel();
  spec.tensors[4].scales = {0.5f, 0.25f, 0.125f};
  spec.tensors[4].zero_points = {0, 0, 0};
  model_building::TensorSpec integers;
  integers.type = tflite::TensorType_INT32;
  integers.shape = {2};
  const int32_t shape = spec.Add(integers);
  const int32_t begin = spec.Add(model_building::Int32Constant({1}));
  const int32_t end = spec.Add(model_building::Int32Constant({2}));
  const int32_t stride = spec.Add(model_building::Int32Constant({1}));
  integers.shape = {};
  const int32_t slice = spec.Add(integers);
  integers.shape = {1};
  const int32_t packed = spec.Add(integers);
  spec.operators[1].inputs[1] = packed;
  spec.operators.insert(spec.operators.begin(), {{tflite::BuiltinOperator_SHAPE,
                                                  {0},
                                                  {shape},
                                                  tflite::BuiltinOptions_ShapeOptions,
                                                  Node::Table().Set<int8_t>(4, tflite::TensorType_INT32)},
                                                 {tflite::BuiltinOperator_STRIDED_SLICE,
                                                  {shape, begin, end, stride},
                                                  {slice},
                                                  tflite::BuiltinOptions_StridedSliceOptions,
                                                  Node::Table().Set<int32_t>(12, 1)},
                                                 {tflite::BuiltinOperator_PACK,
                                                  {slice},
                                                  {packed},
                                                  tflite::BuiltinOptions_PackOptions,
                                                  Node::Table().Set<int32_t>(4, 1)}});
  std::vector<int32_t> plan = {1, 0, static_cast<int32_t>(spec.tensors.size())};
  plan.resize(plan.size() + spec.tensors.size(), -1);
  plan[3] = 0;  // of the input, which the planner has there too
  spec.metadata = {{"earshot.layout", model_building::Bytes<uint32_t>({1})},
                   {"OfflineMemoryAllocation", model_building::Bytes(plan)}};
  return spec;
}

// Loads and runs a damaged file. Returns whether it ran.
bool Survives(const std::vector<uint8_t>& bytes) {
  LoadedModel model(bytes, 8192);
  TakeLog();
  if (!model.ok()) return false;
  tflite::MicroInterpreter& interpreter = model.interpreter();
  for (size_t i = 0; i < interpreter.inputs_size(); ++i) {
    TfLiteTensor& input = *interpreter.input(i);
    for (size_t j = 0; j < input.bytes; ++j) input.data.uint8[j] = static_cast<uint8_t>(37 * j + i);
  }
  // A model that was accepted must not fail later.
  EXPECT_EQ(interpreter.Invoke(), kTfLiteOk);
  unsigned sum = 0;
  for (size_t i = 0; i < interpreter.outputs_size(); ++i) {
    const TfLiteTensor& output = *interpreter.output(i);
    for (size_t j = 0; j < output.bytes; ++j) sum += output.data.uint8[j];
  }
  return sum != ~0u;
}

TEST(Mutation, TheModelItselfRuns) { EXPECT_TRUE(Survives(BuildModel(EveryOperator()))); }

TEST(Mutation, EveryByteSetToItsExtremes) {
  const std::vector<uint8_t> whole = BuildModel(EveryOperator());
  int ran = 0;
  int refused = 0;
  for (size_t i = 0; i < whole.size(); ++i) {
    for (const uint8_t value : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
      std::vector<uint8_t> bytes = whole;
      bytes[i] = value;
      ++(Survives(bytes) ? ran : refused);
    }
  }
  EXPECT_GT(ran, 100);  // both outcomes occur, or the test tests nothing
  EXPECT_GT(refused, 100);
}

TEST(Mutation, RandomDamage) {
  const std::vector<uint8_t> whole = BuildModel(EveryOperator());
  std::mt19937 random(20261126);
  for (int round = 0; round < 6000; ++round) {
    std::vector<uint8_t> bytes = whole;
    for (unsigned flips = random() % 4 + 1; flips > 0; --flips) {
      bytes[random() % bytes.size()] ^= static_cast<uint8_t>(1u << (random() % 8));
    }
    if (random() % 4 == 0) bytes.resize(random() % bytes.size());
    Survives(bytes);
  }
}

TEST(Mutation, OffsetsThatPointAnywhere) {
  const std::vector<uint8_t> whole = BuildModel(EveryOperator());
  std::mt19937 random(5);
  for (size_t i = 0; i + 4 <= whole.size(); i += 4) {
    for (const uint32_t value : {0u, 4u, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFFCu,
                                 static_cast<uint32_t>(random()) % static_cast<uint32_t>(whole.size())}) {
      std::vector<uint8_t> bytes = whole;
      std::memcpy(bytes.data() + i, &value, 4);
      Survives(bytes);
    }
  }
}

}  // namespace
