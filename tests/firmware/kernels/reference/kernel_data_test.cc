// Kernel data: zeros at first, and the same bytes wherever they lie.
#include "kernels/reference/kernel_data.h"

#include <gtest/gtest.h>

#include "kernels/reference/convolution.h"
#include "kernels/reference/fully_connected_prepare.h"
#include "single_operator.h"
#include "tensorflow/lite/micro/kernels/fully_connected.h"

namespace single_operator {
namespace {

using kernels::reference::ConvolutionData;
using kernels::reference::FullyConnectedData;
using kernels::reference::kBytesPerFactor;

size_t g_bytes = 0;
std::vector<uint8_t> g_captured;

TfLiteStatus Capture(TfLiteContext*, TfLiteNode* node) {
  const auto* data = static_cast<const uint8_t*>(node->user_data);
  g_captured.assign(data, data + g_bytes);
  return kTfLiteOk;
}

TFLMRegistration Capturing(TFLMRegistration registration) {
  registration.invoke = Capture;
  return registration;
}

void AddCapturing(model_building::Resolver& resolver) {
  const bool added =
      resolver.AddConv2D(Capturing(tflite::Register_CONV_2D())) == kTfLiteOk &&
      resolver.AddFullyConnected(Capturing(tflite::Register_FULLY_CONNECTED_INT8())) == kTfLiteOk;
  if (!added) std::abort();
}

// The data of the model's kernel.
std::vector<uint8_t> DataOf(LoadedModel& model) {
  g_captured.clear();
  if (!model.ok() || model.interpreter().Invoke() != kTfLiteOk) return {};
  return g_captured;
}

TensorSpec Weights(const std::vector<int32_t>& shape) {
  TensorSpec weights = Quantized(shape, 0.5f, 0);
  weights.scales = {0.5f, 0.25f, 0.125f};
  weights.zero_points = {0, 0, 0};
  size_t count = 1;
  for (const int32_t size : shape) count *= static_cast<size_t>(size);
  weights.data = std::vector<uint8_t>(count, 1);
  return weights;
}

// Two interpreters, so in memory at two addresses.
void CheckSameElsewhere(const ModelSpec& spec, size_t bytes) {
  g_bytes = bytes;
  const std::vector<uint8_t> model = BuildModel(spec);
  LoadedModel first(model, 1 << 14, false, nullptr, AddCapturing);
  LoadedModel second(model, 1 << 14, false, nullptr, AddCapturing);
  const std::vector<uint8_t> data = DataOf(first);
  ASSERT_EQ(data.size(), bytes) << model_building::TakeLog();
  EXPECT_EQ(DataOf(second), data);
}

TEST(KernelData, OfAConvolutionHoldNoAddresses) {
  CheckSameElsewhere(
      Operator(tflite::BuiltinOperator_CONV_2D, {Quantized({1, 4, 4, 2}, 0.5f, 0), Weights({3, 1, 1, 2})},
               Quantized({1, 4, 4, 3}, 1.0f, 0), tflite::BuiltinOptions_Conv2DOptions,
               Node::Table().Set<int32_t>(6, 1).Set<int32_t>(8, 1)),
      sizeof(ConvolutionData) + 3 * kBytesPerFactor);
}

TEST(KernelData, OfAFullyConnectedLayerHoldNoAddresses) {
  CheckSameElsewhere(
      Operator(tflite::BuiltinOperator_FULLY_CONNECTED, {Quantized({1, 4}, 0.5f, 0), Weights({3, 4})},
               Quantized({1, 3}, 1.0f, 0), tflite::BuiltinOptions_FullyConnectedOptions, Node::Table()),
      sizeof(FullyConnectedData) + 3 * kBytesPerFactor);
}

// Image size and arena are counted with these.
TEST(KernelData, AreSmall) {
  EXPECT_EQ(sizeof(FullyConnectedData) + kBytesPerFactor, 29u);
  EXPECT_EQ(sizeof(ConvolutionData), 72u);
  EXPECT_EQ(kBytesPerFactor, 5u);
}

}  // namespace
}  // namespace single_operator
