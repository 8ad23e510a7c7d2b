// Where in a file the model's meaning lies: dimensions, indices, options, quantization.
#pragma once

#include <cstdint>
#include <vector>

namespace model_fuzzing {

using Bytes = std::vector<uint8_t>;

// Positions in a file, of words unless said otherwise.
struct ModelSites {
  std::vector<uint32_t> offsets;     // words that may be offsets: see FindOffsets
  std::vector<uint32_t> dimensions;  // of all tensors
  std::vector<uint32_t>
      indices;  // of tensors and of operator codes: inputs and outputs of operators and model
  std::vector<uint32_t> options;  // words of options' tables, with bytes among them
  std::vector<uint32_t> scales;
  std::vector<uint32_t> zero_points;  // of 8 bytes
  std::vector<uint32_t> types;        // bytes: element types, and which options' table there is
  std::vector<uint32_t> constants;    // words of int32 constants: axes, paddings, bounds, biases
};

// Positions of the aligned words that point forwards to an aligned place in the same file, as FlatBuffers'
// offsets to tables and vectors do. Small counts and dimensions are among them: the file does not tell.
std::vector<uint32_t> FindOffsets(const Bytes& bytes);

// A file that the model reader refuses has offsets only.
ModelSites FindSites(const Bytes& bytes);

}  // namespace model_fuzzing
