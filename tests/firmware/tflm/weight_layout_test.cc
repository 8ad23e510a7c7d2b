// The order of weights in a model's metadata: read, refused when wrong, and honoured by the reference kernel.
#include "weight_layout.h"

#include <algorithm>

#include "gtest/gtest.h"
#include "model_spec.h"
#include "model_verifier.h"

namespace earshot {
namespace {

using model_building::BuildModel;
using model_building::Bytes;
using model_building::MetadataSpec;
using model_building::ModelSpec;
using model_building::PlacedModel;
using model_building::SmallModel;

constexpr int32_t kWeights = 4;

// The small model with four units instead of three.
ModelSpec EvenModel(const std::vector<int8_t>& weights) {
  ModelSpec spec = SmallModel();
  spec.tensors[kWeights].shape = {4, 4};
  spec.tensors[kWeights].data = Bytes(weights);
  spec.tensors[5].shape = {4};
  spec.tensors[5].data = Bytes<int32_t>({8, -16, 400, 0});
  spec.tensors[6].shape = {1, 4};
  spec.tensors[7].shape = {1, 4};
  return spec;
}

const std::vector<int8_t> kRows = {1, 2, 3, 4, -5, -6, -7, -8, 100, -100, 127, -127, 9, 8, 7, 6};
const std::vector<int8_t> kRowPairs = {1, -5, 2, -6, 3, -7, 4, -8, 100, 9, -100, 8, 127, 7, -127, 6};

MetadataSpec Layout(const std::vector<uint32_t>& words) { return {"earshot.layout", Bytes(words)}; }

ModelSpec WithLayout(const std::vector<uint32_t>& words) {
  ModelSpec spec = EvenModel(kRowPairs);
  spec.metadata = {{"min_runtime_version", {1, 2, 3}}, Layout(words)};
  return spec;
}

std::string Reason(const ModelSpec& spec) {
  const PlacedModel model(BuildModel(spec));
  return VerifyModel(model.data(), model.size()).reason;
}

TEST(WeightLayout, IsReadFromTheModel) {
  const PlacedModel model(BuildModel(WithLayout({1, kWeights})));
  ASSERT_TRUE(VerifyModel(model.data(), model.size()).ok);
  const kernels::WeightOrders orders = ReadWeightLayout(*tflite::GetModel(model.data()));
  EXPECT_EQ(orders.count(), 1u);
  EXPECT_EQ(orders.Of(kWeights), kernels::WeightOrder::kRowPairs);
  EXPECT_EQ(orders.Of(3), kernels::WeightOrder::kRows);
  EXPECT_EQ(orders.Of(-1), kernels::WeightOrder::kRows);
}

TEST(WeightLayout, FindsEachOfManyTensors) {
  const std::vector<uint32_t> indices = {0, 3, 4, 9, 40, 41, 1000};
  for (size_t count = 0; count <= indices.size(); ++count) {
    const std::vector<uint8_t> bytes = Bytes(std::vector<uint32_t>(indices.begin(), indices.begin() + count));
    const kernels::WeightOrders orders(bytes.data(), static_cast<uint32_t>(count));
    for (int tensor = -1; tensor <= 1001; ++tensor) {
      const bool listed = std::count(indices.begin(), indices.begin() + count, tensor) > 0;
      EXPECT_EQ(orders.Of(tensor) == kernels::WeightOrder::kRowPairs, listed) << tensor << " of " << count;
    }
  }
}

TEST(WeightLayout, IsRowsWithoutTheEntry) {
  const PlacedModel model(BuildModel(EvenModel(kRows)));
  EXPECT_EQ(ReadWeightLayout(*tflite::GetModel(model.data())).count(), 0u);
}

TEST(WeightLayout, IsRefusedWhenWrong) {
  EXPECT_EQ(Reason(WithLayout({1})), "");
  EXPECT_EQ(Reason(WithLayout({})), "the weights' layout has the wrong size");
  EXPECT_EQ(Reason(WithLayout({2, kWeights})),
            "the weights' layout is of another version: run python -m host.generate again");
  EXPECT_EQ(Reason(WithLayout({1, kWeights, kWeights})), "the weights' layout is not in order");
  EXPECT_EQ(Reason(WithLayout({1, 8})), "the weights' layout names a tensor that does not exist");
  for (const uint32_t tensor : {1u, 2u, 5u, 6u}) {
    EXPECT_EQ(Reason(WithLayout({1, tensor})),
              "the weights' layout names a tensor that is no weights of FULLY_CONNECTED");
  }
  ModelSpec odd = SmallModel();
  odd.metadata = {Layout({1, kWeights})};
  EXPECT_EQ(Reason(odd), "the weights' layout names a tensor that is no weights of FULLY_CONNECTED");
  ModelSpec ragged = WithLayout({1});
  ragged.metadata[1].data.push_back(0);
  EXPECT_EQ(Reason(ragged), "the weights' layout has the wrong size");
  ModelSpec outside = WithLayout({1});
  outside.metadata[1].extra_buffer = 1;
  EXPECT_EQ(Reason(outside), "the weights' layout has no buffer");
}

TEST(WeightLayout, IsRefusedWhenSomethingElseReadsTheTensor) {
  ModelSpec spec = WithLayout({1, kWeights});
  spec.operators[2].inputs[0] = kWeights;
  EXPECT_EQ(Reason(spec), "the weights' layout names a tensor that is no weights of FULLY_CONNECTED");
}

}  // namespace
}  // namespace earshot
