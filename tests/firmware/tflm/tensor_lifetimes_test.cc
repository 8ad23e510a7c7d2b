// When tensors live, and which share memory or may be overwritten.
#include "tensor_lifetimes.h"

#include <gtest/gtest.h>

#include "arena.h"
#include "captured_log.h"
#include "loaded_model.h"
#include "model_spec.h"
#include "runtime_context.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"

namespace earshot {
namespace {

using model_building::ModelSpec;
using model_building::Quantized;
using model_building::Resolver;
using model_building::TensorSpec;

TfLiteStatus DoNothing(TfLiteContext*, TfLiteNode*) { return kTfLiteOk; }

std::vector<TensorLifetime> Lifetimes(const ModelSpec& spec, bool preserve_all = false,
                                      bool keep_inputs = true, const Resolver* kernels = nullptr) {
  const model_building::PlacedModel file(BuildModel(spec));
  const tflite::Model& model = *tflite::GetModel(file.data());
  Resolver reference;
  model_building::AddAllOperators(reference);
  uint8_t memory[4096];
  Arena arena(memory, sizeof(memory));
  RuntimeContext context(&model, arena);
  EXPECT_EQ(context.CreateTensors(*model.subgraphs()->Get(0)), kTfLiteOk) << model_building::TakeLog();
  std::vector<TensorLifetime> lifetimes(context.tensor_count());
  FindLifetimes(model, kernels == nullptr ? reference : *kernels, context.tensors(), lifetimes.size(),
                {preserve_all, keep_inputs}, lifetimes.data());
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

TensorSpec Real(std::vector<int32_t> shape) {
  TensorSpec tensor;
  tensor.type = tflite::TensorType_FLOAT32;
  tensor.shape = std::move(shape);
  return tensor;
}

// 0 -- RELU -- 1 -- `code` with the operands given -- 3; tensor 2 is an input too, of shape `second`.
ModelSpec OneOperator(tflite::BuiltinOperator code, std::vector<int32_t> operands,
                      std::vector<int32_t> second = {2, 3}) {
  ModelSpec spec;
  for (int i = 0; i < 4; ++i) spec.Add(Quantized(i == 2 ? second : std::vector<int32_t>{2, 3}, 1.0f, 0));
  spec.operators = {{tflite::BuiltinOperator_RELU, {0}, {1}}, {code, std::move(operands), {3}}};
  spec.inputs = {0, 2};
  spec.outputs = {3};
  return spec;
}

TEST(TensorLifetimes, ElementwiseOutputsMayTakeAnInputsPlace) {
  for (const auto code : {tflite::BuiltinOperator_RELU, tflite::BuiltinOperator_RELU6,
                          tflite::BuiltinOperator_LOGISTIC, tflite::BuiltinOperator_QUANTIZE}) {
    const auto lifetimes = Lifetimes(OneOperator(code, {1}));
    EXPECT_EQ(lifetimes[0].overwriter, kNoTensor) << "an input that is kept";
    EXPECT_EQ(lifetimes[1].overwriter, 3) << code;
    EXPECT_EQ(lifetimes[1].lead, 0u);
    EXPECT_EQ(Lifetimes(OneOperator(code, {1}), false, false)[0].overwriter, 1);
    for (const TensorLifetime& life : Lifetimes(OneOperator(code, {1}), true)) {
      EXPECT_EQ(life.overwriter, kNoTensor);
    }
  }
  for (const auto code :
       {tflite::BuiltinOperator_ADD, tflite::BuiltinOperator_SUB, tflite::BuiltinOperator_MUL}) {
    EXPECT_EQ(Lifetimes(OneOperator(code, {1, 2}))[1].overwriter, 3);
    EXPECT_EQ(Lifetimes(OneOperator(code, {2, 1}))[1].overwriter, 3);
    EXPECT_EQ(Lifetimes(OneOperator(code, {1, 1}))[1].overwriter, 3);
    EXPECT_EQ(Lifetimes(OneOperator(code, {2, 1}))[2].overwriter, kNoTensor) << "kept";
    EXPECT_EQ(Lifetimes(OneOperator(code, {2, 1}), false, false)[2].overwriter, 3);
    EXPECT_EQ(Lifetimes(OneOperator(code, {2, 1}, {3}), false, false)[2].overwriter, kNoTensor) << "repeats";
  }
  for (const auto code : {tflite::BuiltinOperator_PAD, tflite::BuiltinOperator_SOFTMAX,
                          tflite::BuiltinOperator_CONCATENATION}) {
    EXPECT_EQ(Lifetimes(OneOperator(code, {1, 2}))[1].overwriter, kNoTensor);
  }
}

TEST(TensorLifetimes, WhatIsReadLaterIsNotOverwritten) {
  ModelSpec spec = OneOperator(tflite::BuiltinOperator_RELU, {1});
  spec.outputs = {3, 1};
  EXPECT_EQ(Lifetimes(spec)[1].overwriter, kNoTensor);
  spec.outputs = {3, 4};
  spec.Add(Quantized({2, 3}, 1.0f, 0));
  spec.operators.push_back({tflite::BuiltinOperator_RELU, {1}, {4}});
  EXPECT_EQ(Lifetimes(spec)[1].overwriter, 4);  // by its last reader only
}

TEST(TensorLifetimes, AReshapedTensorIsOverwrittenWhereItsOwnerDies) {
  ModelSpec spec = OneOperator(tflite::BuiltinOperator_RESHAPE, {1});
  spec.Add(Quantized({2, 3}, 1.0f, 0));
  spec.operators.push_back({tflite::BuiltinOperator_RELU, {3}, {4}});
  spec.outputs = {4};
  const auto lifetimes = Lifetimes(spec);
  EXPECT_EQ(lifetimes[3].owner, 1);
  EXPECT_EQ(lifetimes[1].overwriter, 4);
  spec.operators[2].inputs = {1};  // the other name of the same bytes is an output
  spec.outputs = {4, 3};
  EXPECT_EQ(Lifetimes(spec)[1].overwriter, kNoTensor);
}

TEST(TensorLifetimes, GrowingElementsNeedALead) {
  ModelSpec spec;
  spec.Add(Real({5, 8}));
  spec.Add(Quantized({5, 8}, 1.0f, 0));
  spec.Add(Real({5, 8}));
  spec.operators = {{tflite::BuiltinOperator_QUANTIZE, {0}, {1}},
                    {tflite::BuiltinOperator_DEQUANTIZE, {1}, {2}}};
  spec.inputs = {0};
  spec.outputs = {2};
  const auto lifetimes = Lifetimes(spec, false, false);
  EXPECT_EQ(lifetimes[0].overwriter, 1);
  EXPECT_EQ(lifetimes[0].lead, 0u);
  EXPECT_EQ(lifetimes[1].overwriter, 2);
  EXPECT_EQ(lifetimes[1].lead, 3u * 39u);
}

TEST(TensorLifetimes, KernelsThatPromiseNothingGetOperandsApart) {
  Resolver kernels;
  ASSERT_EQ(kernels.AddRelu(tflite::micro::RegisterOp(nullptr, nullptr, DoNothing)), kTfLiteOk);
  ASSERT_EQ(kernels.AddRelu6(), kTfLiteOk);
  for (const auto code : {tflite::BuiltinOperator_RELU, tflite::BuiltinOperator_RELU6}) {
    const bool promised = code == tflite::BuiltinOperator_RELU6;
    const auto lifetimes = Lifetimes(OneOperator(code, {1}), false, false, &kernels);
    EXPECT_EQ(lifetimes[1].overwriter, promised ? 3 : kNoTensor);
  }
}

}  // namespace
}  // namespace earshot
