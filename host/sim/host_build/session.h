// One model in the firmware's application on this machine, with the accelerator's model behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/interpreted_application.h"
#include "app/kernel_choice.h"
#include "host/sim/host_build/model_file.h"
#include "host/sim/host_build/mvp_port.h"
#include "host/sim/host_build/node_collector.h"
#include "host/sim/host_build/options.h"
#include "host/sim/host_build/prepared_block.h"
#include "mvp/driver.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"

namespace host_build {

// Core cycles have no meaning here.
class NoClock final : public port::Clock {
 public:
  uint32_t Frequency() const override { return 0; }
  uint32_t Cycles() const override { return 0; }
};

class Session {
 public:
  // Loads and prepares the model, with copies of weights in `weights_budget` bytes, of the layers that
  // `placement` (a block of prepared layers, or empty: all) has on the accelerator. Throws Failure with the
  // firmware's own reason.
  Session(const Options& options, const AlignedBytes& model, size_t weights_budget = 0,
          const std::vector<uint32_t>& placement = {});

  app::InterpretedApplication& application() { return application_; }
  const mvp::Driver& driver() const { return driver_; }

  // What the kernels have built or found prepared.
  const PartsCollector& parts() const { return parts_; }

  // Whether fully connected layers have the accelerator's kernel (fully_connected_layer.h).
  bool has_accelerated_kernels() const { return accelerated_; }

  // What all kernels have prepared.
  NodeCollector& nodes() { return nodes_; }

  // Bytes from the start of the copies of weights.
  std::ptrdiff_t PositionInWeightsRam(const void* copy) const {
    return static_cast<const uint8_t*>(copy) - weights_ram_.data();
  }

  // What the firmware said while it prepared the model: layers that it leaves to the core, and why. "" when
  // nothing; several are joined by "; ".
  const std::string& notes() const { return notes_; }

  // Sum over all inputs or outputs of the model.
  size_t input_bytes();
  size_t output_bytes();

  // Runs the model on the concatenated `input` [input_bytes()] and stores its outputs in `output`. Throws
  // Failure.
  void Run(const uint8_t* input, uint8_t* output);

 private:
  using Resolver = tflite::MicroMutableOpResolver<21>;

  static Resolver& AddOperators(Resolver& resolver, app::Kernel kernel, const AlignedBytes& model);

  bool accelerated_;
  AlignedBytes arena_;
  AlignedBytes images_;
  AlignedBytes weights_ram_;
  PartsCollector parts_;
  NodeCollector nodes_;
  std::string notes_;
  NoClock clock_;
  MvpPort port_;
  mvp::Driver driver_;
  Resolver resolver_;
  app::InterpretedApplication application_;
};

// As Session, but an arena that is too small is reported with the size that would do, and
// options.weights_budget is found where it is not given: the chip's RAM less arena (without what an image has
// in flash), stack and variables, under Weights::kRam at most 224 KiB. Throws Failure where Weights::kRam
// cannot copy the weights of any layer into such a budget.
std::unique_ptr<Session> OpenSession(const Options& options, const AlignedBytes& model);

}  // namespace host_build
