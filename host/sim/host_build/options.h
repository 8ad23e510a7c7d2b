// The command line of the host executable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/kernel_choice.h"

namespace host_build {

enum class Command { kRun, kDescribe, kPrepare, kTables };

// Where the accelerator reads weights.
enum class Weights {
  kFlash,  // where the model lies
  kRam,    // copies in RAM, of the layers that deserve it most, as far as the budget goes
  kAuto,   // the same, without an error where nothing fits
};

struct Options {
  Command command = Command::kRun;
  std::string model;
  std::string kernel_name = "reference";
  app::Kernel kernel = app::Kernel::kReference;
  std::string cycle_model = "device-flash";
  size_t count = 1;               // inferences
  std::string inputs;             // file of `count` inputs
  std::string outputs;            // file to write
  std::string profile;            // file to write, or ""
  size_t arena_bytes = 262144;    // the chip's whole RAM
  std::string images;             // file with the block of prepared layers, or ""
  std::vector<uint32_t> on_core;  // operators that `prepare` leaves to the reference kernel
  Weights weights = Weights::kFlash;
  std::optional<size_t> weights_budget;  // bytes for copies; without: what the chip's RAM holds (session.h)
  bool model_in_ram = false;             // whether the accelerator reads the model from RAM instead of flash
};

// How to call the program, for a person.
const char* Usage();

// Throws UsageError.
Options ParseOptions(int argc, const char* const* argv);

}  // namespace host_build
