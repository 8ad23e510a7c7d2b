// The command line of the host executable.
#pragma once

#include <cstddef>
#include <string>

#include "app/kernel_choice.h"

namespace host_build {

enum class Command { kRun, kDescribe };

struct Options {
  Command command = Command::kRun;
  std::string model;
  std::string kernel_name = "reference";
  app::Kernel kernel = app::Kernel::kReference;
  std::string cycle_model = "device-flash";
  size_t count = 1;             // inferences
  std::string inputs;           // file of `count` inputs
  std::string outputs;          // file to write
  std::string profile;          // file to write, or ""
  size_t arena_bytes = 262144;  // the chip's whole RAM
  bool model_in_ram = false;    // whether the accelerator reads the model from RAM instead of flash
};

// How to call the program, for a person.
const char* Usage();

// Throws UsageError.
Options ParseOptions(int argc, const char* const* argv);

}  // namespace host_build
