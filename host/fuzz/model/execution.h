// Reads, prepares and runs one file, and judges what came of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "host/fuzz/model/kernel_sets.h"
#include "host/fuzz/model/mutation.h"

namespace model_fuzzing {

// How a file is run.
struct Settings {
  size_t arena_bytes = 1 << 15;
  bool preserve_all_tensors = false;
  bool keep_inputs = true;
  uint64_t input_seed = 0;                // of the bytes in the model's inputs
  Kernels kernels = Kernels::kReference;  // of the second run; the first is the reference kernels'
  uint8_t fill = 0xA5;                    // what the arena is full of before a run, or its complement
};

enum class Stage { kReader, kAllocation, kInvocation };

// What came of a file: it was refused with `message`, or it ran (`stage` is then kInvocation) and perhaps
// again with the kernels of the settings, which may need more of the arena than the reference ones.
struct Outcome {
  Stage stage = Stage::kReader;
  std::string message;
  bool ran_again = false;
  uint32_t programs = 0;  // that the accelerator ran
  std::string violation;  // what must not be, "" when all is well
};

// Runs `model` in memory of exactly its size, the arena too, so that the sanitizer sees each access outside.
// A violation is: a refusal without a message; a model that is accepted and fails; outputs that depend on
// what was in the arena before, or that fast kernels work out otherwise than the reference; a fault of the
// accelerator; inputs that change although they are kept.
Outcome Execute(const Bytes& model, const Settings& settings);

}  // namespace model_fuzzing
