// Which weights get a copy in RAM.
#include "app/weight_placement.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "model_spec.h"

namespace {

using model_building::ModelSpec;
using model_building::PlacedModel;
using model_building::Quantized;

// A fully connected layer [batches, depth] -> [batches, outputs]; returns the weights' bytes.
std::vector<int8_t> AddLayer(ModelSpec& spec, int32_t batches, int32_t depth, int32_t outputs) {
  std::vector<int8_t> values(static_cast<size_t>(depth * outputs));
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int8_t>(i * 7 + values.size());
  model_building::TensorSpec weights = Quantized({outputs, depth}, 0.5f, 0);
  weights.data = model_building::Bytes(values);
  const int32_t input = spec.Add(Quantized({batches, depth}, 1.0f, 0));
  const int32_t weight = spec.Add(weights);
  const int32_t output = spec.Add(Quantized({batches, outputs}, 1.0f, 0));
  spec.operators.push_back({tflite::BuiltinOperator_FULLY_CONNECTED,
                            {input, weight, -1},
                            {output},
                            tflite::BuiltinOptions_FullyConnectedOptions});
  return values;
}

struct Placed {
  size_t bytes;
  size_t smallest_bytes;
  std::vector<bool> copied;  // per layer
};

Placed Place(const ModelSpec& spec, size_t budget, const kernels::mvp::PreparedHeader* prepared = nullptr) {
  const PlacedModel file(BuildModel(spec));
  const tflite::Model& model = *tflite::GetModel(file.data());
  std::vector<uint8_t> memory(budget);
  kernels::mvp::WeightCopies copies;
  const app::PlacedWeights result = app::PlaceWeights(model, prepared, memory.data(), memory.size(), copies);
  Placed placed{result.bytes, result.smallest_bytes, {}};
  const tflite::SubGraph& graph = *model.subgraphs()->Get(0);
  for (uint32_t i = 0; i < graph.operators()->size(); ++i) {
    const auto index = static_cast<uint32_t>(graph.operators()->Get(i)->inputs()->Get(1));
    const auto& data = *model.buffers()->Get(graph.tensors()->Get(index)->buffer())->data();
    const void* copy = copies.Find(data.Data());
    EXPECT_EQ(std::memcmp(copy, data.Data(), data.size()), 0);
    placed.copied.push_back(copy != data.Data());
  }
  return placed;
}

TEST(WeightPlacement, NothingFitsNothing) {
  ModelSpec spec;
  AddLayer(spec, 1, 4, 4);
  EXPECT_EQ(Place(spec, 0).copied, std::vector<bool>{false});
  EXPECT_EQ(Place(spec, 15).copied, std::vector<bool>{false});
  const Placed whole = Place(spec, 16);
  EXPECT_EQ(whole.copied, std::vector<bool>{true});
  EXPECT_EQ(whole.bytes, 16u);
  EXPECT_EQ(whole.smallest_bytes, 16u);
}

TEST(WeightPlacement, TakesTheLargestFirstAndFillsUp) {
  ModelSpec spec;
  AddLayer(spec, 1, 8, 4);    // 32
  AddLayer(spec, 1, 16, 16);  // 256
  AddLayer(spec, 1, 16, 8);   // 128
  EXPECT_EQ(Place(spec, 256 + 100).copied, (std::vector<bool>{true, true, false}));
  EXPECT_EQ(Place(spec, 255).copied, (std::vector<bool>{true, false, true}));
  EXPECT_EQ(Place(spec, 1024).bytes, 32u + 256 + 128);
}

TEST(WeightPlacement, TakesWhatIsReadMoreOftenFirst) {
  ModelSpec spec;
  AddLayer(spec, 1, 16, 16);
  AddLayer(spec, 3, 8, 8);
  EXPECT_EQ(Place(spec, 256).copied, (std::vector<bool>{false, true}));
}

TEST(WeightPlacement, SharedWeightsAreCopiedOnce) {
  ModelSpec spec;
  AddLayer(spec, 1, 8, 8);
  AddLayer(spec, 1, 8, 8);
  spec.operators[1].inputs[1] = spec.operators[0].inputs[1];
  const Placed placed = Place(spec, 1024);
  EXPECT_EQ(placed.copied, (std::vector<bool>{true, true}));
  EXPECT_EQ(placed.bytes, 64u);
}

TEST(WeightPlacement, TheReferenceModelNearlyFitsItsBudget) {
  ModelSpec spec;
  const int32_t sizes[] = {640, 128, 128, 128, 128, 8, 128, 128, 128, 128, 640};
  for (int i = 0; i < 10; ++i) AddLayer(spec, 1, sizes[i], sizes[i + 1]);
  EXPECT_GE(Place(spec, 224 * 1024).bytes, 215'040u);
}

TEST(WeightPlacement, OtherOperatorsAndFloatWeightsStay) {
  ModelSpec spec = model_building::SmallModel();
  spec.operators.resize(0);
  AddLayer(spec, 1, 8, 8);
  spec.tensors[static_cast<size_t>(spec.operators[0].inputs[1])].type = tflite::TensorType_UINT8;
  EXPECT_EQ(Place(spec, 1024).copied, std::vector<bool>{false});
}

// More layers than copies can be noted, the ones that are read most at the end.
TEST(WeightPlacement, AllLayersAreRankedWhereverTheyStand) {
  constexpr auto kCapacity = kernels::mvp::WeightCopies::kCapacity;
  ModelSpec spec;
  for (size_t i = 0; i < kCapacity + 8; ++i) AddLayer(spec, 1, 8, 8);
  AddLayer(spec, 5, 8, 8);
  AddLayer(spec, 1, 16, 16);
  const Placed placed = Place(spec, 1 << 20);
  EXPECT_TRUE(placed.copied[kCapacity + 8]);
  EXPECT_TRUE(placed.copied[kCapacity + 9]);
  EXPECT_EQ(std::count(placed.copied.begin(), placed.copied.end(), true), static_cast<long>(kCapacity));
  EXPECT_EQ(Place(spec, 64 + 256).bytes, 64u + 256);
  EXPECT_TRUE(Place(spec, 64).copied[kCapacity + 8]);
}

TEST(WeightPlacement, LayersOnTheCoreAreLeftOut) {
  ModelSpec spec;
  AddLayer(spec, 1, 16, 16);
  AddLayer(spec, 1, 8, 8);
  AddLayer(spec, 1, 4, 4);
  const struct {
    kernels::mvp::PreparedHeader header;
    kernels::mvp::PreparedLayer layers[2];
  } block = {{kernels::mvp::kPreparedMagic, kernels::mvp::kPreparedVersion, sizeof(block), 1, 2,
              sizeof(kernels::mvp::PreparedHeader), 0, 0},
             {{0, kernels::mvp::kOnCore, 0, sizeof(block)}, {1, 0, 1, sizeof(block)}}};
  const Placed placed = Place(spec, 1024, &block.header);
  EXPECT_EQ(placed.copied, (std::vector<bool>{false, true, false}));
  EXPECT_EQ(placed.bytes, 64u);
  EXPECT_EQ(placed.smallest_bytes, 64u);
}

}  // namespace
