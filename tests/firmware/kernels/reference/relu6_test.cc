// RELU6: both limits, refusals. Agreement with tflite-micro is tested from Python.
#include <gtest/gtest.h>

#include "single_operator.h"

namespace single_operator {
namespace {

ModelSpec Relu6(const TensorSpec& input, const TensorSpec& output) {
  return Operator(tflite::BuiltinOperator_RELU6, {input}, output);
}

TEST(Relu6, LimitsToZeroAndSix) {
  LoadedModel model(Relu6(Quantized({5}, 0.5f, 10), Quantized({5}, 0.5f, 10)));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({-128, 10, 11, 22, 127});
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{10, 10, 11, 22, 22}));
}

TEST(Relu6, LeavesLimitsThatInt8DoesNotReachToTheType) {
  LoadedModel model(Relu6(Quantized({2}, 0.01f, -128), Quantized({2}, 0.01f, -128)));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({-128, 127});
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{-128, 127}));
}

// What tflite-micro does with a model of a converter, whose output has a scale of its own.
TEST(Relu6, DoesNotScale) {
  LoadedModel model(Relu6(Quantized({2}, 0.5f, 10), Quantized({2}, 0.25f, -128)));
  ASSERT_TRUE(model.ok());
  model.SetInput<int8_t>({9, 15});
  EXPECT_EQ(model.Run<int8_t>(), (std::vector<int8_t>{10, 15}));
}

TEST(Relu6, RefusesWhatItDoesNotTake) {
  const TensorSpec tensor = Quantized({3}, 1.0f, 0);
  EXPECT_EQ(Refusal(Relu6(Float({3}), tensor)), "the input is FLOAT32, only INT8 is supported");
  EXPECT_EQ(Refusal(Relu6(tensor, Float({3}))), "the output is FLOAT32, only INT8 is supported");
  EXPECT_EQ(Refusal(Relu6(tensor, Quantized({4}, 1.0f, 0))), "input and output differ in shape");
  EXPECT_EQ(Refusal(Relu6(Quantized({3}, 1e-9f, 0), tensor)),
            "activation limit out of range of the output scale");
}

}  // namespace
}  // namespace single_operator
