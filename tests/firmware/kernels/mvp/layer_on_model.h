// One fully connected layer with random numbers, its memory on the accelerator's model, and what it should
// compute.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "host/sim/host_build/mvp_port.h"
#include "kernels/mvp/fast_programs.h"
#include "kernels/mvp/fully_connected_programs.h"
#include "mvp/driver.h"

namespace kernels::mvp {

// Places in RAM, as offsets.
inline constexpr uint32_t kRamBytes = 0x40000, kInputAt = 0, kScratchAt = 0x10000, kBiasAt = 0x30000,
                          kMultipliersAt = 0x34000, kOutputAt = 0x38000;

struct LayerOnModel {
  LayerOnModel(const FullyConnectedShape& layer_shape, std::string_view cycle_model, uint32_t seed)
      : shape(layer_shape), ram(kRamBytes), port(cycle_model), driver(port) {
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> byte(-128, 127), weight(-127, 127), small(-20000, 20000);
    input.resize(shape.batches * shape.depth);
    weights.resize(shape.outputs * shape.depth);
    for (int8_t& x : input) x = static_cast<int8_t>(byte(random));
    for (uint8_t& w : weights) w = static_cast<uint8_t>(weight(random));
    for (uint32_t i = 0; i < shape.outputs; ++i) bias.push_back(small(random));
    // The sums have a deviation of about 74 * 73 * sqrt(depth): outputs then fill the range.
    quantization = {byte(random) / 2, byte(random) / 4, 50.0 / (74 * 73 * std::sqrt(shape.depth)), -128, 127};
    stored_weights = weights;
    port.MapFlash(stored_weights.data(), stored_weights.size());
    port.MapRam(ram.data(), ram.size());
    port.MapRam(stored_weights.data(), stored_weights.size());
    std::memcpy(&ram[kInputAt], input.data(), input.size());
    ScaleBy(-15);
    EXPECT_EQ(driver.Init(), ::mvp::Status::kOk);
  }

  static constexpr uint32_t Ram(uint32_t offset) { return host_build::MvpPort::kRamBase + offset; }
  int8_t Output(uint32_t batch, uint32_t i) const {
    return static_cast<int8_t>(ram[kOutputAt + batch * shape.outputs + i]);
  }

  void Run(::mvp::ProgramImage& image, uint32_t input_at, uint32_t output_at, uint32_t weights_at) {
    ::mvp::SetAddress(image, kInputArray, Ram(input_at));
    ::mvp::SetAddress(image, kOutputArray, Ram(output_at));
    ::mvp::SetAddress(image, kWeightsArray, weights_base + weights_at);
    ASSERT_EQ(driver.Run(image, 1u << 30), ::mvp::Status::kOk);
  }

  // The scale of inputs, sums and bias is 2^exponent.
  void ScaleBy(int32_t exponent) {
    quantization.scale_exponent = exponent;
    for (uint32_t i = 0; i < shape.outputs; ++i) {
      const uint16_t scaled = ScaledBias(bias[i], exponent);
      std::memcpy(&ram[kBiasAt + 2 * i], &scaled, sizeof scaled);
    }
  }

  // Programs find the weights behind the rest of RAM instead of in flash.
  void MoveWeightsToRam() { weights_base = Ram(kRamBytes); }

  // Baseline in one launch.
  void RunBaseline() {
    ::mvp::ProgramImage image;
    ASSERT_TRUE(BuildBaseline(shape, quantization, &image).ok());
    ::mvp::SetAddress(image, kBiasArray, Ram(kBiasAt));
    Run(image, kInputAt, kOutputAt, 0);
  }

  void RunSplit() {
    ::mvp::ProgramImage image;
    ASSERT_TRUE(BuildSplit(shape.depth, quantization, &image).ok());
    for (uint32_t batch = 0; batch < shape.batches; ++batch) {
      for (uint32_t i = 0; i < shape.outputs; ++i) {
        ::mvp::SetRegister(image, kSplitBiasRegister, ScaledBias(bias[i]), 0);
        Run(image, kInputAt + batch * shape.depth, kOutputAt + batch * shape.outputs + i, i * shape.depth);
      }
    }
  }

  // Brings the weights in memory, not `weights`, into this order.
  void Store(WeightOrder order) {
    for (size_t i = 0; i < weights.size(); ++i) {
      const size_t row = i / shape.depth, element = i % shape.depth;
      const size_t place =
          order == WeightOrder::kRows ? i : row / 2 * 2 * shape.depth + 2 * element + row % 2;
      stored_weights[place] = weights[i];
    }
  }

  // The rows program after the prescale program, in as many launches as the layer takes.
  void RunFast(bool per_channel, WeightOrder order = WeightOrder::kRows) {
    Store(order);
    const FastGeometry fast = PlanFast(shape.depth, shape.outputs, order);
    ::mvp::ProgramImage prescale, rows;
    ASSERT_TRUE(
        BuildPrescale(fast, quantization.input_zero_point, quantization.scale_exponent, &prescale).ok());
    ASSERT_TRUE(BuildRows(fast, quantization, per_channel, &rows).ok());
    for (uint32_t batch = 0; batch < shape.batches; ++batch) {
      for (uint32_t i = 0; i < PrescaleLaunches(fast); ++i) {
        const PrescaleLaunch launch = PrescaleLaunchAt(fast, i);
        EXPECT_TRUE(::mvp::SetIterations(prescale, kPrescaleLoop, launch.iterations).ok());
        Run(prescale, kInputAt + batch * shape.depth + launch.first_element,
            kScratchAt + 2 * launch.first_element, 0);
      }
      for (uint32_t row = 0; row < fast.rows; row += fast.rows_per_launch) {
        const uint32_t first = row * fast.outputs_per_row();
        EXPECT_TRUE(
            ::mvp::SetIterations(rows, kRowsLoop, std::min(fast.rows - row, fast.rows_per_launch)).ok());
        ::mvp::SetAddress(rows, kBiasArray, Ram(kBiasAt + 2 * first));
        ::mvp::SetAddress(rows, kMultiplierArray, Ram(kMultipliersAt + 2 * first));
        Run(rows, kScratchAt + ScratchOffset(fast), kOutputAt + batch * shape.outputs + first,
            first * shape.depth);
      }
    }
  }

  // The sum of products and bias in integers.
  int64_t Sum(uint32_t batch, uint32_t i) const {
    int64_t sum = bias[i];
    for (uint32_t k = 0; k < shape.depth; ++k) {
      sum += (input[batch * shape.depth + k] - quantization.input_zero_point) *
             static_cast<int8_t>(weights[i * shape.depth + k]);
    }
    return sum;
  }

  FullyConnectedShape shape;
  FullyConnectedQuantization quantization;
  std::vector<int8_t> input;
  std::vector<uint8_t> weights;         // [outputs, depth]
  std::vector<uint8_t> stored_weights;  // the same as they lie in memory
  uint32_t weights_base = host_build::MvpPort::kFlashBase;
  std::vector<int32_t> bias;
  std::vector<uint8_t> ram;
  host_build::MvpPort port;
  ::mvp::Driver driver;
};

}  // namespace kernels::mvp
