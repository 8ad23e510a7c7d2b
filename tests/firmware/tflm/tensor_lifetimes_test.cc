// When tensors live, and which share memory.
#include "tensor_lifetimes.h"

#include <gtest/gtest.h>

#include "model_spec.h"
#include "tensor_size.h"

namespace earshot {
namespace {

using model_building::ModelSpec;

std::vector<TensorLifetime> Lifetimes(const ModelSpec& spec, bool preserve_all = false,
                                      bool keep_inputs = true) {
  const model_building::PlacedModel file(BuildModel(spec));
  const tflite::Model& model = *tflite::GetModel(file.data());
  std::vector<TfLiteEvalTensor> tensors(spec.tensors.size());
  for (uint32_t i = 0; i < tensors.size(); ++i) {
    const tflite::Tensor& tensor = *model.subgraphs()->Get(0)->tensors()->Get(i);
    tensors[i].data.raw_const = reinterpret_cast<const char*>(ConstantData(model, tensor));
  }
  std::vector<TensorLifetime> lifetimes(tensors.size());
  FindLifetimes(model, tensors.data(), tensors.size(), preserve_all, keep_inputs, lifetimes.data());
  return lifetimes;
}

TEST(TensorLifetimes, FollowTheOperators) {
  // 0 input, 1 quantized, 2 shape, 3 reshaped, 4 weights, 5 bias, 6 product, 7 output; 4 operators
  const auto lifetimes = Lifetimes(model_building::SmallModel());
  EXPECT_EQ(lifetimes[0].first_use, -1);
  EXPECT_EQ(lifetimes[0].last_use, 4);
  EXPECT_EQ(lifetimes[1].first_use, 0);
  EXPECT_EQ(lifetimes[1].last_use, 2);  // as the reshaped tensor
  EXPECT_EQ(lifetimes[3].owner, 1);
  EXPECT_EQ(lifetimes[6].first_use, 2);
  EXPECT_EQ(lifetimes[6].last_use, 3);
  EXPECT_EQ(lifetimes[7].last_use, 4);
}

TEST(TensorLifetimes, PreservedTensorsShareNothing) {
  const auto lifetimes = Lifetimes(model_building::SmallModel(), true);
  for (size_t i = 0; i < lifetimes.size(); ++i) {
    EXPECT_EQ(lifetimes[i].owner, static_cast<int32_t>(i));
    EXPECT_EQ(lifetimes[i].first_use, -1);
    EXPECT_EQ(lifetimes[i].last_use, 4);
  }
}

TEST(TensorLifetimes, InputsThatAreNotKeptEndWithTheirLastReader) {
  const auto lifetimes = Lifetimes(model_building::SmallModel(), false, false);
  EXPECT_EQ(lifetimes[0].first_use, -1);
  EXPECT_EQ(lifetimes[0].last_use, 0);
  EXPECT_EQ(lifetimes[7].last_use, 4);
  EXPECT_EQ(Lifetimes(model_building::SmallModel(), true, false)[0].last_use, 4);
}

ModelSpec ReshapeChain(int length) {
  ModelSpec spec;
  spec.inputs = {spec.Add(model_building::Quantized({2, 3}, 1.0f, 0))};
  for (int i = 0; i < length; ++i) {
    const int32_t next = spec.Add(model_building::Quantized({3, 2}, 1.0f, 0));
    spec.operators.push_back({tflite::BuiltinOperator_RESHAPE, {next - 1}, {next}});
  }
  spec.outputs = {length};
  return spec;
}

TEST(TensorLifetimes, AnInputIsNeverAlsoTheOutput) {
  EXPECT_EQ(Lifetimes(ReshapeChain(1))[1].owner, 1);
  const auto chain = Lifetimes(ReshapeChain(3));
  EXPECT_EQ(chain[1].owner, 0);
  EXPECT_EQ(chain[2].owner, 0);
  EXPECT_EQ(chain[3].owner, 3);
}

}  // namespace
}  // namespace earshot
