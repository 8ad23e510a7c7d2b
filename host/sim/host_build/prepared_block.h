// Makes the block of prepared layers (kernels/mvp/prepared_layer.h) from what a session's kernels build.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/mvp/context.h"
#include "kernels/mvp/fully_connected.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace host_build {

class PartsCollector final : public kernels::mvp::PartsRecorder {
 public:
  void Add(uint32_t layer, kernels::mvp::PartRole role, const void* contents, uint32_t count) override;

  // Two 16-bit values per word, low half first, where the part is a table.
  struct Part {
    kernels::mvp::PartRole role;
    uint32_t count;
    std::vector<uint32_t> words;
  };

  // The parts of each layer so far; a layer without any may be missing at the end.
  const std::vector<std::vector<Part>>& layers() const { return layers_; }

 private:
  std::vector<std::vector<Part>> layers_;
};

// The words of the block. `model` is the file that `parts` were collected from: verified, 4-byte aligned.
// Operators whose indices are in `on_core` are left to the reference kernel. Throws Failure if one of them
// has no kernel for the accelerator.
std::vector<uint32_t> PreparedBlock(const PartsCollector& parts, kernels::mvp::Variant variant,
                                    const uint8_t* model, size_t model_bytes,
                                    const std::vector<uint32_t>& on_core);

}  // namespace host_build
