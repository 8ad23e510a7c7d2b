// A chain of int8 fully connected layers in the application, on the accelerator's model, with or without a
// block of prepared layers.
#pragma once

#include <cstring>
#include <functional>
#include <random>
#include <vector>

#include "app/interpreted_application.h"
#include "app/kernel_choice.h"
#include "gtest/gtest.h"
#include "host/sim/host_build/mvp_port.h"
#include "host/sim/host_build/prepared_block.h"
#include "kernels/mvp/prepared_model.h"
#include "loaded_model.h"
#include "mvp/driver.h"

namespace kernels::mvp {

// Layers of the given sizes; `tapped`: the output of the layer before the last is an output of the model too.
inline std::vector<uint8_t> ChainModel(const std::vector<int32_t>& sizes, bool tapped = false,
                                       uint32_t seed = 1) {
  using model_building::Quantized;
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> byte(-127, 127), small(-500, 500);
  model_building::ModelSpec spec;
  int32_t input = spec.Add(Quantized({1, sizes[0]}, 0.05f, 3));
  spec.inputs = {input};
  for (size_t i = 1; i < sizes.size(); ++i) {
    std::vector<int8_t> values(static_cast<size_t>(sizes[i] * sizes[i - 1]));
    for (int8_t& w : values) w = static_cast<int8_t>(byte(random));
    std::vector<int32_t> biases(static_cast<size_t>(sizes[i]));
    for (int32_t& b : biases) b = small(random);
    model_building::TensorSpec weights = Quantized({sizes[i], sizes[i - 1]}, 0.005f, 0);
    weights.data = model_building::Bytes(values);
    model_building::TensorSpec bias = model_building::Int32Constant(biases);
    bias.scales = {0.05f * 0.005f};
    bias.zero_points = {0};
    const int32_t weight = spec.Add(weights), offset = spec.Add(bias);
    const int32_t output = spec.Add(Quantized({1, sizes[i]}, 0.05f, 3));
    spec.operators.push_back({tflite::BuiltinOperator_FULLY_CONNECTED,
                              {input, weight, offset},
                              {output},
                              tflite::BuiltinOptions_FullyConnectedOptions});
    if (tapped && i + 2 == sizes.size()) spec.outputs.push_back(output);
    input = output;
  }
  spec.outputs.insert(spec.outputs.begin(), input);
  return BuildModel(spec);
}

// Sabotages launches before they reach the accelerator's model.
class FaultyPort final : public port::Accelerator {
 public:
  explicit FaultyPort(host_build::MvpPort& port) : port_(port) {}

  bool Present() const override { return port_.Present(); }
  uint32_t Read(uint32_t offset) override { return port_.Read(offset); }
  void Write(uint32_t offset, uint32_t value) override { port_.Write(offset, value); }
  void WriteBlock(uint32_t offset, const uint32_t* words, size_t count) override {
    const bool starts = offset + 4 * count == 0x178;
    if (starts && ++launches == faulty_launch) port_.Write(0x084, 0x10000000);  // ARRAY[0].ADDRCFG: unmapped
    port_.WriteBlock(offset, words, count);
  }
  void PowerUp() override { port_.PowerUp(); }
  port::WaitResult WaitUntilIdle(uint32_t timeout_cycles) override {
    on_wait();
    return port_.WaitUntilIdle(timeout_cycles);
  }
  uint32_t BusAddress(const void* pointer) const override { return port_.BusAddress(pointer); }

  uint32_t launches = 0;
  uint32_t faulty_launch = 0;  // from 1; 0: none
  std::function<void()> on_wait = [] {};

 private:
  host_build::MvpPort& port_;
};

struct SessionParts {
  app::Kernel kernel = app::Kernel::kFast;
  const std::vector<uint32_t>* prepared = nullptr;
  size_t weights_ram_bytes = 0;
  uint32_t faulty_launch = 0;
  bool accelerator = true;
};

class PreparedSession {
 public:
  PreparedSession(const std::vector<uint8_t>& model, const SessionParts& parts)
      : model_(model),
        prepared_(parts.prepared == nullptr ? std::vector<uint32_t>{} : *parts.prepared),
        weights_ram_(parts.weights_ram_bytes),
        port_("device-flash"),
        faulty(port_),
        driver(faulty),
        application({model_.data(), model_.size(), resolver_, arena_, sizeof(arena_), clock_,
                     parts.accelerator ? &driver : nullptr, prepared_.empty() ? nullptr : prepared_.data(),
                     4 * prepared_.size(), nullptr, weights_ram_.empty() ? nullptr : weights_ram_.data(),
                     weights_ram_.size(), &collected}) {
    faulty.faulty_launch = parts.faulty_launch;
    port_.MapFlash(model_.data(), model_.size());
    port_.MapRam(arena_, sizeof(arena_));
    const void* words = prepared_.data();
    if (!prepared_.empty()) port_.MapFlash(static_cast<const uint8_t*>(words), 4 * prepared_.size());
    if (!weights_ram_.empty()) port_.MapRam(weights_ram_.data(), weights_ram_.size());
    EXPECT_EQ(driver.Init(), ::mvp::Status::kOk);
    EXPECT_EQ(resolver_.AddFullyConnected(app::ChooseKernels(parts.kernel).fully_connected), kTfLiteOk);
    EXPECT_EQ(application.Init(), kTfLiteOk);
  }

  std::vector<int8_t> Run(uint32_t seed = 7) {
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> byte(-128, 127);
    TfLiteTensor& input = *application.input();
    for (size_t i = 0; i < input.bytes; ++i) input.data.int8[i] = static_cast<int8_t>(byte(random));
    EXPECT_EQ(application.Invoke(), kTfLiteOk);
    EXPECT_FALSE(driver.running());
    const TfLiteTensor& output = *application.output();
    return {output.data.int8, output.data.int8 + output.bytes};
  }

  // What this session's kernels have built, as a block.
  std::vector<uint32_t> Block(Variant variant = Variant::kFast) const {
    return host_build::PreparedBlock(collected, variant, model_.data(), model_.size(), {});
  }

 private:
  // The core's time is of no interest here.
  class NoClock final : public port::Clock {
   public:
    uint32_t Frequency() const override { return 0; }
    uint32_t Cycles() const override { return 0; }
  };

  model_building::PlacedModel model_;
  std::vector<uint32_t> prepared_;
  std::vector<uint8_t> weights_ram_;
  alignas(64) uint8_t arena_[65536] = {};
  NoClock clock_;
  model_building::Resolver resolver_;
  host_build::MvpPort port_;

 public:
  FaultyPort faulty;
  ::mvp::Driver driver;
  host_build::PartsCollector collected;
  app::InterpretedApplication application;
};

}  // namespace kernels::mvp
